"""Small stand-ins for the ports. The database and the clock here pass the same contract suite as the real ones."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.access import KeptForm, Link, Session
from bot.core.audit import AuditEntry
from bot.core.events import Event, Platform
from bot.core.feedback import Feedback
from bot.core.outbox import FINAL, IN_HAND, Delivered, Finding, Found, Outcome, Post, State, take
from bot.core.pause import named
from bot.core.plan import Entry, Kind, Standing
from bot.ports import ItsTime

CLOSED = frozenset({State.SENT, State.CANCELLED})


class FakeClock:
    """Stands still until it is told to go on."""

    def __init__(self, now: datetime = datetime(2017, 9, 19, 18, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._now

    def wall(self, instant: datetime) -> datetime | None:
        return instant

    def advance(self, by: timedelta) -> None:
        self._now += by
        for instant, wake in self._sleepers:
            if instant <= self._now:
                wake.set()

    async def sleep_until(self, instant: datetime) -> None:
        if instant <= self._now:
            return
        sleeper = (instant, asyncio.Event())
        self._sleepers.append(sleeper)
        try:
            await sleeper[1].wait()
        finally:
            self._sleepers.remove(sleeper)


async def at_once() -> None:
    """For a post whose time has come."""


class RecordingClient:
    """Answers deliveries and looks with what it was given, in order; then everything arrives."""

    def __init__(
        self,
        platform: Platform = Platform.SLACK,
        outcomes: Iterable[Outcome] = (),
        findings: Iterable[Finding] = (),
    ) -> None:
        self.platform = platform
        self.outcomes, self.findings = list(outcomes), list(findings)
        self.prepared: list[Post] = []
        self.delivered: list[Post] = []
        self.looked_for: list[Post] = []
        self.closed = False

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        self.prepared.append(post)
        await its_time()
        self.delivered.append(post)
        return self.outcomes.pop(0) if self.outcomes else Delivered(f"remote-{len(self.delivered)}")

    async def find(self, post: Post) -> Finding:
        self.looked_for.append(post)
        return self.findings.pop(0) if self.findings else Found(f"found-{len(self.looked_for)}")

    async def close(self) -> None:
        self.closed = True


@dataclass
class Received:
    event: Event
    failures: int = 0
    reason: str = ""
    closed: bool = False
    aside: bool = False
    done_at: datetime | None = None


@dataclass
class FakeInbox:
    rows: dict[str, Received] = field(default_factory=dict)

    async def add(self, event: Event) -> bool:
        new = self.rows.keys().isdisjoint({event.key, *event.echo_of})
        if new:
            self.rows[event.key] = Received(event)
        return new

    async def waiting(self, limit: int) -> Sequence[Event]:
        return [row.event for row in self.rows.values() if not row.closed][:limit]

    async def take(self, key: str) -> bool:
        return key in self.rows and not self.rows[key].closed

    async def forget(self, handled_before: datetime) -> int:
        old = [key for key, row in self.rows.items() if row.done_at is not None and row.done_at < handled_before]
        for key in old:
            del self.rows[key]
        return len(old)

    async def done(self, key: str, now: datetime) -> None:
        self.rows[key] = replace(self.rows[key], closed=True, done_at=now)

    async def failed(self, key: str, reason: str, give_up_after: int) -> bool:
        row = self.rows[key]
        failures = row.failures + 1
        aside = failures >= give_up_after
        self.rows[key] = replace(row, failures=failures, reason=reason, aside=aside, closed=aside)
        return aside

    async def set_aside(self) -> Sequence[tuple[Event, str]]:
        return [(row.event, row.reason) for row in self.rows.values() if row.aside]

    async def again(self, key: str) -> bool:
        return self._leave_aside(key, closed=False, failures=0)

    async def drop(self, key: str, now: datetime) -> bool:
        return self._leave_aside(key, done_at=now)

    def _leave_aside(self, key: str, **changes: Any) -> bool:
        row = self.rows.get(key)
        if row is None or not row.aside:
            return False
        self.rows[key] = replace(row, aside=False, **changes)
        return True

    async def counts(self) -> tuple[int, int]:
        return sum(not row.closed for row in self.rows.values()), len(await self.set_aside())


@dataclass
class FakeOutbox:
    rows: dict[str, Post] = field(default_factory=dict)

    async def add(self, post: Post) -> bool:
        new = post.key not in self.rows
        self.rows.setdefault(post.key, post)
        return new

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
        due = [post for post in self._on(platform, State.QUEUED) if post.try_at <= until]
        if only is not None:
            due = [post for post in due if any(named(post, name) for name in only)]
        claimed: list[Post] = []
        for post in due:
            if len(claimed) == limit:
                break
            became = take(post, now, lease, doubt_before)
            self._put(became)
            claimed += [became] if became.state is State.CLAIMED else []
        return claimed

    async def begin(self, posts: Sequence[Post], *, now: datetime, lease: timedelta) -> Sequence[Post]:
        ours = [post for post in posts if self._ours(post) and self.rows[post.key].state in IN_HAND]
        sending = (replace(p, state=State.SENDING, lease_until=max(now, p.try_at) + lease) for p in ours)
        return self._put(*sending)

    async def save(self, posts: Sequence[Post]) -> Sequence[Post]:
        ours = [post for post in posts if self._ours(post) and self.rows[post.key].state not in CLOSED]
        self._put(*(replace(post, due=self.rows[post.key].due) for post in ours))
        return ours

    async def take_over(
        self, platform: Platform, *, expired_by: datetime, limit: int, ours: Collection[str] = ()
    ) -> Sequence[Post]:
        held = [post for post in self._on(platform, *IN_HAND) if post.key not in ours]
        expired = [post for post in held if post.lease_until and post.lease_until <= expired_by][:limit]
        return self._put(*(replace(post, fence=post.fence + 1) for post in expired))

    async def doubtful(self, platform: Platform, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Post]:
        found = [post for post in self._on(platform, State.UNCONFIRMED) if post.try_at <= now][:limit]
        return self._put(*(replace(post, fence=post.fence + 1, try_at=now + lease) for post in found))

    async def get(self, key: str) -> Post | None:
        return self.rows.get(key)

    async def list(self, *, state: State | None = None, limit: int = 100) -> Sequence[Post]:
        posts = [post for post in reversed(self.rows.values()) if state in (None, post.state)]
        return sorted(posts, key=lambda post: post.due, reverse=True)[:limit]

    async def counts(self) -> Mapping[State, int]:
        return Counter(post.state for post in self.rows.values() if post.state not in FINAL)

    async def oldest_waiting(self) -> datetime | None:
        return min((post.try_at for post in self.rows.values() if post.state is State.QUEUED), default=None)

    async def cancel(self, key: str) -> bool:
        post = self.rows.get(key)
        if post is None or post.state not in (State.QUEUED, State.CLAIMED, State.HELD):
            return False
        self._put(replace(post, state=State.CANCELLED, fence=post.fence + 1, lease_until=None))
        return True

    def _on(self, platform: Platform, *states: State) -> Sequence[Post]:
        posts = [post for post in self.rows.values() if post.platform is platform and post.state in states]
        return sorted(posts, key=lambda post: post.due)

    def _ours(self, post: Post) -> bool:
        return post.key in self.rows and self.rows[post.key].fence == post.fence

    def _put(self, *posts: Post) -> Sequence[Post]:
        self.rows.update({post.key: post for post in posts})
        return posts


@dataclass
class FakePlan:
    rows: dict[str, Entry] = field(default_factory=dict)

    async def put(self, entry: Entry) -> bool:
        stored = self.rows.get(entry.key)
        if stored is None:
            self.rows[entry.key] = entry
            return True
        if stored.edited or replace(entry, version=stored.version) == stored:
            return False
        return self._replace(replace(entry, version=stored.version), Standing.PLANNED, Standing.CANCELLED)

    async def change(self, entry: Entry) -> bool:
        return self._replace(entry, Standing.PLANNED)

    def _replace(self, entry: Entry, *standings: Standing) -> bool:
        stored = self.rows.get(entry.key)
        if stored is None or stored.standing not in standings or stored.version != entry.version:
            return False
        self.rows[entry.key] = replace(entry, version=entry.version + 1)
        return True

    async def get(self, key: str) -> Entry | None:
        return self.rows.get(key)

    async def list(
        self,
        *,
        kind: Kind | None = None,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Entry]:
        found = [e for e in self.rows.values() if kind in (None, e.kind) and source in (None, e.source)]
        return sorted((e for e in found if _within(e.due, since, until)), key=lambda entry: entry.due)

    async def due(self, until: datetime) -> Sequence[Entry]:
        return [entry for entry in await self._planned() if entry.due <= until]

    async def next_due(self) -> datetime | None:
        return next((entry.due for entry in await self._planned()), None)

    async def _planned(self) -> Sequence[Entry]:
        return [entry for entry in await self.list() if entry.standing is Standing.PLANNED]


def _within(instant: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or since <= instant) and (until is None or instant < until)


@dataclass
class FakeFeedbackLog:
    rows: dict[str, Feedback] = field(default_factory=dict)

    async def add(self, feedback: Feedback) -> int:
        number = len(self.rows) + 1
        return self.rows.setdefault(feedback.key, replace(feedback, number=number)).number

    async def list(self, *, since: datetime | None = None, until: datetime | None = None) -> Sequence[Feedback]:
        return sorted((f for f in self.rows.values() if _within(f.at, since, until)), key=lambda f: f.at)


@dataclass
class FakeLedger:
    slots: dict[str, datetime] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    async def first(self, slot: str, now: datetime) -> bool:
        new = slot not in self.slots
        self.slots.setdefault(slot, now)
        return new

    async def recall(self, name: str) -> str | None:
        return self.notes.get(name)

    async def remember(self, name: str, value: str) -> None:
        self.notes[name] = value

    async def forget(self, name: str) -> None:
        self.notes.pop(name, None)


@dataclass
class FakeAudit:
    entries: list[AuditEntry] = field(default_factory=list)

    async def add(self, at: datetime, who: str, what: str, about: str = "", detail: str = "") -> None:
        self.entries.append(AuditEntry(at, who, what, about, detail))

    async def list(self, *, limit: int = 100) -> Sequence[AuditEntry]:
        return self.entries[::-1][:limit]


@dataclass
class FakeAccess:
    links: dict[str, Link] = field(default_factory=dict)
    begun: dict[str, Session] = field(default_factory=dict)
    forms: dict[tuple[str, str], KeptForm] = field(default_factory=dict)

    async def add_link(self, link: Link) -> None:
        self.links[link.fingerprint] = link

    async def use_link(self, fingerprint: str, now: datetime) -> Link | None:
        link = self.links.pop(fingerprint, None)
        return link if link and now < link.ends else None

    async def has_link(self, fingerprint: str, now: datetime) -> bool:
        return fingerprint in self.links and now < self.links[fingerprint].ends

    async def begin(self, session: Session) -> None:
        self.begun[session.fingerprint] = session

    async def session(self, fingerprint: str) -> Session | None:
        return self.begun.get(fingerprint)

    async def seen(self, fingerprint: str, now: datetime) -> None:
        self.begun[fingerprint] = replace(self.begun[fingerprint], used=now)

    async def sessions(self, who: str, now: datetime) -> Sequence[Session]:
        ours = [session for session in self.begun.values() if session.who == who and session.lasts(now)]
        return sorted(ours, key=lambda session: session.used, reverse=True)

    async def end(self, who: str, fingerprint: str | None = None) -> int:
        ours = [key for key, session in self.begun.items() if session.who == who and fingerprint in (None, key)]
        for key in ours:
            del self.begun[key]
        return len(ours)

    async def keep(self, form: KeptForm) -> None:
        self.forms[form.who, form.path] = form

    async def kept(self, who: str) -> Sequence[KeptForm]:
        return sorted((form for form in self.forms.values() if form.who == who), key=lambda f: f.at, reverse=True)

    async def let_go(self, who: str, path: str) -> None:
        self.forms.pop((who, path), None)

    async def forget(self, before: datetime) -> None:
        self.links = {key: link for key, link in self.links.items() if link.ends >= before}
        self.begun = {key: session for key, session in self.begun.items() if session.ends >= before}
        self.forms = {key: form for key, form in self.forms.items() if form.at >= before}


@dataclass
class FakeTransaction:
    inbox: FakeInbox = field(default_factory=FakeInbox)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    plan: FakePlan = field(default_factory=FakePlan)
    feedback: FakeFeedbackLog = field(default_factory=FakeFeedbackLog)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    audit: FakeAudit = field(default_factory=FakeAudit)
    access: FakeAccess = field(default_factory=FakeAccess)

    def copy(self) -> "FakeTransaction":
        return FakeTransaction(
            FakeInbox(dict(self.inbox.rows)),
            FakeOutbox(dict(self.outbox.rows)),
            FakePlan(dict(self.plan.rows)),
            FakeFeedbackLog(dict(self.feedback.rows)),
            FakeLedger(dict(self.ledger.slots), dict(self.ledger.notes)),
            FakeAudit(list(self.audit.entries)),
            FakeAccess(dict(self.access.links), dict(self.access.begun), dict(self.access.forms)),
        )


class FakeDatabase:
    """In memory; `kept` is what was committed, for a test to look at. `alone` as on SQLite, or not."""

    def __init__(self, alone: bool = False) -> None:
        self.alone = alone
        self.fails = False
        """Whether it is out of reach for the moment."""
        self.kept = FakeTransaction()
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[FakeTransaction]:
        async with self._turn:
            if self.fails:
                raise OSError("the database does not answer")
            tx = self.kept.copy()
            yield tx
            self.kept = tx
