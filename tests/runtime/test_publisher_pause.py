"""Laws of the pause, over histories of posts that fall due and people who pause and resume (Hypothesis)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.bodies import Text
from bot.core.events import Place, Platform
from bot.core.outbox import Outcome, Post, State, new_post
from bot.core.pause import NOTE, Pause, stored
from bot.ports import ItsTime
from bot.runtime.publisher import Publisher
from bot.services.pausing import begin, end
from tests.fakes import FakeClock, FakeDatabase, RecordingClient
from tests.runtime.support import NOW, settled

SECOND = timedelta(seconds=1)
SECONDS = 20
KEYS = ("chat:a:q1:slack", "action:b:slack", "slack:T1:1:reply", "slack:T1:2:receipt", "slack:T1:3:pause")


@dataclass
class Witness(RecordingClient):
    """Notes what left, when, and what pause stood then."""

    clock: FakeClock
    database: FakeDatabase
    left: list[tuple[Post, datetime, Pause | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(Platform.SLACK)

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        outcome = await super().deliver(post, its_time)
        self.left.append((post, self.clock.now(), stored(self.database.kept.ledger.notes.get(NOTE))))
        return outcome


@dataclass(frozen=True)
class Wish:
    """A pause as somebody sets it, or with `ends` the end of one. Offsets are in seconds."""

    ends: bool = False
    since: int = 0
    lasts: int | None = None
    exempt: tuple[str, ...] = ()

    def pause(self, now: datetime) -> Pause:
        since = now + self.since * SECOND
        until = None if self.lasts is None else since + self.lasts * SECOND
        return Pause(reason="r", by="command line", at=now, since=since, until=until, exempt=self.exempt)


wishes = st.builds(
    Wish,
    st.booleans(),
    st.integers(0, 6),
    st.none() | st.integers(1, 8),
    st.lists(st.sampled_from(["chat", "reply", "slack", "action:b"]), max_size=2).map(tuple),
)
histories = st.dictionaries(st.integers(0, SECONDS), wishes, max_size=5)
queues = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(0, SECONDS), st.none() | st.integers(0, 10)), min_size=1, max_size=6
)


def posts(queue: Sequence[tuple[str, int, int | None]]) -> list[Post]:
    """Each in a channel of its own, so that rates do not delay them. The number stands inside the key."""
    made = []
    for number, (key, due, keeps) in enumerate(queue):
        head, _, last = key.rpartition(":")
        at = NOW + due * SECOND
        cut_off = None if keeps is None else at + keeps * SECOND
        place = Place(Platform.SLACK, "T1", f"C{number}")
        made.append(new_post(f"{head}:{number}:{last}", place, Text("hello"), at, cut_off=cut_off))
    return made


async def played(queue: Sequence[Post], history: dict[int, Wish]) -> tuple[Witness, FakeDatabase]:
    """A publisher through the history, and on until nothing is left to do without a pause."""
    clock, database = FakeClock(NOW), FakeDatabase()
    client = Witness(clock, database)
    publisher = Publisher(client, database, clock)
    async with database.transaction() as tx:
        for post in queue:
            await tx.outbox.add(post)
    for second in range(SECONDS + 15):
        await _wish(database, clock, Wish(ends=True) if second == SECONDS else history.get(second))
        for _ in range(4):
            await settled()
            await publisher.turn()
        clock.advance(SECOND / 2)  # what leaves a little after a pause's end has left before the next begins
        await settled()
        clock.advance(SECOND / 2)
    return client, database


async def _wish(database: FakeDatabase, clock: FakeClock, wish: Wish | None) -> None:
    if wish is None:
        return
    async with database.transaction() as tx:
        if wish.ends:
            await end(tx, "command line", clock.now())
        else:
            await begin(tx, wish.pause(clock.now()), replace=True)


ENDLESS, SOON, LATER = Wish(), Wish(since=1), Wish(since=6)


@example([("chat:a:q1:slack", 1, None)], {0: SOON, 2: SOON})
@example([("chat:a:q1:slack", 18, 1)], {0: ENDLESS, 8: LATER, 19: SOON})  # the second try's slot is past its end
@settings(max_examples=40)
@given(queues, histories)
def test_nothing_begins_while_it_is_paused_and_nothing_is_lost_or_late_afterwards(
    queue: list[tuple[str, int, int | None]], history: dict[int, Wish]
) -> None:
    client, database = asyncio.run(played(posts(queue), history))
    for post, at, pause in client.left:
        assert pause is None or not pause.halts(post, at)
        assert post.cut_off is None or at <= post.cut_off
    became = {post.key: post for post in database.kept.outbox.rows.values()}
    sent = [post.key for post, _, _ in client.left]
    assert sorted(sent) == sorted(key for key, post in became.items() if post.state is State.SENT)
    assert {post.state for post in became.values()} <= {State.SENT, State.MISSED}
    assert all(post.cut_off is not None for post in became.values() if post.state is State.MISSED)


@settings(max_examples=20)
@given(queues, histories)
def test_what_is_exempt_from_every_pause_goes_out_as_if_there_were_none(
    queue: list[tuple[str, int, int | None]], history: dict[int, Wish]
) -> None:
    exempt = [post for post in posts(queue) if post.key.endswith(":pause")]
    client, _ = asyncio.run(played(exempt, history))
    assert sorted((post.key, at) for post, at, _ in client.left) == sorted((post.key, post.due) for post in exempt)
