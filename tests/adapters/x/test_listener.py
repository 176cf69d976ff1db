"""Hearing X: mentions and cards, each once, from where the last run ended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from bot.adapters.x.listener import XListener
from bot.core.content import Watch
from bot.core.events import CardSeen, Event, Mention
from tests.adapters.x.conftest import X
from tests.emulators import Emulators
from tests.fakes import FakeClock, FakeDatabase

CARDS = Watch(accounts=("UKMedLibs",), hashtags=("#AMillionDecisions",))
POLL = timedelta(seconds=30)


class Naps(FakeClock):
    """Tells when everybody who uses it has gone to sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.until: list[datetime] = []
        self._changed = asyncio.Event()

    async def sleep_until(self, instant: datetime) -> None:
        self.until.append(instant)
        self._changed.set()
        await super().sleep_until(instant)

    async def naps(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.until) < count:
                self._changed.clear()
                await self._changed.wait()


class Hearing:
    """A listener that is stepped from round to round."""

    def __init__(self, x: X, clock: Naps, watch: Watch, database: FakeDatabase) -> None:
        self.x, self.clock, self.database = x, clock, database
        self.heard: list[Event] = []
        self.feeds = 2 if watch.accounts or watch.hashtags else 1
        self.listener = XListener(x.account(), database, clock, watch, POLL)

    async def receive(self, event: Event) -> None:
        self.heard.append(event)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Hearing"]:
        before = len(self.clock.until)
        task = asyncio.create_task(self.listener.run(self.receive))
        try:
            await self.clock.naps(before + self.feeds)
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def round(self, by: timedelta = POLL) -> list[str]:
        """Let time pass, and say what was heard in the round that follows."""
        before, naps = len(self.heard), len(self.clock.until)
        self.clock.advance(by)
        self.x.set_clock()
        await self.clock.naps(naps + self.feeds)
        return [event.text for event in self.heard[before:] if isinstance(event, Mention | CardSeen)]

    def cursor(self, name: str = "x:mentions") -> str | None:
        return self.database.kept.ledger.notes.get(name)


@pytest.fixture
def ears(x: X) -> Hearing:
    return Hearing(x, _clock(x), Watch(), FakeDatabase())


@pytest.fixture
def eyes(x: X) -> Hearing:
    return Hearing(x, _clock(x), CARDS, FakeDatabase())


def _clock(x: X) -> Naps:
    clock = Naps()
    x.clock = clock
    return clock


async def test_mentions_are_heard_once_oldest_first(x: X, ears: Hearing) -> None:
    async with ears.running():
        x.says("LibrarianLena", "@AntiphonBot first")
        x.says("StudentSam", "A1 Tea #ukmedlibs")
        x.says("StudentSam", "second, @antiphonbot")
        assert await ears.round() == ["first", "second,"]
        assert await ears.round() == []
    assert [event.author.name for event in ears.heard] == ["LibrarianLena", "StudentSam"]


async def test_a_post_of_a_subscriber_is_heard_whole(x: X, ears: Hearing) -> None:
    words = "feedback " + " ".join(f"{number} more minutes for each question" for number in range(20))
    async with ears.running():
        x.says("LibrarianLena", f"@AntiphonBot {words}")
        assert await ears.round() == [words]


async def test_the_first_start_begins_at_the_newest_post(x: X, ears: Hearing) -> None:
    x.says("LibrarianLena", "@AntiphonBot long ago")
    async with ears.running():
        x.says("LibrarianLena", "@AntiphonBot now")
        assert await ears.round() == ["now"]


async def test_a_later_start_begins_where_the_last_ended(x: X, ears: Hearing) -> None:
    async with ears.running():
        x.says("LibrarianLena", "@AntiphonBot one")
        await ears.round()
    x.says("LibrarianLena", "@AntiphonBot two, while it was down")
    again = Hearing(x, _clock(x), Watch(), ears.database)
    async with again.running():
        assert [event.text for event in again.heard if isinstance(event, Mention)] == ["two, while it was down"]


async def test_more_than_a_page_of_mentions_is_heard(x: X, ears: Hearing) -> None:
    async with ears.running():
        for n in range(103):
            x.says("StudentSam", f"@AntiphonBot {n}")
        assert await ears.round() == [str(n) for n in range(103)]


async def test_the_cursor_stays_when_a_post_was_not_received(x: X, ears: Hearing) -> None:
    async def fails(_: Event) -> None:
        raise OSError("disk full")

    async with ears.running():
        before = ears.cursor()
    x.says("LibrarianLena", "@AntiphonBot one")
    with pytest.raises(ExceptionGroup):
        await ears.listener.run(fails)
    assert ears.cursor() == before
    async with ears.running():
        assert [event.key.partition(":")[0] for event in ears.heard] == ["x"]


