"""Carries the outbox to one platform: each post at its time, once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.core.outbox import (
    PATIENCE,
    Finding,
    Lost,
    Outcome,
    Patience,
    Post,
    RateLimited,
    State,
    Unavailable,
    abandon,
    put_back,
    reconcile,
    sequence_of,
    settle,
    too_late,
)
from bot.core.pause import NOTE, Pause, stored
from bot.core.rates import Slots
from bot.core.restore import RESTORED, restored_at
from bot.ports import Clock, Database, InTime, ItsTime, PlatformClient, TooLateError, Transaction
from bot.runtime.wake import Wake, whole

log = structlog.get_logger()

_BATCH = 100
_MOST_IN_HAND = 1000
_TOGETHER = 5
"""Posts that begin to be prepared in one turn of the event loop."""
_TIMEOUT = 45
"""Wall seconds that preparing may take, and again sending: less than the lease, more than a client's own timeouts."""
_IN_TURN = 5
"""Wall seconds that a post waits at most for the one before it in its sequence, which holds up the rest no longer."""
_STEP = timedelta(seconds=1)
"""By so much a clock goes back only when somebody sets it."""
_ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long before its due instant what is done about a post, on the bot's clock.

    It is claimed and given to its client `lead` before, so that pictures and tokens are ready. The intent to send
    it is committed `head_start` before, so that at the instant only the write is left; a bot that dies between
    the two must look for the post, so this is short.
    """

    lead: timedelta = timedelta(seconds=5)
    head_start: timedelta = timedelta(milliseconds=250)


PACE = Pace()
_Claim = tuple[str, int]


def _claim_of(post: Post) -> _Claim:
    """Key and fence: a post that was taken over and claimed anew is another claim, which the old one must not touch."""
    return post.key, post.fence


Observe = Callable[[Post, Outcome, datetime], None]
"""Told of each delivery: the post, what came of it, and when it left (or would have left)."""


def unobserved(_post: Post, _outcome: Outcome, _left_at: datetime) -> None:
    """For a publisher whose deliveries nobody watches."""


@dataclass(eq=False, slots=True)
class _InHand:
    """A claimed post until what became of it is kept. `post` is as last committed; it may leave from `at` on."""

    post: Post
    at: datetime
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    left: datetime | None = None
    too_late: bool = False
    """It was kept from leaving at the last moment."""
    task: "asyncio.Task[None] | None" = None
    before: "asyncio.Task[None] | None" = None
    """The delivery that comes before it in its sequence."""

    async def its_turn(self) -> None:
        if self.before is not None:
            await asyncio.wait([self.before], timeout=_IN_TURN)
            self.before = None  # nothing is kept of those that are done

    def drop(self) -> None:
        """Give it back, unless it may have left."""
        if self.task is not None and self.left is None:
            self.task.cancel()


class Publisher:
    """Each turn is one transaction: it keeps what became of posts, notes which are about to leave, and takes
    more in hand. Each post in hand has a task of its own: one without an answer delays no other, but for a few
    seconds those that follow it in their sequence."""

    def __init__(
        self,
        client: PlatformClient,
        database: Database,
        clock: Clock,
        patience: Patience = PATIENCE,
        pace: Pace = PACE,
        observe: Observe = unobserved,
    ) -> None:
        self.platform = client.platform
        self._client = client
        self._database = database
        self._clock = clock
        self._patience = patience
        self._pace = pace
        self._observe = observe
        self._slots = Slots()
        self._in_hand: dict[_Claim, _InHand] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._waiting: list[_InHand] = []
        """Prepared, and waiting for their intent to be committed."""
        self._became: list[Post] = []
        """What became of posts, not yet kept."""
        self._expired_by: datetime | None = _ALWAYS if database.alone else None
        self._turned_at = datetime.min.replace(tzinfo=UTC) + _STEP
        self.wake = Wake()

    async def run(self) -> None:
        while True:
            await whole(self.turn())
            await self.wake.wait()

    async def turn(self) -> None:
        now = self._clock.now()
        if now < self._turned_at - _STEP:
            # What was given away lies in a time that comes again: nobody waits for it a second time.
            self._slots = Slots()
        self._turned_at = now
        became, self._became = self._became, []
        waiting, self._waiting = self._waiting, []
        try:
            async with self._database.transaction() as tx:
                await self._keep(tx, became)
                await self._take_over(tx, now)
                pause = stored(await tx.ledger.recall(NOTE))
                restored = restored_at(await tx.ledger.recall(RESTORED))
                begun = await self._intend(tx, waiting, pause, now)
                claimed = await self._claim(tx, pause, restored, now)
                doubtful = await self._doubtful(tx, restored, now)
        except BaseException:
            # Nothing of this is forgotten. An intent of which the commit is uncertain is noted once more.
            self._became = became + self._became
            self._waiting = waiting + self._waiting
            raise
        self._expired_by = None
        for post in became:
            self._in_hand.pop(_claim_of(post), None)
        self._let_go(waiting, begun)
        for number, post in enumerate(claimed, 1):
            self._begin(post, now)
            if number % _TOGETHER == 0:
                await asyncio.sleep(0)  # preparing a post takes milliseconds: others get their turn in between
        for post in doubtful:
            self._look(post)
        if len(claimed) == _BATCH:
            self.wake()

    async def finish(self) -> None:
        """Let calls that have begun come to their end, give back what was still waiting, and keep all that."""
        for hand in self._in_hand.values():
            hand.drop()
        tasks = [hand.task for hand in self._in_hand.values() if hand.task] + list(self._looking.values())
        await asyncio.gather(*tasks, return_exceptions=True)
        async with self._database.transaction() as tx:
            await self._keep(tx, self._became)

    async def _keep(self, tx: Transaction, became: Sequence[Post]) -> None:
        kept = {_claim_of(post) for post in await tx.outbox.save(became)}
        for post in became:
            level = log.info if post.state in (State.SENT, State.QUEUED) else log.warning
            said = "post settled" if _claim_of(post) in kept else "post was taken over"
            level(said, post=post.key, state=post.state, reason=post.reason)

    async def _intend(
        self, tx: Transaction, waiting: Sequence[_InHand], pause: Pause | None, now: datetime
    ) -> Sequence[Post]:
        # At its instant, which may lie within a pause that has not begun yet.
        may_go = [hand.post for hand in waiting if pause is None or not pause.halts(hand.post, max(now, hand.at))]
        return await tx.outbox.begin(may_go, now=now, lease=self._patience.lease)

    async def _claim(
        self, tx: Transaction, pause: Pause | None, restored: datetime | None, now: datetime
    ) -> Sequence[Post]:
        return await tx.outbox.claim(
            self.platform,
            until=now + self._pace.lead,
            now=now,
            lease=self._patience.lease,
            limit=max(min(_BATCH, _MOST_IN_HAND - len(self._in_hand)), 0),
            only=pause.allowed if pause and pause.active(now) else None,
            doubt_before=restored,
        )

    async def _take_over(self, tx: Transaction, now: datetime) -> None:
        """What others left behind. Where no other worker can be, at our start that is all that is in hand."""
        expired_by = self._expired_by or now
        taken = await tx.outbox.take_over(
            self.platform, expired_by=expired_by, limit=_MOST_IN_HAND, ours=[key for key, _ in self._in_hand]
        )
        await self._keep(tx, [abandon(post, now, self._patience) for post in taken])

    async def _doubtful(self, tx: Transaction, restored: datetime | None, now: datetime) -> Sequence[Post]:
        if restored is not None and now < restored + self._patience.quiet:
            return ()  # what an earlier life of the bot sent last may not be visible yet
        return await tx.outbox.doubtful(self.platform, now=now, lease=self._patience.lease, limit=_BATCH)

    def _let_go(self, waiting: Sequence[_InHand], begun: Sequence[Post]) -> None:
        noted = {_claim_of(post): post for post in begun}
        for hand in waiting:
            if post := noted.get(_claim_of(hand.post)):
                hand.post = post
                hand.begun.set()
            else:
                hand.drop()

    def _begin(self, post: Post, now: datetime) -> None:
        hand = _InHand(post, self._slots.slot(post, now))
        hand.before = self._before(hand)
        self._in_hand[_claim_of(post)] = hand
        if too_late(post, hand.at) or hand.at > max(now, post.try_at) + self._pace.lead:
            self._became.append(put_back(post, hand.at))
            self.wake()
            return
        hand.task = asyncio.create_task(self._deliver(hand))

    def _before(self, hand: _InHand) -> "asyncio.Task[None] | None":
        sequence = sequence_of(hand.post)
        if sequence is None:
            return None
        so_far = (each for each in reversed(self._in_hand.values()) if sequence_of(each.post) == sequence)
        return next((each.task for each in so_far if each.at <= hand.at), None)

    async def _deliver(self, hand: _InHand) -> None:
        try:
            outcome = await self._outcome(hand)
        except asyncio.CancelledError:
            if hand.left:
                raise
            self._end(put_back(hand.post))
            return
        if hand.too_late:
            self._end(put_back(hand.post))
            return
        now = self._clock.now()
        if isinstance(outcome, RateLimited):
            self._slots.wait(hand.post, outcome.retry_at)
        self._observe(hand.post, outcome, hand.left or now)
        self._end(settle(hand.post, outcome, now, self._patience))

    def _end(self, became: Post) -> None:
        self._slots.free(became)
        self._became.append(became)
        self.wake()

    async def _outcome(self, hand: _InHand) -> Outcome:
        try:
            async with asyncio.timeout(_TIMEOUT) as limit:
                return await self._client.deliver(hand.post, self._gate(hand, limit))
        except TooLateError:
            return Lost()
        except Exception as error:
            log.exception("delivery failed in the bot itself", post=hand.post.key)
            return Lost(f"{type(error).__name__} while sending: it may have been accepted.")

    def _gate(self, hand: _InHand, limit: asyncio.Timeout) -> ItsTime:
        def in_time() -> None:
            if self._too_late(hand.post):
                hand.too_late = True
                raise TooLateError

        async def its_time() -> InTime:
            if hand.left:
                return in_time
            limit.reschedule(None)
            await self._sleep(hand, hand.at - self._pace.head_start)
            await hand.its_turn()
            self._waiting.append(hand)
            self.wake()
            await hand.begun.wait()
            await self._sleep(hand, hand.at)
            if self._too_late(hand.post):
                hand.drop()
                await asyncio.sleep(0)
            hand.left = self._clock.now()
            limit.reschedule(asyncio.get_running_loop().time() + _TIMEOUT)
            return in_time

        return its_time

    async def _sleep(self, hand: _InHand, until: datetime) -> None:
        """Or until its lease ends, which is earlier where the clock was set back after it had been given its time."""
        await self._clock.sleep_until(min(until, hand.post.lease_until or until))

    def _too_late(self, post: Post) -> bool:
        """The machine slept, or this process stood still: by now another may have taken the post over, or nobody
        wants it any more."""
        now = self._clock.now()
        return post.lease_until is None or now >= post.lease_until or too_late(post, now)

    def _look(self, post: Post) -> None:
        if post.key not in self._looking:
            self._looking[post.key] = asyncio.create_task(self._find(post))

    async def _find(self, post: Post) -> None:
        finding: Finding
        try:
            async with asyncio.timeout(_TIMEOUT):
                finding = await self._client.find(post)
        except Exception as error:
            log.exception("looking failed in the bot itself", post=post.key)
            finding = Unavailable(f"{type(error).__name__} while looking for it.")
        finally:
            del self._looking[post.key]
        self._became.append(reconcile(post, finding, self._clock.now(), self._patience))
        self.wake()
