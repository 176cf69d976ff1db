"""Going to what is next, past nothing."""

from datetime import UTC, datetime, timedelta
from typing import cast

from bot.core.bodies import Text
from bot.core.events import Place, Platform
from bot.core.outbox import new_post
from bot.core.plan import Entry, Kind
from bot.demo.agenda import next_stop
from bot.ports import Transaction
from tests.fakes import FakeTransaction

NOW = datetime(2026, 12, 15, 20, 4, 30, tzinfo=UTC)


def entry(due: datetime) -> Entry:
    return Entry(
        key="chat:q2",
        group="chat",
        kind=Kind.CHAT,
        title="Q2",
        due=due,
        wall="",
        zone="Europe/London",
        cut_off=due,
        bodies={},
    )


async def stop(tx: FakeTransaction) -> datetime | None:
    return await next_stop(cast(Transaction, tx), NOW)


async def test_the_next_stop_is_shortly_before_what_is_planned() -> None:
    tx = FakeTransaction()
    await tx.plan.put(entry(NOW + timedelta(minutes=9)))
    assert await stop(tx) == NOW + timedelta(minutes=9) - timedelta(seconds=70)


async def test_a_post_that_is_prepared_is_not_jumped_over() -> None:
    tx = FakeTransaction()
    await tx.plan.put(entry(NOW + timedelta(minutes=9)))
    due = NOW + timedelta(seconds=40)
    await tx.outbox.add(new_post("q1", Place(Platform.X), Text("Q1"), due))
    assert await stop(tx) == due - timedelta(seconds=15)


async def test_without_anything_planned_there_is_nowhere_to_go() -> None:
    assert await stop(FakeTransaction()) is None
