"""Carries the outbox to one platform: each post at its time, once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.core.outbox import (
    PATIENCE,
    Finding,
    Lost,
    Outcome,
    Patience,
    Post,
    State,
    Unavailable,
    abandon,
    put_back,
    reconcile,
    settle,
)
from bot.ports import Clock, Database, PlatformClient
from bot.runtime.wake import Wake

log = structlog.get_logger()

_BATCH = 50
_TIMEOUT = 45
"""Wall seconds after which a call counts as lost: less than the lease, more than a client's own timeouts.
A post that is called for early has them from its time on, as it has its lease."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long before its due instant a post is taken in hand, on the bot's clock.

    It is claimed `lead` before, so that at the instant no database is waited for. A post that is claimed when
    the bot dies waits for its lease to run out, so the lead is short. Its client is called `head_start`
    before, so that at the instant only the write is left.
    """

    lead: timedelta = timedelta(seconds=2)
    head_start: timedelta = timedelta(milliseconds=50)


PACE = Pace()


class Publisher:
    """`settled` is called whenever a post has changed: when to wake next may have changed with it."""

    def __init__(
        self,
        client: PlatformClient,
        database: Database,
        clock: Clock,
        settled: Callable[[], None],
        patience: Patience = PATIENCE,
        pace: Pace = PACE,
    ) -> None:
        self.platform = client.platform
        self._client = client
        self._database = database
        self._clock = clock
        self._patience = patience
        self._pace = pace
        self._settled = settled
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, datetime] = {}
        """When the posts may leave of which certainly nothing has left yet."""
        self.wake = Wake()

    async def run(self) -> None:
        while True:
            await self.turn()
            await self.wake.wait()

    async def turn(self) -> None:
        """Begin what is due. Each post has a task of its own: one without an answer delays no other."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            # Committed before the first byte leaves: a crash must leave a trace.
            claimed = await tx.outbox.claim(
                self.platform, until=now + self._pace.lead, now=now, lease=self._patience.lease, limit=_BATCH
            )
            doubtful = await tx.outbox.unconfirmed(self.platform, now, _BATCH, ours=self._tasks)
        for post in claimed:
            self._begin(post)
        for post in doubtful:
            self._begin(post, abandoned=post.state is State.SENDING)
        if len(claimed) == _BATCH:
            self.wake()

    async def finish(self) -> None:
        """Let calls that have begun come to their end, and give back what was still waiting for its time."""
        now = self._clock.now()
        for key in [key for key, time in self._held.items() if now < time]:
            self._tasks[key].cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _begin(self, post: Post, *, abandoned: bool = False) -> None:
        if post.key in self._tasks:
            return
        if abandoned:
            work = self._save(abandon(post, self._clock.now(), self._patience))
        else:
            work = self._deliver(post) if post.state is State.SENDING else self._look(post)
        self._tasks[post.key] = task = asyncio.create_task(work)
        task.add_done_callback(lambda _: self._ended(post.key))

    def _ended(self, key: str) -> None:
        del self._tasks[key]
        self._settled()

    async def _deliver(self, post: Post) -> None:
        self._held[post.key] = post.try_at
        try:
            await self._clock.sleep_until(post.try_at - self._pace.head_start)
            outcome = await self._outcome(post)
        except asyncio.CancelledError:
            if post.key not in self._held:
                raise
            await self._save(put_back(post))
            return
        finally:
            self._held.pop(post.key, None)
        await self._save(settle(post, outcome, self._clock.now(), self._patience))

    async def _outcome(self, post: Post) -> Outcome:
        async def its_time() -> None:
            if self._clock.now() < post.try_at:
                limit.reschedule(None)
                await self._clock.sleep_until(post.try_at)
                limit.reschedule(asyncio.get_running_loop().time() + _TIMEOUT)
            self._held.pop(post.key, None)

        try:
            async with asyncio.timeout(_TIMEOUT) as limit:
                return await self._client.deliver(post, its_time)
        except Exception as error:
            log.exception("delivery failed in the bot itself", post=post.key)
            return Lost(f"{type(error).__name__} while sending: it may have been accepted.")

    async def _look(self, post: Post) -> None:
        finding: Finding
        try:
            async with asyncio.timeout(_TIMEOUT):
                finding = await self._client.find(post)
        except Exception as error:
            log.exception("looking failed in the bot itself", post=post.key)
            finding = Unavailable(f"{type(error).__name__} while looking for it.")
        await self._save(reconcile(post, finding, self._clock.now(), self._patience))

    async def _save(self, post: Post) -> None:
        async with self._database.transaction() as tx:
            kept = await tx.outbox.save(post)
        level = log.info if post.state in (State.SENT, State.QUEUED) else log.warning
        level("post settled" if kept else "post was taken over", post=post.key, state=post.state, reason=post.reason)
