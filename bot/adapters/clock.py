"""The only place that asks the system for the time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_LONGEST_NAP = 1.0
"""Wall seconds between two looks at the wall's clock, which may be set or may have slept with the machine."""
_DRIFT = 0.05
"""Seconds that the server's clock may differ from what we thought before timers are set anew."""
_QUICK, _TRIES = 0.1, 5
"""Seconds that the server's answer may take, and how often it is asked for a quicker one. A process that stood still
meanwhile would think it earlier than it is, and its lease still good."""
_EARLY = 0.0005
"""The event loop wakes us up to a millisecond late, so we wake this much earlier and go on in tiny steps."""


class SystemClock:
    """The wall's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wall(self, instant: datetime) -> datetime | None:
        """The same instant: only a campaign clock differs from the wall's."""
        return instant

    def on_change(self, changed: Callable[[], None]) -> None:
        """The wall's clock never changes its pace, so there is nothing to tell."""

    async def sleep_until(self, instant: datetime) -> None:
        await _sleep_until(instant, self.now)

    async def sleep(self, how_long: timedelta) -> None:
        await asyncio.sleep(how_long.total_seconds())


def _elapsed() -> float:
    """Seconds since some instant, also those in which the machine slept, whatever the wall's clock is set to."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class _Answer(NamedTuple):
    """What the server's clock showed when ours read so much. Wrong by at most half of what the answer took."""

    took: float
    shown: float
    read: float


class SharedClock:
    """The clock of the database server, so that machines agree on what is due, however wrong their own clocks are."""

    def __init__(self, ask: Callable[[], Awaitable[datetime]], elapsed: Callable[[], float] = _elapsed) -> None:
        self._ask = ask
        self._elapsed = elapsed
        self._shown, self._read = 0.0, 0.0
        self._tell: list[Callable[[], None]] = []

    async def set(self) -> None:
        """Ask the server for the time. Call it once before any other method, then now and again."""
        answers = [await self._answer()]
        while answers[-1].took > _QUICK and len(answers) < _TRIES:
            answers.append(await self._answer())
        best = min(answers)
        moved = abs(best.shown + self._elapsed() - best.read - self._now()) > _DRIFT
        self._shown, self._read = best.shown, best.read
        if moved:
            for tell in self._tell:
                tell()

    async def _answer(self) -> _Answer:
        before = self._elapsed()
        shown = (await self._ask()).timestamp()
        after = self._elapsed()
        # The server looked at its clock somewhere between our question and its answer.
        return _Answer(after - before, shown, (before + after) / 2)

    async def follow(self, every: float = 30.0) -> None:
        """Ask again every so many seconds, for ever."""
        while True:
            await asyncio.sleep(every)
            await self.set()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    def wall(self, instant: datetime) -> datetime | None:
        """When this machine's own clock will show what the server's clock shows at `instant`."""
        return datetime.now(UTC) + (instant - self.now())

    def on_change(self, changed: Callable[[], None]) -> None:
        """Have `changed` called when the server's clock and ours have drifted apart."""
        self._tell.append(changed)

    async def sleep_until(self, instant: datetime) -> None:
        await _sleep_until(instant, self.now)

    async def sleep(self, how_long: timedelta) -> None:
        await asyncio.sleep(how_long.total_seconds())

    def _now(self) -> float:
        return self._shown + self._elapsed() - self._read


class CampaignClock:
    """Campaign time: starts where it is told, may run faster than the wall's clock, stand still, or skip ahead."""

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self.speed = speed
        """Campaign seconds in a wall second, while it runs."""
        self.paused = False
        self._campaign = start.timestamp()
        self._wall = time.time()
        self._changed = asyncio.Event()
        self._tell: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    def wall(self, instant: datetime) -> datetime | None:
        """When the wall's clock will show what we call `instant`, at today's pace. None while paused."""
        if self.paused:
            return None
        return datetime.fromtimestamp(self._wall + (instant.timestamp() - self._campaign) / self.speed, UTC)

    def spec(self) -> dict[str, float]:
        """What another process needs to show the same time: at `wall` it was `campaign` (both epoch seconds)."""
        return {"campaign": self._campaign, "wall": self._wall, "speed": self._pace}

    def set_speed(self, speed: float) -> None:
        """Go on at another speed; a paused clock does so when it is resumed. ValueError unless above zero."""
        if speed <= 0:
            raise ValueError("a clock's speed is above zero; to stop it, pause it")
        self._anchor(self._now())
        self.speed = speed
        self._announce()

    def pause(self) -> None:
        self._anchor(self._now())
        self.paused = True
        self._announce()

    def resume(self) -> None:
        self._anchor(self._now())
        self.paused = False
        self._announce()

    def jump(self, to: datetime) -> None:
        """Skip ahead. ValueError for an instant in the past: what was done then cannot be undone."""
        if to < self.now():
            raise ValueError("a campaign clock only goes forward")
        self._anchor(to.timestamp())
        self._announce()

    def on_change(self, changed: Callable[[], None]) -> None:
        """Have `changed` called whenever the speed changes or time jumps."""
        self._tell.append(changed)

    async def sleep_until(self, instant: datetime) -> None:
        while (left := (instant - self.now()).total_seconds()) > 0:
            await self._change(None if self.paused else _nap(left / self.speed))

    async def sleep(self, how_long: timedelta) -> None:
        await self.sleep_until(self.now() + how_long)

    async def _change(self, at_most: float | None) -> None:
        """Wait for a change of pace, or for as many wall seconds."""
        if at_most == 0:
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(at_most):
                await self._changed.wait()
        except TimeoutError:
            return

    @property
    def _pace(self) -> float:
        return 0.0 if self.paused else self.speed

    def _now(self) -> float:
        return self._campaign + (time.time() - self._wall) * self._pace

    def _anchor(self, campaign: float) -> None:
        self._campaign, self._wall = campaign, time.time()

    def _announce(self) -> None:
        # Those asleep see this event set; those who fall asleep from now on wait for the next one.
        self._changed.set()
        self._changed = asyncio.Event()
        for tell in self._tell:
            tell()


async def _sleep_until(instant: datetime, now: Callable[[], datetime]) -> None:
    while (left := (instant - now()).total_seconds()) > 0:  # noqa: ASYNC110 - nobody tells us if the clock is set
        await asyncio.sleep(_nap(left))


def _nap(left: float) -> float:
    """How long to sleep when `left` wall seconds are left. 0: so short that only yielding to others fits in."""
    return max(min(left, _LONGEST_NAP) - _EARLY, 0.0)
