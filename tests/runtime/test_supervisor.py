import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.core.events import Platform
from bot.core.outbox import Delivered, Outcome, Post, State
from bot.ports import ItsTime, Receive
from bot.routing import Router
from bot.runtime import wake
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.publisher import PACE, Publisher
from bot.runtime.scheduler import Scheduler
from bot.runtime.supervisor import Parts, Supervisor
from tests.fakes import FakeClock, FakeDatabase, RecordingClient
from tests.runtime.support import NOW, FakeTimer, context_at, mention, post, settled


class OneEvent:
    """A listener that hears one thing."""

    platform = Platform.SLACK

    def __init__(self) -> None:
        self.stopped = False

    async def run(self, receive: Receive) -> None:
        await receive(mention())
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped = True


class Office:
    def __init__(self) -> None:
        self.database, self.clock, self.timer = FakeDatabase(), FakeClock(NOW), FakeTimer()
        self.listener, self.client = OneEvent(), RecordingClient()
        context = context_at(self.clock)
        router = Router()
        self.dispatcher = Dispatcher(self.database, router, context, self.clock, lambda: None)
        self.publisher = Publisher(self.client, self.database, self.clock)
        scheduler = Scheduler([], self.database, context, self.clock, self.timer, lambda: None)
        self.supervisor = Supervisor(
            Parts(self.dispatcher, self.timer, [self.listener], [self.publisher], scheduler, [self.client])
        )
        self.stop = asyncio.Event()

    async def during(self, work: Callable[[], Awaitable[None]]) -> None:
        running = asyncio.create_task(self.supervisor.run(self.stop))
        await settled()
        await work()
        self.stop.set()
        await running


async def test_stopping_ends_every_part_and_keeps_what_was_heard() -> None:
    office = Office()
    await office.during(settled)
    assert office.listener.stopped
    assert office.client.closed
    assert not office.timer.running
    assert "slack:T1:Ev1" in office.database.kept.inbox.rows
    assert len(asyncio.all_tasks()) == 1


async def test_a_call_under_way_is_finished_before_the_end() -> None:
    office = Office()
    begun, answer = asyncio.Event(), asyncio.Event()

    async def slow(post: Post, its_time: ItsTime) -> Outcome:
        await its_time()
        begun.set()
        await answer.wait()
        return Delivered("1")

    office.client.deliver = slow  # type: ignore[method-assign]
    async with office.database.transaction() as tx:
        await tx.outbox.add(post())

    async def work() -> None:
        await begun.wait()
        office.stop.set()
        await settled()
        answer.set()

    await office.during(work)
    assert office.database.kept.outbox.rows["a"].state is State.SENT


async def test_a_post_whose_time_has_not_come_is_given_back_at_the_end() -> None:
    office = Office()
    async with office.database.transaction() as tx:
        await tx.outbox.add(post(due=NOW + PACE.lead))
    await office.during(settled)
    assert office.database.kept.outbox.rows["a"].state is State.QUEUED


async def test_a_publisher_that_cannot_keep_what_it_did_does_not_keep_others_from_ending() -> None:
    office = Office()

    async def work() -> None:
        office.database.fails = True

    await office.during(work)
    assert office.client.closed


async def test_what_else_goes_on_for_ever_ends_with_the_rest() -> None:
    office = Office()
    ticks: list[str] = []

    async def tick() -> None:
        ticks.append("tick")
        await asyncio.Event().wait()

    office.supervisor._parts.loops.append(("a clock", tick))
    await office.during(settled)
    assert ticks == ["tick"]
    assert len(asyncio.all_tasks()) == 1


async def test_a_beat_makes_every_loop_look() -> None:
    office = Office()

    async def work() -> None:
        async with office.database.transaction() as tx:
            await tx.outbox.add(post())
        await office.timer.beat()
        await settled()
        assert office.database.kept.outbox.rows["a"].state is State.SENT

    await office.during(work)


async def test_a_part_that_fails_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After pauses that grow, and from a short one once it has run for long."""
    pauses: list[float] = []
    now = 0.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    runs = iter([(0.1, RuntimeError("one")), (0.1, RuntimeError("two")), (0.9, RuntimeError("three")), (0.1, None)])

    async def run() -> None:
        nonlocal now
        seconds, error = next(runs)
        now += seconds
        if error:
            raise error

    await wake.keep_going("listener", run, longest_pause=0.8, sleep=sleep)
    assert pauses == [0.5, 0.8, 0.5]


async def test_work_that_must_be_done_whole_is_done_although_it_is_cancelled() -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await settled()
        done.set()

    task = asyncio.create_task(wake.whole(work()))
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    assert (task.cancelled(), done.is_set()) == (True, True)
