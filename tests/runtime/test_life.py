"""Crashes, faults, pauses, clock jumps and several workers, in any order (Hypothesis)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core.events import Place, Platform
from bot.core.outbox import (
    PATIENCE,
    Absent,
    Delivered,
    Finding,
    Found,
    Lost,
    Outcome,
    Post,
    RateLimited,
    Refused,
    State,
    Unavailable,
    send_again,
)
from bot.core.pause import NOTE, Pause, as_note
from bot.ports import ItsTime
from bot.runtime.publisher import Publisher
from tests.fakes import FakeClock, FakeDatabase
from tests.runtime.support import NOW, post, settled

T = TypeVar("T")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LAG = PATIENCE.quiet / 2
"""How long the platform takes to show what it has accepted."""
WEATHER = ["good", "accepted, no answer", "no answer", "busy", "down", "accepted, silent", "silent", "refused"]
PASSING = [0 * SECOND, SECOND / 10, SECOND, 6 * SECOND, MINUTE, 2 * MINUTE, 11 * MINUTE, 8 * 60 * MINUTE]


class Chat:
    """A platform: what it has accepted, and what the weather makes of the next requests."""

    platform = Platform.SLACK

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.time = timedelta()
        """The platform's own: it passes as ours does, but nobody sets it back."""
        self.accepted: list[tuple[str, timedelta]] = []
        self.weather: list[str] = []
        self.told_refused: set[str] = set()

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        await its_time()
        weather = self.weather.pop(0) if self.weather else "good"
        if weather in ("good", "accepted, no answer", "accepted, silent"):
            self.accepted.append((post.key, self.time))
        if "silent" in weather:
            await asyncio.Event().wait()
        if weather == "refused":
            self.told_refused.add(post.key)
        return self._answer(weather)

    def _answer(self, weather: str) -> Outcome:
        answers: dict[str, Outcome] = {
            "good": Delivered("1"),
            "busy": RateLimited(self.clock.now() + MINUTE),
            "down": Unavailable("down"),
            "refused": Refused("never"),
        }
        return answers.get(weather, Lost("no answer"))

    async def find(self, post: Post) -> Finding:
        seen = [key for key, at in self.accepted if key == post.key and at <= self.time - LAG]
        return Found("1") if seen else Absent()

    async def close(self) -> None: ...


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = FakeClock(NOW)
        self.chat = Chat(self.clock)
        self.workers: list[Publisher] = []
        self.number = 0
        self.cancelled: set[str] = set()
        self.paused_at_length: int | None = None
        self.begun_before_the_pause: set[str] = set()

    def do(self, work: Awaitable[T]) -> T:
        async def inside() -> T:
            return await work

        return self.loop.run_until_complete(inside())

    @initialize(alone=st.booleans(), workers=st.integers(1, 3))
    def start(self, alone: bool, workers: int) -> None:
        self.database = FakeDatabase(alone)
        for _ in range(1 if alone else workers):
            self.employ()

    def employ(self) -> None:
        self.workers.append(Publisher(self.chat, self.database, self.clock))

    @rule(
        ahead=st.sampled_from([0, 0, 1, 3, 30, 600]),
        cut_off=st.sampled_from([None, 10, 600]),
        channel=st.integers(1, 3),
    )
    def queue(self, ahead: int, cut_off: int | None, channel: int) -> None:
        self.number += 1
        due = self.clock.now() + ahead * SECOND
        place = Place(Platform.SLACK, "T1", f"C{channel}")
        until = None if cut_off is None else due + cut_off * SECOND
        self.do(self.put(replace(post(f"p{self.number}", due, until), place=place)))

    async def put(self, one: Post) -> None:
        async with self.database.transaction() as tx:
            assert await tx.outbox.add(one)
            assert not await tx.outbox.add(replace(one, due=NOW)), "the same key again is no second post"

    @rule(
        by=st.sampled_from(PASSING),
        turns=st.sampled_from([6, 6, 2, 1]),
        weather=st.lists(st.sampled_from(WEATHER), max_size=2),
    )
    def time_passes(self, by: timedelta, turns: int, weather: list[str]) -> None:
        self.chat.weather = weather
        self.pass_time(by)
        self.do(self.work(turns))

    @rule(by=st.sampled_from([MINUTE, 60 * MINUTE, 24 * 60 * MINUTE]), forward=st.booleans())
    def the_clock_is_set(self, by: timedelta, forward: bool) -> None:
        if forward:  # or the machine slept: for us that is the same
            self.pass_time(by)
        else:
            self.clock.advance(-by)
        self.do(self.work(1))

    def pass_time(self, by: timedelta) -> None:
        self.clock.advance(by)
        self.chat.time += by

    async def work(self, turns: int) -> None:
        for _ in range(turns):
            for worker in self.workers:
                await settled()
                await worker.turn()
            await settled()

    @rule(which=st.integers(0, 9), mid_way=st.booleans())
    def a_worker_is_killed_and_another_starts(self, which: int, mid_way: bool) -> None:
        dead = self.workers.pop(which % len(self.workers))
        if mid_way:
            self.do(self.half_a_turn(dead))
        self.do(self.kill(dead))
        self.employ()

    async def half_a_turn(self, worker: Publisher) -> None:
        """The commit is there, what follows it is not."""
        async with self.database.transaction() as tx:
            await worker._take_over(tx, self.clock.now())
            await worker._intend(tx, worker._waiting, None, self.clock.now())
            await worker._claim(tx, None, None, self.clock.now())

    async def kill(self, worker: Publisher) -> None:
        tasks = [hand.task for hand in worker._in_hand.values() if hand.task] + list(worker._looking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @precondition(lambda self: self.number)
    @rule(which=st.integers(0, 99))
    def somebody_cancels(self, which: int) -> None:
        key = f"p{which % self.number + 1}"
        if self.do(self.cancel(key)):
            self.cancelled.add(key)
            assert key not in self.sent()

    async def cancel(self, key: str) -> bool:
        async with self.database.transaction() as tx:
            return await tx.outbox.cancel(key)

    @rule()
    def somebody_sends_again_what_was_missed_or_refused(self) -> None:
        self.do(self.again())

    async def again(self) -> None:
        async with self.database.transaction() as tx:
            for one in await tx.outbox.list(states=[State.MISSED, State.DEAD]):
                once_more = send_again(one, self.clock.now())
                assert once_more
                assert await tx.outbox.save([once_more])

    @precondition(lambda self: self.paused_at_length is None)
    @rule()
    def somebody_pauses(self) -> None:
        now = self.clock.now() - 48 * 60 * MINUTE
        pause = Pause(reason="an incident", by="command line", at=now, since=now)
        self.do(self.note(as_note(pause)))
        self.paused_at_length = len(self.chat.accepted)
        rows = self.database.kept.outbox.rows.values()
        self.begun_before_the_pause = {row.key for row in rows if row.state is State.SENDING}

    @precondition(lambda self: self.paused_at_length is not None)
    @rule()
    def somebody_resumes(self) -> None:
        self.do(self.note(None))
        self.paused_at_length = None

    async def note(self, pause: str | None) -> None:
        async with self.database.transaction() as tx:
            await (tx.ledger.forget(NOTE) if pause is None else tx.ledger.remember(NOTE, pause))

    def sent(self) -> list[str]:
        return [key for key, _ in self.chat.accepted]

    @invariant()
    def nothing_is_doubled(self) -> None:
        assert all(count == 1 for count in Counter(self.sent()).values())

    @invariant()
    def what_was_cancelled_never_leaves(self) -> None:
        assert not self.cancelled & set(self.sent())

    @invariant()
    def nothing_is_begun_while_paused(self) -> None:
        if self.paused_at_length is not None:
            assert set(self.sent()[self.paused_at_length :]) <= self.begun_before_the_pause

    def teardown(self) -> None:
        """Fine weather, and time: then nothing is lost."""
        if self.paused_at_length is not None:
            self.somebody_resumes()
        self.chat.weather = []
        silent = [worker for worker in self.workers for hand in worker._in_hand.values() if hand.left]
        for worker in set(silent):  # a call without an answer ends with its time limit, or its process
            self.do(self.kill(worker))
            self.workers.remove(worker)
        if not self.workers:
            self.employ()
        rows = self.database.kept.outbox.rows.values()
        # Clocks that were set back have all the time to catch up.
        self.pass_time(max([(row.lease_until or row.try_at) - self.clock.now() for row in rows], default=SECOND))
        for _ in range(8):
            self.do(self.work(5))
            self.pass_time(2 * MINUTE)
        self.nothing_is_doubled()
        for row in self.database.kept.outbox.rows.values():
            over = row.state in (State.SENT, State.MISSED, State.DEAD, State.CANCELLED)
            assert over, (row.key, row.state)
            assert (row.key in self.sent()) == (row.state is State.SENT), (row.key, row.state)
        self.loop.close()


Life.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, phases=[Phase.explicit, Phase.generate], print_blob=True
)
TestLife = Life.TestCase
