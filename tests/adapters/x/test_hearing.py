"""Listening to a chat on X, within what may be spent on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import requests

from bot.adapters.db import open_database
from bot.adapters.x import wire
from bot.adapters.x.hearing import XHearing
from bot.core.heard import HeardPost
from bot.core.record.rooms import Sitting
from bot.core.record.spending import SPENT_JSON, Spent, cap_words, note
from bot.ports import Database
from tests.adapters.x.conftest import X
from tests.adapters.x.test_listener import Naps
from tests.fakes import FakeDatabase

POLL = timedelta(seconds=30)
HOUR = timedelta(hours=1)
CHAT = "2017-09-19"


class Evening:
    """A chat that begins at the clock's first instant and lasts an hour, listened to round by round."""

    def __init__(self, x: X, cap: str = "5") -> None:
        self.x, self.clock, self.cap = x, Naps(), Decimal(cap)
        x.clock = self.clock
        x.set_clock()
        start = self.clock.now()
        self.sitting = Sitting(CHAT, "#ukmedlibs", start, start + HOUR)
        self.database: Database = FakeDatabase(alone=True)
        self.earlier: list[Sitting] = []
        self.told: list[str] = []

    async def on(self, now: datetime) -> list[Sitting]:
        return [sitting for sitting in [*self.earlier, self.sitting] if now < sitting.looks[-1] + HOUR]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Evening"]:
        before = len(self.clock.until)
        hearing = XHearing(self.x.account(), self.database, self.clock, self.on, self.cap, POLL, self.told.append)
        task = asyncio.create_task(hearing.run())
        try:
            await self.clock.naps(before + 1)
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def later(self, by: timedelta = POLL, workers: int = 1) -> None:
        naps = len(self.clock.until)
        self.clock.advance(by)
        self.x.set_clock()
        await self.clock.naps(naps + workers)

    async def heard(self) -> list[HeardPost]:
        async with self.database.transaction() as tx:
            return list(await tx.heard.list(CHAT))

    async def texts(self) -> list[str]:
        return [post.text for post in await self.heard()]

    async def spent(self) -> Spent:
        async with self.database.transaction() as tx:
            return SPENT_JSON.validate_json(await tx.ledger.recall(note(CHAT)) or "{}")

    @property
    def asked(self) -> int:
        return sum("/2/tweets" in exchange["path"] for exchange in self.x.emulators.exchanges())


def delete(x: X, post: str) -> None:
    requests.delete(f"{x.emulators.base}/_control/x/posts/{post}", timeout=10).raise_for_status()


async def test_posts_with_the_hashtag_are_kept_with_what_is_known_of_them(x: X) -> None:
    evening = Evening(x)
    x.emulators.post("/x/users", name="ann", followers=1250)
    first = x.says("ann", "A1 R&D <b> https://kfh.example/a #ukmedlibs", alt="A picture of a ward round")
    answer = x.says("bob", "Quite #ukmedlibs", in_reply_to=first)
    x.says("cat", "nothing to do with it")
    x.says("AntiphonBot", "Q1. How? #ukmedlibs")
    async with evening.listening():
        kept = {post.id: post for post in await evening.heard()}
    assert set(kept) == {first, answer}
    assert (kept[first].text, kept[first].name) == ("A1 R&D <b> https://kfh.example/a #ukmedlibs", "ann")
    assert (kept[first].followers, kept[first].link) == (1250, f"https://x.com/ann/status/{first}")
    assert kept[answer].in_reply_to == first
    assert (await evening.spent()).posts == 3, "our own are paid for too"
    assert evening.told[-1] == ""


async def test_a_long_post_is_kept_whole_with_its_links(x: X) -> None:
    words = "Why? " * 60 + "See https://a.example/b #ukmedlibs"
    async with Evening(x).listening() as evening:
        x.says("LibrarianLena", words)
        await evening.later()
        assert await evening.texts() == [words]


async def test_every_page_is_read_once_and_the_next_round_begins_behind_it(x: X) -> None:
    evening = Evening(x)
    for n in range(120):
        x.says(f"person{n % 7}", f"post {n} #ukmedlibs")
    async with evening.listening():
        assert len(await evening.heard()) == 120
        asked = evening.asked
        x.says("ann", "one more #ukmedlibs")
        await evening.later()
        assert evening.asked == asked + 1
    assert len(await evening.heard()) == 121
    spent = await evening.spent()
    assert (spent.posts, spent.people) == (121, 8)
    assert (await evening.spent()).dollars == Decimal("0.685")


async def test_a_restart_goes_on_behind_what_was_read(x: X) -> None:
    evening = Evening(x)
    x.says("ann", "before #ukmedlibs")
    async with evening.listening():
        pass
    x.says("ann", "meanwhile #ukmedlibs")
    async with evening.listening():
        assert await evening.texts() == ["before #ukmedlibs", "meanwhile #ukmedlibs"]
    assert (await evening.spent()).posts == 2


