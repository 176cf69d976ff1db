"""From an event to what is done about it. An event is kept before anything else happens."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.context import Context
from bot.core.discretion import failure_words
from bot.core.events import Event
from bot.ports import Clock, Database, Transaction
from bot.routing import Router
from bot.runtime.intake import Intake
from bot.runtime.wake import Wake

log = structlog.get_logger()

GIVE_UP_AFTER = 3
"""Failures after which an event is set aside for a person."""
_BATCH = 50
_GROUP = 10
"""Events in one transaction: they share its commit."""
_LONGEST = 0.05
"""Wall seconds after which such a transaction takes no more of them: nobody else has a turn at SQLite meanwhile."""

MakeContext = Callable[[Transaction], Context]
Observe = Callable[[Event, bool], None]
"""Told of each event that is kept, and whether it is new."""


async def ready_at_once() -> None:
    """For a dispatcher whose handlers need no preparation."""


def unobserved(_event: Event, _new: bool) -> None:
    """For a dispatcher whose events nobody counts."""


class Dispatcher:
    """`receive` is what listeners call; `run` handles what was received, also before a restart."""

    def __init__(
        self,
        database: Database,
        router: Router,
        context: MakeContext,
        clock: Clock,
        handled: Callable[[], None],
        observe: Observe = unobserved,
        prepare: Callable[[], Awaitable[object]] = ready_at_once,
    ) -> None:
        self._database = database
        self._router = router
        self._context = context
        self._clock = clock
        self._handled = handled
        self._observe = observe
        self._prepare = prepare
        self._intake = Intake(database)
        self.wake = Wake()

    async def receive(self, event: Event) -> None:
        """When this returns, the event is on disk and may be acknowledged. A redelivery changes nothing."""
        new = await self._intake.keep(event)
        self._observe(event, new)
        log.info("event received" if new else "event received again", key=event.key, kind=event.kind)
        self.wake()

    async def run(self) -> None:
        # What takes long is done before: a handler works within a transaction, and others wait for its end.
        await self._prepare()
        while True:
            await self.drain()
            await self.wake.wait()

    async def drain(self) -> None:
        """Handle what waits, oldest first. An event that fails waits for the next call."""
        async with self._database.transaction() as tx:
            events = await tx.inbox.waiting(_BATCH)
        waiting = events
        while waiting:
            waiting = waiting[await self._handle_group(waiting[:_GROUP]) :]
        if events:
            self._handled()
        if len(events) == _BATCH:
            self.wake()

    async def _handle_group(self, events: Sequence[Event]) -> int:
        """In one transaction; returns how many it has got through. If it fails nothing of it happened, and each event
        is handled by itself: one may be at fault, and the others must not suffer for it; or two workers waited for each
        other (PostgreSQL)."""
        if len(events) > 1:
            try:
                return await self._handle(events)
            except Exception as error:
                log.info("events are handled one by one", number=len(events), reason=type(error).__name__)
        for event in events:
            await self._handle_alone(event)
        return len(events)

    async def _handle_alone(self, event: Event) -> None:
        try:
            await self._handle([event])
        except Exception as error:
            reason, full = failure_words(error, event)
            log.error("event failed", key=event.key, exception=full)  # noqa: TRY400 - not always with its own words
            await self._count_failure(event, reason)

    async def _handle(self, events: Sequence[Event]) -> int:
        elapsed = asyncio.get_running_loop().time
        async with self._database.transaction() as tx:
            begun = elapsed()
            ours = await tx.inbox.take([event.key for event in events])
            done: list[str] = []
            for event in events:
                if event.key in ours:
                    await self._answer(event, self._context(tx))
                done.append(event.key)
                if elapsed() - begun > _LONGEST:
                    break
            await tx.inbox.done([key for key in done if key in ours], self._clock.now())
        return len(done)

    async def _answer(self, event: Event, context: Context) -> None:
        handler = self._router.route(event, context.content)
        if handler is not None:
            await handler(event, context)

    async def _count_failure(self, event: Event, reason: str) -> None:
        async with self._database.transaction() as tx:
            if await tx.inbox.failed(event.key, reason, GIVE_UP_AFTER):
                context = self._context(tx)
                campaign = context.content.campaign
                words = context.content.messages.failed.on(event.place.platform, contact=campaign.contact)
                if event.kind not in ("message", "edited", "deleted", "noted", "card", "joined"):
                    await context.reply(event, words, private=True, part="failed")
