"""What the machine needs from the outside, as small as its callers need it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.events import Event, Place, Platform
from bot.core.feedback import Feedback
from bot.core.outbox import Finding, Outcome, Post, State
from bot.core.plan import Entry, Kind


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware and in UTC. On a campaign clock it may run faster than the wall's."""

    async def sleep_until(self, instant: datetime) -> None:
        """Return once `now() >= instant`, also when the clock's speed changes meanwhile."""


class Timer(Protocol):
    """The heartbeat: calls back at an instant that can be moved, and regularly in any case."""

    def start(self, beat: Callable[[], Awaitable[None]]) -> None: ...

    def wake_at(self, instant: datetime) -> None:
        """Beat at `instant` of the bot's clock. A later call replaces an earlier one."""

    def stop(self) -> None: ...


class Inbox(Protocol):
    async def add(self, event: Event) -> bool:
        """Keep an event until it is handled. False when its key has been seen before."""

    async def waiting(self, limit: int) -> Sequence[Event]:
        """Events not yet handled nor set aside, oldest first."""

    async def done(self, key: str, now: datetime) -> None: ...

    async def failed(self, key: str, reason: str, give_up_after: int) -> bool:
        """Count a failure. True when the event is now set aside."""

    async def set_aside(self) -> Sequence[tuple[Event, str]]:
        """Events that failed too often, each with its last reason."""


class Outbox(Protocol):
    async def add(self, post: Post) -> bool:
        """Queue a post. False, and nothing changed, when its key is there already."""

    async def claim(
        self,
        platform: Platform,
        *,
        until: datetime,
        now: datetime,
        lease: timedelta,
        limit: int,
    ) -> Sequence[Post]:
        """Take posts whose `try_at <= until` for sending, oldest due first.

        Each becomes SENDING with one more attempt, a higher fence and a lease to
        `max(now, try_at) + lease`. A post whose cut-off has passed at `now` becomes MISSED instead and is
        not returned. Commit before the first byte: a crash must leave a trace.
        """

    async def save(self, post: Post) -> bool:
        """Keep what a post became. False, and nothing changed, when its fence is no longer ours."""

    async def unconfirmed(
        self, platform: Platform, now: datetime, limit: int, *, ours: Collection[str] = ()
    ) -> Sequence[Post]:
        """Posts to look for on the platform: UNCONFIRMED with `try_at <= now`, and SENDING past their lease.

        The fence of the latter rises, so that their old sender can no longer save them. `ours` are the keys
        of posts that this process is working on: however late it is, it does not take them from itself.
        """

    async def get(self, key: str) -> Post | None: ...

    async def list(self, *, state: State | None = None, limit: int = 100) -> Sequence[Post]:
        """Posts, latest due first."""

    async def next_try(self) -> datetime | None:
        """When the next post wants sending or looking for."""

    async def cancel(self, key: str) -> bool:
        """Cancel a queued or held post. False when it is not in one of these states."""


class Plan(Protocol):
    async def put(self, entry: Entry) -> bool:
        """Add an entry, or replace one that is neither edited by a person nor released. False when nothing changed."""

    async def change(self, entry: Entry) -> bool:
        """Replace a planned entry whose stored version is `entry.version`; the version rises by one."""

    async def get(self, key: str) -> Entry | None: ...

    async def list(
        self,
        *,
        kind: Kind | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Entry]:
        """Entries by due instant (since <= due < until), of any standing."""

    async def due(self, until: datetime) -> Sequence[Entry]:
        """Planned entries with `due <= until`, in order."""

    async def next_due(self) -> datetime | None: ...


class FeedbackLog(Protocol):
    async def add(self, feedback: Feedback) -> int:
        """Keep feedback and return its number. The same key again returns the same number."""

    async def list(self, *, since: datetime | None = None, until: datetime | None = None) -> Sequence[Feedback]:
        """Oldest first; since <= at < until."""


class Ledger(Protocol):
    """Small facts that must survive a restart."""

    async def first(self, slot: str, now: datetime) -> bool:
        """Claim a slot (`cards:2026-11-22`). False when it was claimed before."""

    async def recall(self, name: str) -> str | None:
        """A cursor's or a note's value."""

    async def remember(self, name: str, value: str) -> None: ...

    async def forget(self, name: str) -> None: ...


class Transaction(Protocol):
    """Everything done on it becomes true together, or not at all."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def feedback(self) -> FeedbackLog: ...
    @property
    def ledger(self) -> Ledger: ...


class Database(Protocol):
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Commit at the end of the block, roll back when it raises."""


Receive = Callable[[Event], Awaitable[None]]
"""What a listener calls with each event. When it returns, the event is safe and may be acknowledged."""


class Listener(Protocol):
    """Receives from one platform. `run` returns when cancelled, and raises on what it cannot mend itself."""

    platform: Platform

    async def run(self, receive: Receive) -> None: ...


ItsTime = Callable[[], Awaitable[None]]
"""Returns when a post may leave, and from then on at once."""


class PlatformClient(Protocol):
    """Delivers to one platform. Neither method raises for what a platform can answer."""

    platform: Platform

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        """Send a post, for which this may be called a little before its time.

        Whatever can be done ahead is done ahead (pictures, tokens, building, signing). The request that makes
        the post visible is then held at its transport until `its_time()`, awaited by this task, returns: no
        byte of it leaves before, only the write is left for then, and the wait uses up no time limit. Cancelled
        before `its_time()` has returned, nothing has left and nothing will.
        """

    async def find(self, post: Post) -> Finding:
        """Look for a post whose delivery had no answer."""

    async def close(self) -> None: ...


Rooms = Mapping[Platform, Place]
"""Where scheduled posts go: our own timeline on X, the campaign's channels elsewhere."""
