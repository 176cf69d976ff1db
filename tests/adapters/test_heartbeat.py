"""The heartbeat on real clocks and the real APScheduler."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from bot.adapters.apscheduler import Heartbeat
from bot.adapters.clock import CampaignClock, SystemClock

SOON = timedelta(milliseconds=30)
HOUR = timedelta(hours=1)
EIGHT = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)


class Beats:
    """Counts beats; `upto` waits for one."""

    def __init__(self, then: Callable[[int], Awaitable[None]] | None = None) -> None:
        self.count = 0
        self._then = then
        self._changed = asyncio.Event()

    async def __call__(self) -> None:
        self.count += 1
        self._changed.set()
        if self._then is not None:
            await self._then(self.count)

    async def upto(self, count: int) -> None:
        async with asyncio.timeout(20):
            while self.count < count:
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def beating(
    beats: Beats, clock: SystemClock | CampaignClock, every: timedelta = HOUR
) -> AsyncIterator[Heartbeat]:
    heart = Heartbeat(clock, every)
    heart.start(beats)
    yield heart
    heart.stop()


async def test_it_beats_at_the_wanted_instant_and_not_before() -> None:
    clock, beats = SystemClock(), Beats()
    async with beating(beats, clock) as heart:
        instant = clock.now() + SOON
        heart.wake_at(instant)
        await beats.upto(1)
        assert clock.now() >= instant


async def test_a_wish_from_before_the_start_is_kept() -> None:
    clock, beats = SystemClock(), Beats()
    heart = Heartbeat(clock, HOUR)
    heart.wake_at(clock.now() + SOON)
    heart.start(beats)
    await beats.upto(1)
    heart.stop()


async def test_a_past_instant_makes_it_beat_at_once() -> None:
    clock, beats = SystemClock(), Beats()
    async with beating(beats, clock) as heart:
        heart.wake_at(clock.now() - HOUR)
        await beats.upto(1)


async def test_a_later_wish_replaces_an_earlier_one() -> None:
    clock, beats = SystemClock(), Beats()
    async with beating(beats, clock) as heart:
        heart.wake_at(clock.now() + SOON)
        instant = clock.now() + 2 * SOON
        heart.wake_at(instant)
        await beats.upto(1)
        assert clock.now() >= instant


async def test_it_beats_regularly_without_being_asked() -> None:
    beats = Beats()
    async with beating(beats, SystemClock(), every=SOON):
        await beats.upto(3)


async def test_a_clock_that_is_set_back_does_not_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class SetBack(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "SetBack":
            return cls.fromtimestamp(datetime.now(tz).timestamp(), tz) - HOUR

    beats = Beats()
    async with beating(beats, SystemClock(), every=SOON):
        await beats.upto(1)
        monkeypatch.setattr("apscheduler.schedulers.base.datetime", SetBack)
        await beats.upto(4)


async def test_a_beat_that_raises_does_not_stop_it() -> None:
    async def fail(_: int) -> None:
        raise ValueError("broken")

    beats = Beats(fail)
    async with beating(beats, SystemClock(), every=SOON):
        await beats.upto(2)


async def test_what_falls_due_during_a_beat_is_one_more_beat_after_it() -> None:
    clock = SystemClock()
    under_way: list[int] = []
    most: list[int] = []

    async def work(number: int) -> None:
        under_way.append(number)
        most.append(len(under_way))
        if number == 1:
            for _ in range(3):
                heart.wake_at(clock.now())
                await asyncio.sleep(SOON.total_seconds())
        under_way.remove(number)

    beats = Beats(work)
    async with beating(beats, clock) as heart:
        heart.wake_at(clock.now())
        await beats.upto(2)
        heart.wake_at(clock.now())
        await beats.upto(3)
    assert (most, beats.count) == ([1, 1, 1], 3)


async def test_a_jump_of_the_clock_brings_the_beat_forward() -> None:
    clock, beats = CampaignClock(EIGHT), Beats()
    async with beating(beats, clock) as heart:
        heart.wake_at(EIGHT + HOUR)
        clock.jump(EIGHT + HOUR)
        await beats.upto(1)


async def test_a_paused_clock_holds_the_beat_back_until_it_is_resumed() -> None:
    clock, beats = CampaignClock(EIGHT, speed=1_000_000), Beats()
    clock.pause()
    async with beating(beats, clock) as heart:
        heart.wake_at(clock.now() + HOUR)
        await asyncio.sleep(SOON.total_seconds())
        assert beats.count == 0
        clock.resume()
        await beats.upto(1)


async def test_a_pause_after_the_wish_takes_the_alarm_away() -> None:
    clock, beats = CampaignClock(EIGHT), Beats()
    async with beating(beats, clock) as heart:
        heart.wake_at(clock.now() + SOON)
        clock.pause()
        await asyncio.sleep(2 * SOON.total_seconds())
        assert beats.count == 0


async def test_it_is_silent_once_stopped() -> None:
    beats = Beats()
    async with beating(beats, SystemClock(), every=SOON) as heart:
        await beats.upto(1)
        heart.stop()
        seen = beats.count
        await asyncio.sleep(3 * SOON.total_seconds())
    assert beats.count == seen


async def test_one_that_was_never_started_can_be_stopped() -> None:
    heart = Heartbeat(SystemClock())
    heart.stop()
