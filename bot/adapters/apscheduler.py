"""The bot's heartbeat, kept by APScheduler. It holds no truth of its own: what is due stands in the database."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()

_SECOND = timedelta(seconds=1)


class Pace(Protocol):
    """A clock that can say when the wall's clock will show its instants."""

    def wall(self, instant: datetime) -> datetime | None: ...

    def on_change(self, changed: Callable[[], None]) -> None: ...


class Heartbeat:
    """Implements `bot.ports.Timer`. `every` is the safety net, and goes by the event loop's own clock: when the wall's
    is set back, APScheduler's jobs wait until it shows again what it showed before.

    Beats never overlap: what falls due during a beat is one more beat after it. A beat that raises is
    logged, and the next one comes all the same.
    """

    def __init__(self, clock: Pace, every: timedelta = _SECOND) -> None:
        self._clock = clock
        self._every = every
        self._scheduler: Any = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._due = asyncio.Event()
        self._wanted: datetime | None = None
        self._beats: asyncio.Task[None] | None = None
        clock.on_change(self._set_alarm)

    def start(self, beat: Callable[[], Awaitable[None]]) -> None:
        self._beats = asyncio.get_running_loop().create_task(self._keep_beating(beat))
        self._scheduler.start()
        self._set_alarm()

    def wake_at(self, instant: datetime) -> None:
        self._wanted = instant
        self._set_alarm()

    def stop(self) -> None:
        """A beat that has begun is cancelled. Nothing to do when it was never started."""
        if self._beats is not None:
            self._scheduler.shutdown(wait=False)
            self._beats.cancel()
            self._beats = None

    def _set_alarm(self) -> None:
        """Translate the wanted instant to the wall's time, anew after each change of the clock."""
        if self._wanted is None or self._beats is None:
            return
        at = self._clock.wall(self._wanted)
        if at is not None:
            self._scheduler.add_job(self._fall_due, "date", run_date=at, id="alarm", replace_existing=True)
        elif self._scheduler.get_job("alarm"):
            self._scheduler.remove_job("alarm")

    async def _fall_due(self) -> None:
        # Only a signal: a job that is still running would make APScheduler drop the next one.
        self._due.set()

    async def _keep_beating(self, beat: Callable[[], Awaitable[None]]) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every.total_seconds()):
                    await self._due.wait()
            self._due.clear()
            try:
                await beat()
            except Exception:
                log.exception("heartbeat failed")