async def test_of_two_workers_one_listens_and_the_other_takes_over_when_it_is_gone(x: X, postgres_url: str) -> None:
    evening = Evening(x)
    evening.database = database = open_database(postgres_url)
    await database.migrate()
    x.says("ann", "A1 both look #ukmedlibs")
    async with evening.listening(), evening.listening():
        asked = evening.asked
        assert asked == 1
        x.says("ann", "A1 again #ukmedlibs")
        await evening.later(workers=2)
        assert (evening.asked, (await evening.spent()).posts) == (asked + 1, 2)
    async with evening.listening():
        x.says("ann", "A2 nobody listens #ukmedlibs")
        await evening.later()
        assert (await evening.spent()).posts == 2, "the one that is gone might only be slow"
        await evening.later(4 * POLL)
        spent = await evening.spent()
    assert (spent.posts, spent.people) == (3, 1), "who was paid for is known to the one that takes over"
    assert len(await evening.heard()) == 3
    await database.close()


async def test_nothing_is_read_beyond_the_cap(x: X) -> None:
    evening = Evening(x, cap="0.40")
    for n in range(60):
        x.says(f"person{n}", f"post {n} #ukmedlibs")
    async with evening.listening():
        await evening.later()
        asked = evening.asked
        await evening.later()
        assert evening.asked == asked
    assert (await evening.spent()).dollars <= evening.cap
    assert len(await evening.heard()) == 20, "at 2 cents for a post by somebody new, looked at twice"
    assert "The cap is reached, so nothing more is read." in cap_words(evening.cap, await evening.spent())
    assert set(evening.told) == {""}, "it is no trouble"


async def test_before_and_after_the_chat_nothing_is_asked(x: X) -> None:
    evening = Evening(x)
    start = evening.clock.now()
    evening.sitting = Sitting(CHAT, "#ukmedlibs", start + 2 * HOUR, start + 3 * HOUR)
    async with evening.listening():
        await evening.later(HOUR)
        assert evening.asked == 0
        await evening.later(HOUR)
        assert evening.asked == 1
        await evening.later(HOUR)
        await evening.later(HOUR)
        assert evening.asked == 1


async def test_what_is_deleted_within_the_day_is_taken_out_on_the_next(x: X) -> None:
    evening = Evening(x)
    gone = x.says("ann", "a slip #ukmedlibs")
    stays = x.says("bob", "stays #ukmedlibs")
    async with evening.listening():
        delete(x, gone)
        await evening.later(HOUR)
        assert len(await evening.heard()) == 2
        for _ in range(20):
            await evening.later(HOUR)
        assert await evening.texts() == ["stays #ukmedlibs"]
        asked = evening.asked
        await evening.later(HOUR)
        assert evening.asked == asked, "not again before the next day"
        delete(x, stays)
        for _ in range(23):
            await evening.later(HOUR)
        assert await evening.texts() == []
    spent = await evening.spent()
    assert (spent.looks, spent.seen, spent.kept, spent.gone) == (2, 1, 1, 2)


async def test_a_chat_is_heard_also_when_another_one_of_the_day_before_is_to_be_looked_at_again(x: X) -> None:
    evening = Evening(x)
    start = evening.clock.now()
    evening.earlier.append(Sitting("the day before", "#ukmedlibs", start - 16 * HOUR, start - 15 * HOUR))
    x.says("ann", "A1 at lunch #ukmedlibs")
    async with evening.listening():
        assert await evening.texts() == ["A1 at lunch #ukmedlibs"]


async def test_trouble_is_told_and_the_next_look_finds_everything(x: X) -> None:
    evening = Evening(x)
    x.says("ann", "A1 #ukmedlibs")
    x.fault(on="GET /2/tweets/search/recent", status=503, times=1)
    async with evening.listening():
        assert evening.told[-1] != ""
        assert await evening.heard() == []
        await evening.later(4 * POLL)
        assert evening.told[-1] == ""
        assert len(await evening.heard()) == 1


def test_a_protected_account_is_not_heard() -> None:
    post = {"id": "1", "text": "A1", "author_id": "7", "created_at": "2017-09-19T19:05:00.000Z"}
    user = {"id": "7", "username": "ann", "protected": True}
    assert wire.parse_heard({"data": [post], "includes": {"users": [user]}}) == []
    assert len(wire.parse_heard({"data": [post], "includes": {"users": [{**user, "protected": False}]}})) == 1


@pytest.mark.parametrize(
    ("kind", "gone"),
    [("resource-not-found", ["1"]), ("not-authorized-for-resource", ["1"]), ("client-forbidden", [])],
)
def test_only_what_x_says_is_gone_or_hidden_counts_as_deleted(kind: str, gone: list[str]) -> None:
    errors = [{"type": f"https://api.x.com/2/problems/{kind}", "resource_id": "1"}]
    assert wire.parse_gone({"data": [{"id": "2"}], "errors": errors}) == gone
