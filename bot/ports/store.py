"""What is kept: one transaction, and the tables that it reaches."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.access import Attempt, KeptForm, Link, Passkey, Session
from bot.core.audit import AuditEntry, Chain
from bot.core.events import Event, Platform
from bot.core.feedback import Feedback
from bot.core.outbox import Post, State
from bot.core.plan import Entry, Kind
from bot.ports.composing import Approvals, Journal, Pieces
from bot.ports.said import AskedLog, FeedbackLog, HeardLog, Questions, Rounds, Tallies


class Inbox(Protocol):
    async def add(self, event: Event) -> bool:
        """Keep an event until it is handled. False when its key, or a key that it may echo, has been seen before."""

    async def waiting(self, limit: int) -> Sequence[Event]:
        """Events not yet handled nor set aside, oldest first."""

    async def take(self, keys: Collection[str]) -> Collection[str]:
        """Have events to ourselves until the transaction ends: those that are not handled, nor in other hands."""

    async def done(self, keys: Collection[str], now: datetime) -> None: ...

    async def forget(self, handled_before: datetime) -> int:
        """Delete handled events (they hold what people wrote). Returns how many."""

    async def failed(self, key: str, reason: str, give_up_after: int) -> bool:
        """Count a failure. True when the event is now set aside."""

    async def set_aside(self) -> Sequence[tuple[Event, str]]:
        """Events that failed too often, each with its last reason."""

    async def again(self, key: str) -> bool:
        """Have an event that was set aside handled once more, its failures forgotten. False when it is not aside."""

    async def drop(self, key: str, now: datetime) -> bool:
        """Count an event that was set aside as handled. False when it is not aside."""

    async def counts(self) -> tuple[int, int]:
        """How many events wait to be handled, and how many are set aside."""


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
        only: Sequence[str] | None = None,
        doubt_before: datetime | None = None,
    ) -> Sequence[Post]:
        """Take queued posts with `try_at <= until` in hand, oldest due first.

        Each becomes CLAIMED with one more attempt, a higher fence and a lease to `max(now, try_at) + lease`.
        A post whose cut-off has passed at `now` becomes MISSED instead. `only` are the names that may go while
        the bot is paused (see `bot.core.pause`). A post that was due before `doubt_before` and was never
        looked for becomes UNCONFIRMED instead: a life of the bot that we do not remember may have sent it.
        """

    async def begin(self, posts: Sequence[Post], *, now: datetime, lease: timedelta) -> Sequence[Post]:
        """Note the intent to send: those that are still in hand under our fence become SENDING, with a new lease.

        They are returned; the others were taken over or cancelled. Commit before the first byte: a crash
        must leave a trace. Doing it twice changes nothing.
        """

    async def save(self, posts: Sequence[Post]) -> Sequence[Post]:
        """Keep what posts became. Returns those whose fence is still ours; of the others nothing changes."""

    async def take_over(
        self, platform: Platform, *, expired_by: datetime, limit: int, ours: Collection[str] = ()
    ) -> Sequence[Post]:
        """Posts in hand whose lease ended at `expired_by` or before, as they are but for a higher fence.

        Their old publisher can no longer begin or save them. `ours` are the keys of posts that this process
        has in hand: however late it is, it does not take them from itself.
        """

    async def doubtful(self, platform: Platform, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Post]:
        """UNCONFIRMED posts with `try_at <= now`, to be looked for. Nobody else looks for them within `lease`."""

    async def get(self, key: str) -> Post | None: ...

    async def list(
        self,
        *,
        states: Sequence[State] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> Sequence[Post]:
        """Posts (since <= due < until) in some states, in any where none is named, latest due first."""

    async def older(self, state: State, before: datetime, most: int) -> int:
        """How many posts of a state were due before an instant; `most` where there are more."""

    async def counts(self) -> Mapping[State, int]:
        """How many posts are in each state but SENT, MISSED, DEAD and CANCELLED, which only grow."""

    async def oldest_waiting(self) -> datetime | None:
        """The earliest `try_at` of the queued posts."""

    async def forget(self, head: str, before: datetime) -> int:
        """Delete posts that are over and were due before an instant, by how their keys begin. Returns how many."""

    async def forget_read(self) -> int:
        """Delete what moderators read of feedback, files or not, once it is over. Returns how many."""

    async def cancel(self, key: str) -> bool:
        """Cancel a post of which nothing has left: queued, claimed or held. False when it is in another state."""


class Plan(Protocol):
    async def put(self, entry: Entry) -> bool:
        """Add an entry, or replace one that is neither edited by a person nor released. False when nothing changed."""

    async def change(self, entry: Entry) -> bool:
        """Replace a planned or held entry whose stored version is `entry.version`; the version rises by one."""

    async def bring_back(self, entry: Entry) -> bool:
        """Replace a cancelled entry whose stored version is `entry.version`; the version rises by one."""

    async def get(self, key: str) -> Entry | None: ...

    async def list(
        self,
        *,
        kind: Kind | None = None,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Entry]:
        """Entries by due instant (since <= due < until), of any standing."""

    async def due(self, until: datetime) -> Sequence[Entry]:
        """Planned entries with `due <= until`, in order."""

    async def next_due(self) -> datetime | None: ...


class Audit(Protocol):
    async def add(
        self, at: datetime, who: str, what: str, about: str = "", detail: str = "", *, name: str = "", whom: str = ""
    ) -> None:
        """Note who did what (`pause`, `outbox cancel`) to what, or to whom, by ref. `who` is a ref, or `command line`.

        `name` is what they are called. It and the refs are kept beside the audit, and go when they are erased; what
        stands in `detail` stays.
        """

    async def list(self, *, limit: int = 100) -> Sequence[AuditEntry]:
        """Latest first."""

    async def verify(self) -> Chain:
        """Look through all of it: whether any line was changed, left out, put in later or given to somebody else."""


class Retention(Protocol):
    async def private_posts(self, due_before: datetime) -> int:
        """Delete posts to one person alone that are over. Returns how many."""

    async def erased(self, found: Sequence[Feedback]) -> Collection[str]:
        """The keys of those whose author, or an address that they gave, was erased."""


class Ledger(Protocol):
    """Small facts that must survive a restart."""

    async def first(self, slot: str, now: datetime) -> bool:
        """Claim a slot (`cards:2026-11-22`). False when it was claimed before."""

    async def lapse(self, head: str, before: datetime) -> int:
        """Give back the slots whose names begin so, and that were claimed before an instant. Returns how many."""

    async def recall(self, name: str) -> str | None:
        """A cursor's or a note's value."""

    async def expire(self, head: str, before: datetime, now: datetime) -> int:
        """Forget the notes whose names begin so, and that are dated before an instant. Returns how many. The time of
        those that are not dated begins now."""

    async def remember(self, name: str, value: str) -> None: ...

    async def forget(self, name: str) -> None: ...


class Access(Protocol):
    """Who may come to the organisers' pages. Links and sessions go by the fingerprints of their tokens."""

    async def add_link(self, link: Link) -> None: ...

    async def use_link(self, fingerprint: str, now: datetime) -> Link | None:
        """Take a link, which nobody can take again. None when there is none, or when it has ended."""

    async def has_link(self, fingerprint: str, now: datetime) -> bool:
        """Whether a link could be used."""

    async def begin(self, session: Session) -> None: ...

    async def session(self, fingerprint: str) -> Session | None:
        """Also one that has ended by itself lately, for what was being filled in; not one that somebody ended."""

    async def seen(self, fingerprint: str, now: datetime) -> None:
        """Note that a session was used."""

    async def sessions(self, who: str | None, now: datetime) -> Sequence[Session]:
        """Somebody's sessions that have not ended, or everybody's, last used first."""

    async def names(self, refs: Collection[str]) -> Mapping[str, str]:
        """What people were called when they last signed in, or added a passkey, by ref."""

    async def end(self, who: str, fingerprint: str | None = None) -> int:
        """Sign somebody out of one session, or of all. Returns of how many."""

    async def add_attempt(self, attempt: Attempt, now: datetime) -> None:
        """Note that somebody began to sign in, and forget those attempts that have ended."""

    async def use_attempt(self, fingerprint: str, now: datetime) -> Attempt | None:
        """Take an attempt, which nobody can take again. None when there is none, or when it has ended."""

    async def add_passkey(self, passkey: Passkey) -> bool:
        """False, and nothing changed, when there is one of this id."""

    async def passkey(self, id: str) -> Passkey | None: ...

    async def passkeys(self, who: str | None) -> Sequence[Passkey]:
        """Somebody's, or everybody's, the first added first."""

    async def passkey_used(self, id: str, uses: int, now: datetime) -> None: ...

    async def remove_passkey(self, who: str, id: str) -> bool:
        """False when this person has none of this id."""

    async def keep(self, form: KeptForm) -> None:
        """Keep what was filled in, instead of what was kept for the same person and page."""

    async def kept(self, who: str) -> Sequence[KeptForm]:
        """Latest first."""

    async def let_go(self, who: str, path: str) -> None: ...

    async def forget(self, before: datetime) -> None:
        """Delete what ended, or was kept, before an instant."""


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
    def heard(self) -> HeardLog: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def questions(self) -> Questions: ...
    @property
    def asked(self) -> AskedLog: ...
    @property
    def rounds(self) -> Rounds: ...
    @property
    def retention(self) -> Retention: ...
    @property
    def tallies(self) -> Tallies: ...
    @property
    def access(self) -> Access: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def approvals(self) -> Approvals: ...
    @property
    def pieces(self) -> Pieces: ...


class Database(Protocol):
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Commit at the end of the block, roll back when it raises."""

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """To look only: what was committed before, without waiting for those who write."""

    @property
    def alone(self) -> bool:
        """Whether no other worker can be at work on it. Then what is in hand at our start is left behind."""
