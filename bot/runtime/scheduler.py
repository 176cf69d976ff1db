"""Makes the bot act as time passes. What is due stands in the database; this only looks and moves it on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.context import Context
from bot.core.plan import Standing, release
from bot.ports import Clock, Database, Timer, Transaction
from bot.routing import Rhythm, Watch
from bot.runtime.wake import Wake
from bot.services.approving import is_held_up

log = structlog.get_logger()

LEAD = timedelta(seconds=60)
"""Planned entries become posts this long before they are due. Until then they can be changed."""
WATCHED_EVERY = timedelta(seconds=5)
_FURTHEST = timedelta(days=1)


class Scheduler:
    def __init__(
        self,
        rhythms: Sequence[Rhythm],
        database: Database,
        context: Callable[[Transaction], Context],
        clock: Clock,
        timer: Timer,
        released: Callable[[], None],
        watches: Sequence[Watch] = (),
    ) -> None:
        self._rhythms = rhythms
        self._database = database
        self._context = context
        self._clock = clock
        self._timer = timer
        self._released = released
        self._watches = watches
        self._watched_at: datetime | None = None
        self._next: dict[str, datetime] = {}
        self.wake = Wake()

    async def run(self) -> None:
        while True:
            await self.tick()
            await self.wake.wait()

    async def start(self) -> None:
        """Run the jobs that run at every start, and find out when each is due next.

        Call before `tick`, and again when the content has changed: a slot that is due by then is not lost.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            context = self._context(tx)
            for rhythm in self._rhythms:
                slot = rhythm.trigger(context.content).next_after(now)
                self._next[rhythm.name] = min(slot, self._next.get(rhythm.name, slot))
                if rhythm.at_start:
                    await rhythm.job(now, context)

    async def tick(self) -> None:
        """Do what is due, and set the timer to what is due next."""
        now = self._clock.now()
        due = [rhythm for rhythm in self._rhythms if self._next[rhythm.name] <= now]
        for rhythm in due:
            await self._run(rhythm, now)
        async with self._database.transaction() as tx:
            released = await self._release(tx, now)
            wanted = await self._next_wish(tx, now)
        if released or due:  # a job may have added posts too
            self._released()
        self._timer.wake_at(wanted)
        await self._watch(now)

    async def _watch(self, now: datetime) -> None:
        # A clock that was set back does not wait until it shows again what it showed before.
        if self._watched_at is not None and abs(now - self._watched_at) < WATCHED_EVERY:
            return
        self._watched_at = now
        for watch in self._watches:
            async with self._database.transaction() as tx:
                await watch(self._context(tx))

    async def _run(self, rhythm: Rhythm, now: datetime) -> None:
        slot = self._next[rhythm.name]
        async with self._database.transaction() as tx:
            context = self._context(tx)
            if await tx.ledger.first(f"{rhythm.name}:{slot.isoformat()}", now):
                await rhythm.job(slot, context)
        self._next[rhythm.name] = rhythm.trigger(context.content).next_after(now)

    async def _release(self, tx: Transaction, now: datetime) -> int:
        context, released = self._context(tx), 0
        for entry in await tx.plan.due(now + LEAD):
            if await is_held_up(tx, entry, context.approve):
                await tx.plan.change(replace(entry, standing=Standing.HELD))
                log.info("entry waits for approval", entry=entry.key, due=entry.due.isoformat())
                continue
            # First the row: when a host has changed it at this moment, nothing of it goes out as it was.
            if await tx.plan.change(replace(entry, standing=Standing.RELEASED)):
                released += 1
                for post in release(entry, context.rooms, now):
                    await tx.outbox.add(post)
                log.info("entry released", entry=entry.key, due=entry.due.isoformat())
        return released

    async def _next_wish(self, tx: Transaction, now: datetime) -> datetime:
        entry = await tx.plan.next_due()
        wishes = [*self._next.values(), now + _FURTHEST]
        wishes += [entry - LEAD] if entry else []
        return min(wishes)
