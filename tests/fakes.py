"""Small stand-ins for the ports. The database and the clock here pass the same contract suite as the real ones."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.core.events import Event, Platform
from bot.core.feedback import Feedback
from bot.core.outbox import Delivered, Finding, Found, Outcome, Post, State
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


@dataclass
class FakeInbox:
    rows: dict[str, Received] = field(default_factory=dict)

    async def add(self, event: Event) -> bool:
        new = event.key not in self.rows
        self.rows.setdefault(event.key, Received(event))
        return new

    async def waiting(self, limit: int) -> Sequence[Event]:
        return [row.event for row in self.rows.values() if not row.closed][:limit]

    async def done(self, key: str, now: datetime) -> None:
        self.rows[key] = replace(self.rows[key], closed=True)

    async def failed(self, key: str, reason: str, give_up_after: int) -> bool:
        row = self.rows[key]
        failures = row.failures + 1
        aside = failures >= give_up_after
        self.rows[key] = replace(row, failures=failures, reason=reason, aside=aside, closed=aside)
        return aside

    async def set_aside(self) -> Sequence[tuple[Event, str]]:
        return [(row.event, row.reason) for row in self.rows.values() if row.aside]


@dataclass
class FakeOutbox:
    rows: dict[str, Post] = field(default_factory=dict)

    async def add(self, post: Post) -> bool:
        new = post.key not in self.rows
        self.rows.setdefault(post.key, post)
        return new

    async def claim(
        self, platform: Platform, *, until: datetime, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[Post]:
        due = [post for post in self._on(platform, State.QUEUED) if post.try_at <= until]
        missed = [post for post in due if post.cut_off is not None and post.cut_off < now]
        for post in missed:
            self.rows[post.key] = replace(post, state=State.MISSED, reason="Its time passed before it could be sent.")
        taken = [_sending(post, now, lease) for post in due if post not in missed][:limit]
        self.rows.update({post.key: post for post in taken})
        return taken

    async def save(self, post: Post) -> bool:
        stored = self.rows.get(post.key)
        if stored is None or stored.fence != post.fence or stored.state in CLOSED:
            return False
        self.rows[post.key] = replace(post, due=stored.due)
        return True

    async def unconfirmed(
        self, platform: Platform, now: datetime, limit: int, *, ours: Collection[str] = ()
    ) -> Sequence[Post]:
        waiting = [post for post in self._on(platform, State.UNCONFIRMED) if post.try_at <= now]
        left = [post for post in self._on(platform, State.SENDING) if post.lease_until and post.lease_until <= now]
        fenced = [replace(post, fence=post.fence + 1) for post in left]
        doubtful = [post for post in waiting + fenced if post.key not in ours]
        found = sorted(doubtful, key=lambda post: post.due)[:limit]
        self.rows.update({post.key: post for post in found})
        return found

    async def get(self, key: str) -> Post | None:
        return self.rows.get(key)

    async def list(self, *, state: State | None = None, limit: int = 100) -> Sequence[Post]:
        posts = [post for post in reversed(self.rows.values()) if state in (None, post.state)]
        return sorted(posts, key=lambda post: post.due, reverse=True)[:limit]

    async def next_try(self) -> datetime | None:
        tries = [p.try_at for p in self.rows.values() if p.state in (State.QUEUED, State.UNCONFIRMED)]
        leases = [p.lease_until for p in self.rows.values() if p.state is State.SENDING and p.lease_until]
        return min(tries + leases, default=None)

    async def cancel(self, key: str) -> bool:
        post = self.rows.get(key)
        if post is None or post.state not in (State.QUEUED, State.HELD):
            return False
        self.rows[key] = replace(post, state=State.CANCELLED)
        return True

    def _on(self, platform: Platform, state: State) -> Sequence[Post]:
        posts = [post for post in self.rows.values() if post.platform is platform and post.state is state]
        return sorted(posts, key=lambda post: post.due)


def _sending(post: Post, now: datetime, lease: timedelta) -> Post:
    until = max(now, post.try_at) + lease
    return replace(post, state=State.SENDING, attempts=post.attempts + 1, fence=post.fence + 1, lease_until=until)


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
        self, *, kind: Kind | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[Entry]:
        found = [entry for entry in self.rows.values() if kind in (None, entry.kind)]
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
class FakeTransaction:
    inbox: FakeInbox = field(default_factory=FakeInbox)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    plan: FakePlan = field(default_factory=FakePlan)
    feedback: FakeFeedbackLog = field(default_factory=FakeFeedbackLog)
    ledger: FakeLedger = field(default_factory=FakeLedger)

    def copy(self) -> "FakeTransaction":
        return FakeTransaction(
            FakeInbox(dict(self.inbox.rows)),
            FakeOutbox(dict(self.outbox.rows)),
            FakePlan(dict(self.plan.rows)),
            FakeFeedbackLog(dict(self.feedback.rows)),
            FakeLedger(dict(self.ledger.slots), dict(self.ledger.notes)),
        )


class FakeDatabase:
    """In memory; `kept` is what was committed, for a test to look at."""

    def __init__(self) -> None:
        self.kept = FakeTransaction()
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[FakeTransaction]:
        async with self._turn:
            tx = self.kept.copy()
            yield tx
            self.kept = tx