async def test_our_own_posts_reposts_and_plain_answers_are_not_heard(x: X, ears: Hearing) -> None:
    async with ears.running():
        own = x.says("AntiphonBot", "I am @AntiphonBot")
        x.says("StudentSam", "", repost_of=own)
        x.says("StudentSam", "A1 Tea", in_reply_to=own)
        assert await ears.round() == []
        assert ears.cursor() != own  # it has gone past what it did not take


async def test_a_new_card_is_seen_once(x: X, eyes: Hearing) -> None:
    x.says("UKMedLibs", "Old #AMillionDecisions", alt="An old card")
    async with eyes.running():
        card = x.says("UKMedLibs", "New #AMillionDecisions", alt="A card")
        x.says("UKMedLibs", "Words #AMillionDecisions")
        x.says("StudentSam", "Mine #AMillionDecisions", alt="Not the campaign's")
        x.says("LibrarianLena", "", repost_of=card)
        assert [text.split(" https")[0] for text in await eyes.round()] == ["New #AMillionDecisions"]
        assert await eyes.round() == []
    assert isinstance(eyes.heard[0], CardSeen)


async def test_a_card_is_seen_after_a_week_without_any(x: X, eyes: Hearing) -> None:
    x.says("UKMedLibs", "Old #AMillionDecisions", alt="An old card")
    async with eyes.running():
        await eyes.round(timedelta(days=8))
        x.says("UKMedLibs", "New #AMillionDecisions", alt="A card")
        assert [text.split(" https")[0] for text in await eyes.round()] == ["New #AMillionDecisions"]


async def test_a_cursor_that_x_no_longer_takes_is_refused_once_not_at_every_look(x: X, eyes: Hearing) -> None:
    x.says("UKMedLibs", "Old #AMillionDecisions", alt="An old card")
    async with eyes.running():
        assert await eyes.round(timedelta(days=8)) == []
        refused = [exchange["number"] for exchange in x.emulators.exchanges() if exchange["status"] == 400]
        assert await eyes.round() == []
        assert [exchange["number"] for exchange in x.emulators.exchanges() if exchange["status"] == 400] == refused
        assert len(refused) == 1


async def test_a_full_rate_window_is_waited_for(x: X, ears: Hearing) -> None:
    async with ears.running():
        reset = ears.clock.now() + timedelta(minutes=9)
        headers = {"x-rate-limit-reset": str(int(reset.timestamp()))}
        x.fault(on="GET *", status=429, headers=headers)
        x.says("LibrarianLena", "@AntiphonBot hello")
        assert await ears.round() == []
        assert ears.clock.until[-1] == reset
        assert await ears.round(timedelta(minutes=9)) == ["hello"]


async def test_troubles_of_x_are_outlived_with_growing_pauses(x: X, ears: Hearing) -> None:
    async with ears.running():
        x.says("LibrarianLena", "@AntiphonBot hello")
        x.fault(on="GET *", status=503, body="<html>", times=3)
        pauses: list[timedelta] = []
        for _ in range(3):
            assert await ears.round(pauses[-1] if pauses else POLL) == []
            pauses.append(ears.clock.until[-1] - ears.clock.now())
        assert pauses == [2 * POLL, 4 * POLL, 8 * POLL]
        assert await ears.round(pauses[-1]) == ["hello"]
        assert ears.clock.until[-1] - ears.clock.now() == POLL


@pytest.mark.parametrize("fault", [{"status": 401}, {"kind": "reset"}, {"status": 200, "body": "<html>"}], ids=str)
async def test_it_starts_although_x_is_in_trouble(x: X, ears: Hearing, fault: dict[str, str]) -> None:
    x.fault(on="GET /2/users/me", **fault)
    async with ears.running():
        await ears.round(timedelta(minutes=1))
        x.says("LibrarianLena", "@AntiphonBot hello")
        assert await ears.round() == ["hello"]


async def test_it_asks_as_often_as_it_was_told(x: X, ears: Hearing, emulators: Emulators) -> None:
    async with ears.running():
        assert ears.clock.until[-1] - ears.clock.now() == POLL
        before = len(emulators.exchanges())
        await ears.round()
        await ears.round()
        assert [exchange["path"].rsplit("/", 1)[1] for exchange in emulators.exchanges()[before:]] == ["mentions"] * 2
