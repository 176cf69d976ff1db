"""What goes out by a rule is released each time once, however often the bot stops and starts meanwhile."""

from datetime import timedelta

import pytest

from bot.runtime.scheduler import Scheduler
from schedules import series as rhythm
from tests.core.test_series import NOW
from tests.fakes import FakeClock, FakeDatabase
from tests.runtime.support import FakeTimer, context_at
from tests.schedules.test_series import SERIES

DAY = timedelta(days=1)


async def run(outages: list[int]) -> list[str]:
    """The posts of a quarter in which the bot restarts every few days, and is off for so many before it does."""
    database, clock, timer = FakeDatabase(), FakeClock(NOW), FakeTimer()
    async with database.transaction() as tx:
        await tx.pieces.put(SERIES)
    off = iter(outages)
    while clock.now() < NOW + 90 * DAY:
        scheduler = Scheduler(rhythm.SCHEDULE.rhythms, database, context_at(clock), clock, timer, lambda: None)
        await scheduler.start()
        for _ in range(8):
            await scheduler.tick()
            clock.advance(timer.wakes[-1] - clock.now())
        clock.advance(next(off, 0) * DAY)
    await scheduler.tick()
    return list(database.kept.outbox.rows)


@pytest.mark.parametrize("outages", [[], [0, 3, 30, 0, 20, 9]])
async def test_each_time_is_released_once_whenever_the_bot_was_off(outages: list[int]) -> None:
    keys = await run(outages)
    times = sorted({key.split(":")[1] for key in keys})
    assert times[:12] == [f"k-{NOW + (6 + 7 * n) * DAY:%Y-%m-%d}" for n in range(12)]
    assert len(keys) == len(set(keys)) == len(times)
