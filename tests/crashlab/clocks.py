"""Clocks of the laboratory: one that all machines share, and wall clocks that are wrong."""

import sys
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any

from bot.adapters.clock import SharedClock

SPEED = 20.0
"""Campaign seconds in a wall second. Faster, and the platforms' limits would let more through than a machine can do."""
_FOLLOW = 2.0
"""Wall seconds between two looks at the server's clock."""
_GO_BY_THE_WALL = ("bot.adapters.clock", "apscheduler.", "jwt.")


class LabClock(SharedClock):
    """The database server's clock from `start` on, and from there `SPEED` times as fast, as the platforms have it."""

    def __init__(self, ask: Callable[[], Awaitable[datetime]], start: datetime) -> None:
        super().__init__(ask)
        self._server = SharedClock(ask)
        self._start = start

    async def set(self) -> None:
        await self._server.set()

    async def follow(self, every: float = _FOLLOW) -> None:
        await super().follow(every)

    def now(self) -> datetime:
        return campaign(self._start, self._server.now())

    def wall(self, instant: datetime) -> datetime | None:
        return self._server.wall(self._real(instant))

    def on_change(self, changed: Callable[[], None]) -> None:
        self._server.on_change(changed)

    async def sleep_until(self, instant: datetime) -> None:
        await self._server.sleep_until(self._real(instant))

    async def sleep(self, how_long: timedelta) -> None:
        await self._server.sleep(how_long / SPEED)

    def _real(self, instant: datetime) -> datetime:
        return self._start + (instant - self._start) / SPEED


def campaign(start: datetime, real: datetime) -> datetime:
    """What the laboratory's clocks show at a real instant."""
    return start + (real - start) * SPEED


def set_wrong(by: float) -> None:
    """Have this process's wall clock show a wrong time (seconds), for all who go by it."""
    right = time.time
    time.time = lambda: right() + by

    class Reads(type(datetime)):  # type: ignore[misc]
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, datetime)

    class Wrong(datetime, metaclass=Reads):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=by)

    for name, module in list(sys.modules.items()):
        if name.startswith(_GO_BY_THE_WALL) and getattr(module, "datetime", None) is datetime:
            module.datetime = Wrong  # type: ignore[attr-defined]
