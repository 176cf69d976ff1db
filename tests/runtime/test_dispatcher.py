import asyncio
from collections.abc import Callable

import pytest

from bot.context import Context
from bot.core.bodies import Text
from bot.core.events import Mention
from bot.routing import Router
from bot.runtime.dispatcher import GIVE_UP_AFTER, Dispatcher
from tests.fakes import FakeClock, FakeDatabase
from tests.runtime.support import context_at, mention, settled


class Handled:
    """A router with one handler that answers, or fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.router = Router()
        self.failures = failures
        self.router.on(Mention)(self.answer)

    async def answer(self, event: Mention, ctx: Context) -> None:
        await ctx.reply(event, f"heard {event.text}")
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the handler broke")


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


def dispatcher(database: FakeDatabase, handled: Handled, told: Callable[[], None] = lambda: None) -> Dispatcher:
    clock = FakeClock()
    return Dispatcher(database, handled.router, context_at(clock), clock, told)


async def test_an_event_is_kept_before_receive_returns(database: FakeDatabase) -> None:
    await dispatcher(database, Handled()).receive(mention())
    assert [event.key for event in await database.kept.inbox.waiting(9)] == ["slack:T1:Ev1"]
    assert not database.kept.outbox.rows


async def test_an_event_is_answered_once_though_delivered_three_times(database: FakeDatabase) -> None:
    ours = dispatcher(database, Handled())
    for _ in range(3):
        await ours.receive(mention())
        await ours.drain()
    assert [post.key for post in database.kept.outbox.rows.values()] == ["slack:T1:Ev1:reply"]
    assert not await database.kept.inbox.waiting(9)


async def test_an_event_received_before_a_crash_is_handled_after_the_restart(database: FakeDatabase) -> None:
    await dispatcher(database, Handled()).receive(mention())
    await dispatcher(database, Handled()).drain()
    assert "slack:T1:Ev1:reply" in database.kept.outbox.rows


async def test_a_handler_that_fails_leaves_nothing_behind_and_is_tried_again(database: FakeDatabase) -> None:
    ours = dispatcher(database, Handled(failures=1))
    await ours.receive(mention())
    await ours.drain()
    assert not database.kept.outbox.rows
    await ours.drain()
    assert list(database.kept.outbox.rows) == ["slack:T1:Ev1:reply"]


async def test_an_event_that_keeps_failing_is_set_aside_and_its_author_told(database: FakeDatabase) -> None:
    ours = dispatcher(database, Handled(failures=99))
    await ours.receive(mention())
    for _ in range(GIVE_UP_AFTER + 2):
        await ours.drain()
    [(event, reason)] = await database.kept.inbox.set_aside()
    assert event.key == "slack:T1:Ev1"
    assert reason == "RuntimeError: the handler broke"
    [answer] = database.kept.outbox.rows.values()
    assert isinstance(answer.body, Text)
    assert "Something went wrong" in answer.body.text
    assert answer.private_to == "U1"


async def test_one_bad_event_does_not_hold_up_the_next(database: FakeDatabase) -> None:
    ours = dispatcher(database, Handled(failures=2))  # together with the next, and then by itself
    await ours.receive(mention(1))
    await ours.receive(mention(2))
    await ours.drain()
    assert list(database.kept.outbox.rows) == ["slack:T1:Ev2:reply"]


async def test_of_events_that_wait_together_each_is_answered_once_though_one_fails(database: FakeDatabase) -> None:
    handled = Handled()
    ours = dispatcher(database, handled)
    for number in range(9):
        await ours.receive(mention(number))

    async def fails_at_the_fifth(event: Mention, ctx: Context) -> None:
        if event.key == mention(4).key:
            raise RuntimeError("the handler broke")
        await ctx.reply(event, "heard")

    handled.router.routes.clear()
    handled.router.on(Mention)(fails_at_the_fifth)
    await ours.drain()
    keys = [mention(number).key for number in range(9)]
    assert list(database.kept.outbox.rows) == [f"{key}:reply" for key in keys if key != mention(4).key]


async def test_what_takes_long_shares_its_transaction_with_nobody(
    database: FakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runtime.dispatcher._LONGEST", 0)
    waiting: list[int] = []

    async def counts(event: Mention, ctx: Context) -> None:
        waiting.append(len(await database.kept.inbox.waiting(9)))

    ours = dispatcher(database, handled := Handled())
    handled.router.routes.clear()
    handled.router.on(Mention)(counts)
    for number in range(3):
        await ours.receive(mention(number))
    await ours.drain()
    assert waiting == [3, 2, 1]


async def test_an_event_nobody_handles_is_done(database: FakeDatabase) -> None:
    handled = Handled()
    handled.router.routes.clear()
    ours = dispatcher(database, handled)
    await ours.receive(mention())
    await ours.drain()
    assert not await database.kept.inbox.waiting(9)


async def test_more_events_than_one_batch_are_all_handled(database: FakeDatabase) -> None:
    ours = dispatcher(database, Handled())
    for number in range(120):
        await ours.receive(mention(number))
    task = asyncio.create_task(ours.run())
    for _ in range(200):
        await settled()
    task.cancel()
    assert len(database.kept.outbox.rows) == 120


async def test_whoever_sends_is_told_when_events_were_handled(database: FakeDatabase) -> None:
    told: list[int] = []
    ours = dispatcher(database, Handled(), lambda: told.append(len(database.kept.outbox.rows)))
    await ours.drain()
    assert told == []
    await ours.receive(mention())
    await ours.drain()
    assert told == [1]


async def test_what_takes_long_is_prepared_before_the_first_event_is_handled(database: FakeDatabase) -> None:
    prepared: list[int] = []

    async def prepare() -> None:
        prepared.append(len(database.kept.outbox.rows))

    clock = FakeClock()
    ours = Dispatcher(database, Handled().router, context_at(clock), clock, handled=lambda: None, prepare=prepare)
    await ours.receive(mention())
    task = asyncio.create_task(ours.run())
    await settled()
    task.cancel()
    assert (prepared, len(database.kept.outbox.rows)) == ([0], 1)


async def test_whoever_counts_is_told_of_each_event_and_whether_it_is_new(database: FakeDatabase) -> None:
    told: list[tuple[str, bool]] = []
    clock = FakeClock()
    ours = Dispatcher(
        database, Router(), context_at(clock), clock, lambda: None, lambda event, new: told.append((event.key, new))
    )
    for _ in range(2):
        await ours.receive(mention())
    assert told == [(mention().key, True), (mention().key, False)]


async def test_events_that_arrive_together_are_all_kept_and_each_told_apart(database: FakeDatabase) -> None:
    ours = dispatcher(database, Handled())
    await asyncio.gather(*(ours.receive(mention(number % 70)) for number in range(140)))
    assert len(await database.kept.inbox.waiting(200)) == 70


async def test_an_event_that_another_worker_has_is_left_to_it(database: FakeDatabase) -> None:
    ours = dispatcher(database, Handled())
    await ours.receive(mention())
    async with database.transaction() as tx:
        await tx.inbox.done([mention().key], FakeClock().now())
    await ours._handle([mention()])
    assert not database.kept.outbox.rows
