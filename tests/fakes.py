"""Small stand-ins for the ports. The database and the clock here pass the same contract suite as the real ones."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.access import Attempt, KeptForm, Link, Passkey, Session
from bot.core.asked import Asked
from bot.core.asked import Outcome as AskedOutcome
from bot.core.audit import AuditEntry, Chain, followed, link
from bot.core.bodies import File
from bot.core.dated import dated, read_dated
from bot.core.events import Event, Platform
from bot.core.feedback import EVERYTHING, IMPORTED, READ, UNNAMED, Feedback, Row, Status, Wanted
from bot.core.heard import HeardPost
from bot.core.ledger import Month
from bot.core.outbox import FINAL, IN_HAND, UNSURE, Delivered, Finding, Found, Outcome, Post, State, take
from bot.core.pause import named
from bot.core.plan import Entry, Kind, Standing
from bot.core.questions import Question
from bot.core.record.values import Who, identities
from bot.core.rounds import Asked as AskedPrompt
from bot.core.rounds import Round
from bot.ports import InTime, ItsTime
from tests.fake_composing import FakeApprovals, FakeJournal, FakePieces

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

    async def sleep(self, how_long: timedelta) -> None:
        await self.sleep_until(self._now + how_long)

    async def sleep_until(self, instant: datetime) -> None:
        if instant <= self._now:
            return
        sleeper = (instant, asyncio.Event())
        self._sleepers.append(sleeper)
        try:
            await sleeper[1].wait()
        finally:
            self._sleepers.remove(sleeper)


async def at_once() -> InTime:
    """For a post whose time has come, and stays."""
    return lambda: None


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
        in_time = await its_time()
        in_time()
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

    async def take(self, keys: Collection[str]) -> Collection[str]:
        return {key for key in keys if key in self.rows and not self.rows[key].closed}

    async def forget(self, handled_before: datetime) -> int:
        old = [key for key, row in self.rows.items() if row.done_at is not None and row.done_at < handled_before]
        for key in old:
            del self.rows[key]
        return len(old)

    async def done(self, keys: Collection[str], now: datetime) -> None:
        for key in keys:
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

    async def list(
        self,
        *,
        states: Sequence[State] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> Sequence[Post]:
        posts = [post for post in reversed(self.rows.values()) if not states or post.state in states]
        wanted = (post for post in posts if _within(post.due, since, until))
        return sorted(wanted, key=lambda post: post.due, reverse=True)[:limit]

    async def older(self, state: State, before: datetime, most: int) -> int:
        return len(await self.list(states=[state], until=before, limit=most))

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

    async def forget(self, head: str, before: datetime) -> int:
        over = [post for post in self.rows.values() if post.state in FINAL and post.due < before]
        old = [post.key for post in over if post.key.startswith(f"{head}:")]
        for key in old:
            del self.rows[key]
        return len(old)

    async def forget_read(self) -> int:
        over = [post for post in self.rows.values() if post.state in FINAL]
        read = [post.key for post in over if isinstance(post.body, File) or post.key.endswith(f":{READ}")]
        for key in read:
            del self.rows[key]
        return len(read)

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
        return self._replace(entry, Standing.PLANNED, Standing.HELD)

    async def bring_back(self, entry: Entry) -> bool:
        return self._replace(entry, Standing.CANCELLED)

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
    rows_by_key: dict[str, Feedback] = field(default_factory=dict)
    given: int = 0

    async def add(self, feedback: Feedback) -> int:
        if known := self.rows_by_key.get(feedback.key):
            return known.number
        self.given += 1
        tags = tuple(sorted(set(feedback.tags)))
        self.rows_by_key[feedback.key] = replace(feedback, number=self.given, tags=tags)
        return self.given

    async def number_of(self, key: str) -> int:
        return self.rows_by_key[key].number if key in self.rows_by_key else 0

    async def add_all(self, found: Sequence[Feedback]) -> int:
        before = self.given
        for one in found:
            await self.add(one)
        return self.given - before

    async def get(self, number: int) -> Feedback | None:
        return next(iter(await self.several([number])), None)

    async def several(self, numbers: Sequence[int]) -> Sequence[Feedback]:
        return [kept for kept in self.rows_by_key.values() if kept.number in numbers]

    async def list(
        self, wanted: Wanted = EVERYTHING, *, before: Feedback | None = None, limit: int = 50
    ) -> Sequence[Feedback]:
        found = self._found(wanted)[::-1]
        return [kept for kept in found if before is None or _place(kept, wanted) < _place(before, wanted)][:limit]

    async def rows(
        self, wanted: Wanted = EVERYTHING, *, after: Row | None = None, limit: int, personal: bool = False
    ) -> Sequence[Row]:
        found = self._found(wanted)
        if after is not None:
            mark = next(kept for kept in self.rows_by_key.values() if kept.number == after.number)
            found = [kept for kept in found if _place(kept, wanted) > _place(mark, wanted)]
        return [_flat(kept, personal) for kept in found[:limit]]

    async def count(self, wanted: Wanted = EVERYTHING) -> int:
        return len(self._found(wanted))

    async def tag(self, number: int, *, add: Collection[str] = (), remove: Collection[str] = ()) -> bool:
        kept = await self.get(number)
        if kept is not None:
            tags = ({*kept.tags} | {*add}) - {*remove}
            self.rows_by_key[kept.key] = replace(kept, tags=tuple(sorted(tags)))
        return kept is not None

    async def mark(self, number: int, status: Status) -> bool:
        kept = await self.get(number)
        if kept is not None:
            self.rows_by_key[kept.key] = replace(kept, status=status)
        return kept is not None

    async def unname(self, received_before: datetime) -> int:
        old = [
            kept for kept in self.rows_by_key.values() if kept.at < received_before and (kept.author or kept.contact)
        ]
        self.rows_by_key |= {kept.key: replace(kept, author=None, contact="") for kept in old}
        for kept in [*self.rows_by_key.values()]:
            telling = kept.source in {*Platform} and not kept.key.startswith((IMPORTED, UNNAMED))
            if telling and kept.at < received_before:
                del self.rows_by_key[kept.key]
                self.rows_by_key[f"{UNNAMED}{kept.number}"] = replace(kept, key=f"{UNNAMED}{kept.number}")
        return len(old)

    async def forget(self, received_before: datetime) -> int:
        return self._delete(kept for kept in self.rows_by_key.values() if kept.at < received_before)

    async def take_back(self, number: int, who: str) -> bool:
        theirs = {kept.key: kept.author.ref if kept.author else kept.key for kept in self.rows_by_key.values()}
        return self._delete(k for k in self.rows_by_key.values() if k.number == number and theirs[k.key] == who) == 1

    def _delete(self, which: Iterable[Feedback]) -> int:
        keys = [kept.key for kept in which]
        for key in keys:
            del self.rows_by_key[key]
        return len(keys)

    def _found(self, wanted: Wanted) -> Sequence[Feedback]:
        found = [kept for kept in self.rows_by_key.values() if _is_wanted(kept, wanted)]
        return sorted(found, key=lambda kept: _place(kept, wanted))


def _place(kept: Feedback, wanted: Wanted) -> tuple[Any, ...]:
    return (kept.number,) if wanted.text else (kept.at, kept.number)


def _is_wanted(kept: Feedback, wanted: Wanted) -> bool:
    names = ("source", "status", "consent")
    words = re.findall(r"\w+", kept.text.casefold())
    return (
        all(getattr(wanted, name) in (None, "", getattr(kept, name)) for name in names)
        and all(getattr(wanted, name).lower() in ("", getattr(kept, name).lower()) for name in ("region", "prompt"))
        and (not wanted.tag or wanted.tag in kept.tags)
        and all(word in words for word in re.findall(r"\w+", wanted.text.casefold()))
        and _within(kept.at, wanted.since, wanted.until)
    )


def _flat(kept: Feedback, personal: bool) -> Row:
    at = kept.at.astimezone(UTC).isoformat(timespec="microseconds")
    author = kept.author
    named = (author.name if author else "", author.ref if author else "", kept.contact) if personal else ()
    about = (kept.number, at, kept.source, kept.prompt, kept.region, kept.role, kept.consent, kept.status)
    return Row(*about, " ".join(kept.tags), kept.text, *named)


@dataclass
class FakeRounds:
    feedback: FakeFeedbackLog
    rows: dict[int, Round] = field(default_factory=dict)
    answered: dict[int, AskedPrompt] = field(default_factory=dict)

    async def add(self, round: Round) -> int:
        known = next((one.number for one in self.rows.values() if one.key == round.key), 0)
        number = known or max(self.rows, default=0) + 1
        self.rows.setdefault(number, replace(round, number=number))
        return number

    async def get(self, number: int) -> Round | None:
        return self.rows.get(number)

    async def list(self, *, open_at: datetime | None = None) -> Sequence[Round]:
        return [one for one in list(self.rows.values())[::-1] if open_at is None or one.lasts(open_at)]

    async def close(self, number: int, at: datetime) -> bool:
        found = self.rows.get(number)
        if found is None or found.closes <= at:
            return False
        self.rows[number] = replace(found, closes=at)
        return True

    async def answer(self, feedback: int, asked: AskedPrompt) -> None:
        self.answered.setdefault(feedback, asked)

    async def answers(self, number: int) -> Sequence[tuple[int, Feedback]]:
        found = [(asked.prompt, await self.feedback.get(it)) for it, asked in sorted(self.answered.items())
                 if asked.round == number]  # fmt: skip
        return [(prompt, replace(kept, author=None, contact="", tags=())) for prompt, kept in found if kept]

    async def forget(self, closed_before: datetime) -> int:
        for feedback in [number for number in self.answered if await self.feedback.get(number) is None]:
            del self.answered[feedback]
        answered = {asked.round for asked in self.answered.values()}
        kept = {*answered, max(self.rows, default=0)}
        old = [number for number, one in self.rows.items() if one.closes < closed_before and number not in kept]
        for number in old:
            del self.rows[number]
        return len(old)


@dataclass
class FakeHeardLog:
    rows: dict[tuple[Platform, str, str], HeardPost] = field(default_factory=dict)
    hidden: dict[tuple[Platform, str, str], bool] = field(default_factory=dict)
    barred: frozenset[tuple[Platform, str, str]] = frozenset()
    numbers: dict[tuple[Platform, str, str], int] = field(default_factory=dict)
    changes: int = 0

    async def add(self, chat: str, posts: Sequence[HeardPost]) -> int:
        wanted = {(post.platform, post.id, chat): post for post in posts if not self._is_barred(post)}
        new = {key: post for key, post in wanted.items() if key not in self.rows}
        self.rows.update(new)
        self.numbers |= {key: n for n, key in enumerate(new, max(self.numbers.values(), default=0) + 1)}
        return len(new)

    async def after(self, chat: str, number: int, limit: int) -> Sequence[tuple[int, HeardPost]]:
        shown = [(self.numbers[key], post) for key, post in self.rows.items() if key[2] == chat]
        hidden = {self.numbers[key] for key, hidden in self.hidden.items() if hidden and key in self.rows}
        return [one for one in shown if one[0] > number and one[0] not in hidden][:limit]

    async def revision(self) -> int:
        return self.changes

    def _is_barred(self, post: HeardPost) -> bool:
        authors = {(platform, author, "") for platform, author in identities(post)}
        return not self.barred.isdisjoint({*authors, (post.platform, "", post.id)})

    async def list(self, chat: str) -> Sequence[HeardPost]:
        shown = [post for key, post in self.rows.items() if key[2] == chat and not self.hidden.get(key)]
        return sorted(shown, key=lambda post: post.at)

    async def change(self, platform: Platform, post: str, text: str) -> bool:
        found = [key for key in self.rows if key[:2] == (platform, post)]
        self.rows.update({key: replace(self.rows[key], text=text) for key in found})
        self.changes += bool(found)
        return bool(found)

    async def remove(self, platform: Platform, posts: Collection[str], now: datetime) -> int:
        self.barred |= {(platform, "", post) for post in posts}
        return self._drop(lambda post: post.platform is platform and post.id in posts)

    async def hide(self, chat: str, platform: Platform, post: str, *, hidden: bool = True) -> bool:
        key = (platform, post, chat)
        self.hidden[key] = hidden
        self.changes += key in self.rows
        return key in self.rows

    async def passed(self, chat: str) -> Collection[tuple[Platform, str]]:
        return {key[:2] for key, hidden in self.hidden.items() if key[2] == chat and key in self.rows and not hidden}

    async def counts(self, chats: Collection[str] | None = None) -> Mapping[str, int]:
        return Counter(chat for _, _, chat in self.rows if chats is None or chat in chats)

    async def opt_out(self, people: Collection[Who], now: datetime) -> int:
        self.barred |= {(platform, author, "") for platform, author in people}
        return self._drop(lambda post: any(who in people for who in identities(post)))

    async def opt_in(self, people: Collection[Who]) -> bool:
        wishes = {(platform, author, "") for platform, author in people} & self.barred
        self.barred -= wishes
        return bool(wishes)

    def _drop(self, gone: Callable[[HeardPost], bool]) -> int:
        keys = [key for key, post in self.rows.items() if gone(post)]
        for key in keys:
            del self.rows[key]
        self.changes += bool(keys)
        return len(keys)


@dataclass
class FakeLedger:
    slots: dict[str, datetime] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    async def first(self, slot: str, now: datetime) -> bool:
        new = slot not in self.slots
        self.slots.setdefault(slot, now)
        return new

    async def lapse(self, head: str, before: datetime) -> int:
        old = [slot for slot, at in self.slots.items() if slot.startswith(head) and at < before]
        for slot in old:
            del self.slots[slot]
        return len(old)

    async def expire(self, head: str, before: datetime, now: datetime) -> int:
        ours = {name: note for name, note in self.notes.items() if name.startswith(head)}
        at = {name: read_dated(note)[0] for name, note in ours.items()}
        self.notes |= {name: dated(note, now) for name, note in ours.items() if at[name] is None}
        gone = [name for name, then in at.items() if then and then < before]
        for name in gone:
            del self.notes[name]
        return len(gone)

    async def recall(self, name: str) -> str | None:
        return self.notes.get(name)

    async def remember(self, name: str, value: str) -> None:
        self.notes[name] = value

    async def forget(self, name: str) -> None:
        self.notes.pop(name, None)


@dataclass
class FakeAudit:
    entries: list[AuditEntry] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)

    async def add(
        self, at: datetime, who: str, what: str, about: str = "", detail: str = "", *, name: str = "", whom: str = ""
    ) -> None:
        self.entries.append(AuditEntry(at, who, what, whom or about, detail, name))
        self.hashes.append(link(self.hashes[-1] if self.hashes else "", self.entries[-1]))

    async def list(self, *, limit: int = 100) -> Sequence[AuditEntry]:
        return self.entries[::-1][:limit]

    async def verify(self) -> Chain:
        return followed(list(zip(self.entries, self.hashes, strict=True)))


@dataclass
class FakeRetention:
    outbox: FakeOutbox

    async def private_posts(self, due_before: datetime) -> int:
        over = [post for post in self.outbox.rows.values() if post.state in FINAL | UNSURE and post.due < due_before]
        private = [post.key for post in over if post.private_to or post.place.direct]
        for key in private:
            del self.outbox.rows[key]
        return len(private)

    async def erased(self, found: Sequence[Feedback]) -> Collection[str]:
        return ()  # nobody is erased from the fake


@dataclass
class FakeTallies:
    outbox: FakeOutbox
    feedback: FakeFeedbackLog
    heard: FakeHeardLog

    async def months(self, since: datetime, until: datetime) -> Mapping[str, Month]:
        sent = [post.due for post in self.outbox.rows.values() if post.state is State.SENT]
        said = [one.at for one in self.feedback.rows_by_key.values()]
        counts = [Counter(f"{at:%Y-%m}" for at in instants if since <= at < until) for instants in (sent, said)]
        found = {name: Month(name, sent=counts[0][name], feedback=counts[1][name]) for name in {*counts[0], *counts[1]}}
        hidden = {key for key, is_hidden in self.heard.hidden.items() if is_hidden}
        own = [
            post
            for key, post in self.heard.rows.items()
            if key not in hidden and since <= post.at < until and not (post.is_repost or post.is_quote)
        ]
        for month in {f"{post.at:%Y-%m}" for post in own}:
            posts = [post for post in own if f"{post.at:%Y-%m}" == month]
            found[month] = replace(
                found.get(month, Month(month)),
                heard=len(posts),
                people=len({(post.platform, post.author) for post in posts}),
                impressions=sum(post.followers or 0 for post in posts),
            )
        return found

    async def sent(self, keys: Collection[str]) -> Sequence[tuple[str, datetime, str]]:
        posts = [post for key, post in self.outbox.rows.items() if key in keys]
        return [(one.key, one.sent_at, one.remote_id) for one in posts if one.state is State.SENT and one.sent_at]


@dataclass
class FakeQuestions:
    rows: dict[int, Question] = field(default_factory=dict)

    async def add(self, question: Question) -> int:
        known = next((number for number, row in self.rows.items() if row.key == question.key), 0)
        number = known or len(self.rows) + 1
        asker = replace(question.asker, name="")
        self.rows.setdefault(number, replace(question, number=number, asker=asker))
        return number

    async def get(self, number: int) -> Question | None:
        return self.rows.get(number)

    async def change(self, question: Question) -> bool:
        stored = self.rows.get(question.number)
        if stored is None or stored.version != question.version:
            return False
        self.rows[question.number] = replace(question, version=question.version + 1)
        return True

    async def waiting(self) -> Sequence[Question]:
        return [row for row in self.rows.values() if row.waits]

    async def answered(self) -> Sequence[Question]:
        return [row for row in self.rows.values() if not row.waits]

    async def due(self, now: datetime) -> Sequence[Question]:
        return [row for row in self.rows.values() if row.next_at is not None and row.next_at <= now]

    async def drop(self, number: int) -> bool:
        return self.rows.pop(number, None) is not None

    async def forget(self, before: datetime) -> int:
        old = [number for number, row in self.rows.items() if row.at < before]
        for number in old:
            del self.rows[number]
        return len(old)


@dataclass
class FakeAskedLog:
    rows: dict[int, Asked] = field(default_factory=dict)
    counted: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def add(self, asked: Asked) -> int:
        number = max(self.rows, default=0) + 1
        self.rows[number] = replace(asked, number=number)
        return number

    async def get(self, number: int) -> Asked | None:
        return self.rows.get(number)

    async def list(self) -> Sequence[Asked]:
        return list(self.rows.values())

    async def unanswered(self) -> int:
        return sum(row.outcome is AskedOutcome.UNKNOWN for row in self.rows.values())

    async def drop(self, texts: Collection[str]) -> int:
        return self._delete(number for number, row in self.rows.items() if row.text in texts)

    async def forget(self, before: datetime) -> int:
        return self._delete(number for number, row in self.rows.items() if row.on < before)

    def _delete(self, numbers: Iterable[int]) -> int:
        gone = list(numbers)
        for number in gone:
            del self.rows[number]
        return len(gone)

    async def rate(self, entry: str, *, useful: bool, by: int = 1) -> None:
        yes, no = self.counted.get(entry, (0, 0))
        self.counted[entry] = (yes + by, no) if useful else (yes, no + by)

    async def ratings(self) -> Mapping[str, tuple[int, int]]:
        return dict(sorted(self.counted.items()))


@dataclass
class FakeAccess:
    links: dict[str, Link] = field(default_factory=dict)
    begun: dict[str, Session] = field(default_factory=dict)
    forms: dict[tuple[str, str], KeptForm] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    keys: dict[str, Passkey] = field(default_factory=dict)

    def copy(self) -> "FakeAccess":
        return FakeAccess(dict(self.links), dict(self.begun), dict(self.forms), dict(self.attempts), dict(self.keys))

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

    async def sessions(self, who: str | None, now: datetime) -> Sequence[Session]:
        ours = [session for session in self.begun.values() if who in (None, session.who) and session.lasts(now)]
        return sorted(ours, key=lambda session: session.used, reverse=True)

    async def names(self, refs: Collection[str]) -> Mapping[str, str]:
        named = [(key.added, key.who, key.name) for key in self.keys.values()]
        named += [(session.began, session.who, session.name) for session in self.begun.values()]
        return {who: name for _, who, name in sorted(named) if who in refs and name}

    async def end(self, who: str, fingerprint: str | None = None) -> int:
        ours = [key for key, session in self.begun.items() if session.who == who and fingerprint in (None, key)]
        for key in ours:
            del self.begun[key]
        return len(ours)

    async def add_attempt(self, attempt: Attempt, now: datetime) -> None:
        self.attempts = {key: begun for key, begun in self.attempts.items() if now < begun.ends}
        self.attempts[attempt.fingerprint] = attempt

    async def use_attempt(self, fingerprint: str, now: datetime) -> Attempt | None:
        attempt = self.attempts.pop(fingerprint, None)
        return attempt if attempt and now < attempt.ends else None

    async def add_passkey(self, passkey: Passkey) -> bool:
        return self.keys.setdefault(passkey.id, passkey) is passkey

    async def passkey(self, id: str) -> Passkey | None:
        return self.keys.get(id)

    async def passkeys(self, who: str | None) -> Sequence[Passkey]:
        ours = [passkey for passkey in self.keys.values() if who in (None, passkey.who)]
        return sorted(ours, key=lambda passkey: (passkey.added, passkey.id))

    async def passkey_used(self, id: str, uses: int, now: datetime) -> None:
        self.keys[id] = replace(self.keys[id], uses=uses, used=now)

    async def remove_passkey(self, who: str, id: str) -> bool:
        ours = id in self.keys and self.keys[id].who == who
        return ours and bool(self.keys.pop(id))

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
    heard: FakeHeardLog = field(default_factory=FakeHeardLog)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    audit: FakeAudit = field(default_factory=FakeAudit)
    questions: FakeQuestions = field(default_factory=FakeQuestions)
    asked: FakeAskedLog = field(default_factory=FakeAskedLog)
    access: FakeAccess = field(default_factory=FakeAccess)
    rounds_kept: dict[int, Round] = field(default_factory=dict)
    answered: dict[int, AskedPrompt] = field(default_factory=dict)
    journal: FakeJournal = field(default_factory=FakeJournal)
    approvals: FakeApprovals = field(default_factory=FakeApprovals)
    pieces: FakePieces = field(default_factory=FakePieces)

    @property
    def retention(self) -> FakeRetention:
        return FakeRetention(self.outbox)

    @property
    def tallies(self) -> FakeTallies:
        return FakeTallies(self.outbox, self.feedback, self.heard)

    @property
    def rounds(self) -> FakeRounds:
        return FakeRounds(self.feedback, self.rounds_kept, self.answered)

    def copy(self) -> "FakeTransaction":
        return FakeTransaction(
            FakeInbox(dict(self.inbox.rows)),
            FakeOutbox(dict(self.outbox.rows)),
            FakePlan(dict(self.plan.rows)),
            FakeFeedbackLog(dict(self.feedback.rows_by_key), self.feedback.given),
            FakeHeardLog(
                dict(self.heard.rows),
                dict(self.heard.hidden),
                self.heard.barred,
                dict(self.heard.numbers),
                self.heard.changes,
            ),
            FakeLedger(dict(self.ledger.slots), dict(self.ledger.notes)),
            FakeAudit(list(self.audit.entries), list(self.audit.hashes)),
            FakeQuestions(dict(self.questions.rows)),
            FakeAskedLog(dict(self.asked.rows), dict(self.asked.counted)),
            self.access.copy(),
            dict(self.rounds_kept),
            dict(self.answered),
            FakeJournal(list(self.journal.changes)),
            FakeApprovals(dict(self.approvals.given), dict(self.approvals.links)),
            FakePieces(dict(self.pieces.rows), dict(self.pieces.pictures)),
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
    async def reading(self) -> AsyncIterator[FakeTransaction]:
        if self.fails:
            raise OSError("the database does not answer")
        yield self.kept.copy()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[FakeTransaction]:
        async with self._turn:
            if self.fails:
                raise OSError("the database does not answer")
            tx = self.kept.copy()
            yield tx
            self.kept = tx
