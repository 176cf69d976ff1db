"""From an event to what is done about it. An event is kept before anything else happens."""

from collections.abc import Awaitable, Callable

import structlog

from bot.context import Context
from bot.core.events import Event
from bot.ports import Clock, Database, Transaction
from bot.routing import Router
from bot.runtime.intake import Intake
from bot.runtime.wake import Wake

log = structlog.get_logger()

GIVE_UP_AFTER = 3
"""Failures after which an event is set aside for a person."""
_BATCH = 50

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
        for event in events:
            await self._handle(event)
        if events:
            self._handled()
        if len(events) == _BATCH:
            self.wake()

    async def _handle(self, event: Event) -> None:
        try:
            async with self._database.transaction() as tx:
                if not await tx.inbox.take(event.key):
                    return  # another worker has it
                context = self._context(tx)
                handler = self._router.route(event, context.content)
                if handler is not None:
                    await handler(event, context)
                await tx.inbox.done(event.key, self._clock.now())
        except Exception as error:
            log.exception("event failed", key=event.key)
            await self._count_failure(event, f"{type(error).__name__}: {error}")

    async def _count_failure(self, event: Event, reason: str) -> None:
        async with self._database.transaction() as tx:
            if await tx.inbox.failed(event.key, reason, GIVE_UP_AFTER):
                context = self._context(tx)
                campaign = context.content.campaign
                words = context.content.messages.failed.on(event.place.platform, contact=campaign.contact)
                if event.kind not in ("message", "edited", "deleted", "noted", "card", "joined"):
                    await context.reply(event, words, private=True, part="failed")
