"""The only place that asks the system for the time."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

_LONGEST_NAP = 1.0
"""Wall seconds between two looks at the wall's clock, which may be set or may have slept with the machine."""
_EARLY = 0.002
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
        while (left := (instant - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - nobody tells us if it is set
            await asyncio.sleep(_nap(left))


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


def _nap(left: float) -> float:
    """How long to sleep when `left` wall seconds are left. 0: so short that only yielding to others fits in."""
    return max(min(left, _LONGEST_NAP) - _EARLY, 0.0)
