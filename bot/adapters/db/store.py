"""One transaction's view of the tables: the inbox, the plan, the ledger. What is longer has its own module."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db import tables
from bot.adapters.db.access import SqlAccess
from bot.adapters.db.audit import SqlAudit
from bot.adapters.db.composing import SqlApprovals, SqlJournal, SqlPieces
from bot.adapters.db.driver import BY_KEY
from bot.adapters.db.feedback import SqlFeedbackLog
from bot.adapters.db.heard import SqlHeardLog
from bot.adapters.db.outbox import SqlOutbox
from bot.adapters.db.questions import SqlAskedLog, SqlQuestions
from bot.adapters.db.retention import SqlRetention
from bot.adapters.db.rounds import SqlRounds
from bot.adapters.db.rows import add_new, row_of, within
from bot.adapters.db.tables import Receipt
from bot.adapters.db.tallies import SqlTallies
from bot.core.dated import dated, read_dated
from bot.core.events import Event
from bot.core.plan import Entry, Kind, Standing


class SqlInbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.added = False

    async def add(self, event: Event) -> bool:
        if event.echo_of and await self._has(event.echo_of):
            return False
        row = {"key": event.key, "event": event, "receipt": Receipt.WAITING, "failures": 0, "reason": ""}
        new = await add_new(self._connection, tables.inbox, row)
        self.added |= new
        return new

    async def _has(self, keys: Sequence[str]) -> bool:
        inbox = tables.inbox
        return await self._connection.scalar(select(inbox.c.id).where(inbox.c.key.in_(keys)).limit(1)) is not None

    async def waiting(self, limit: int) -> Sequence[Event]:
        inbox = tables.inbox
        query = select(inbox.c.event).where(inbox.c.receipt == Receipt.WAITING).order_by(inbox.c.id).limit(limit)
        # Not what another worker is handling (PostgreSQL).
        found = await self._connection.scalars(query.with_for_update(skip_locked=True))
        return found.all()

    async def take(self, keys: Collection[str]) -> Collection[str]:
        return set(await self._connection.scalars(_TAKE, {"keys": [*keys]}))

    async def forget(self, handled_before: datetime) -> int:
        inbox = tables.inbox
        handled = (inbox.c.receipt == Receipt.DONE) & (inbox.c.done_at < handled_before)
        return (await self._connection.execute(delete(inbox).where(handled))).rowcount

    async def done(self, keys: Collection[str], now: datetime) -> None:
        await self._connection.execute(_DONE, {"keys": [*keys], "now": now})

    async def failed(self, key: str, reason: str, give_up_after: int) -> bool:
        inbox = tables.inbox
        waiting = (inbox.c.key == key) & (inbox.c.receipt == Receipt.WAITING)
        failures = await self._connection.scalar(select(inbox.c.failures).where(waiting).with_for_update())
        if failures is None:
            return False
        aside = failures + 1 >= give_up_after
        receipt = Receipt.ASIDE if aside else Receipt.WAITING
        change = update(inbox).where(waiting).values(failures=failures + 1, reason=reason, receipt=receipt)
        await self._connection.execute(change)
        return bool(aside)

    async def set_aside(self) -> Sequence[tuple[Event, str]]:
        inbox = tables.inbox
        query = select(inbox.c.event, inbox.c.reason).where(inbox.c.receipt == Receipt.ASIDE).order_by(inbox.c.id)
        return [(event, reason) for event, reason in await self._connection.execute(query)]

    async def again(self, key: str) -> bool:
        changed = await self._leave_aside(key, receipt=Receipt.WAITING, failures=0)
        self.added |= changed
        return changed

    async def drop(self, key: str, now: datetime) -> bool:
        return await self._leave_aside(key, receipt=Receipt.DONE, done_at=now)

    async def _leave_aside(self, key: str, **values: Any) -> bool:
        inbox = tables.inbox
        change = update(inbox).where((inbox.c.key == key) & (inbox.c.receipt == Receipt.ASIDE)).values(values)
        return (await self._connection.execute(change)).rowcount == 1

    async def counts(self) -> tuple[int, int]:
        inbox = tables.inbox
        unhandled = inbox.c.receipt.in_((Receipt.WAITING, Receipt.ASIDE))
        query = select(inbox.c.receipt, func.count()).where(unhandled).group_by(inbox.c.receipt)
        rows = await self._connection.execute(query)
        found = {Receipt(receipt): number for receipt, number in rows}
        return found.get(Receipt.WAITING, 0), found.get(Receipt.ASIDE, 0)


class SqlPlan:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.changed = False

    async def put(self, entry: Entry) -> bool:
        if await add_new(self._connection, tables.plan, row_of(entry)):
            self.changed = True
            return True
        stored = await self.get(entry.key)
        if stored is None or stored.edited or stored == replace(entry, version=stored.version):
            return False
        return await self._replace(replace(entry, version=stored.version), Standing.PLANNED, Standing.CANCELLED)

    async def change(self, entry: Entry) -> bool:
        return await self._replace(entry, Standing.PLANNED, Standing.HELD)

    async def bring_back(self, entry: Entry) -> bool:
        return await self._replace(entry, Standing.CANCELLED)

    async def _replace(self, entry: Entry, *standings: Standing) -> bool:
        plan = tables.plan
        ours = (plan.c.key == entry.key) & plan.c.standing.in_(standings) & (plan.c.version == entry.version)
        row = row_of(replace(entry, version=entry.version + 1))
        changed = await self._connection.execute(update(plan).where(ours).values(row))
        self.changed |= changed.rowcount == 1
        return changed.rowcount == 1

    async def get(self, key: str) -> Entry | None:
        found = await self._select(tables.plan.c.key == key)
        return found[0] if found else None

    async def list(
        self,
        *,
        kind: Kind | None = None,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Entry]:
        wanted = within(tables.plan.c.due, since, until)
        if source is not None:
            wanted.append(tables.plan.c.source == source)
        if kind is not None:
            wanted.append(tables.plan.c.kind == kind)
        return await self._select(*wanted)

    async def due(self, until: datetime) -> Sequence[Entry]:
        plan = tables.plan
        return await self._select(plan.c.standing == Standing.PLANNED, plan.c.due <= until)

    async def next_due(self) -> datetime | None:
        plan = tables.plan
        query = select(func.min(plan.c.due)).where(plan.c.standing == Standing.PLANNED)
        first: datetime | None = await self._connection.scalar(query)
        return first

    async def _select(self, *wanted: ColumnElement[bool]) -> Sequence[Entry]:
        plan = tables.plan
        columns = [column for column in plan.c if column is not plan.c.id]
        query = select(*columns).where(*wanted).order_by(plan.c.due, plan.c.id)
        return [Entry(**row) for row in (await self._connection.execute(query)).mappings()]


class SqlLedger:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def first(self, slot: str, now: datetime) -> bool:
        return await add_new(self._connection, tables.slots, {"slot": slot, "at": now})

    async def lapse(self, head: str, before: datetime) -> int:
        slots = tables.slots
        old = delete(slots).where(slots.c.slot.startswith(head, autoescape=True) & (slots.c.at < before))
        return (await self._connection.execute(old)).rowcount

    async def expire(self, head: str, before: datetime, now: datetime) -> int:
        notes, gone = tables.notes, 0
        found = select(notes.c.name, notes.c.value).where(notes.c.name.startswith(head, autoescape=True))
        for name, value in (await self._connection.execute(found)).all():
            at, _ = read_dated(value)
            same = (notes.c.name == name) & (notes.c.value == value)  # it may be of use again meanwhile
            if at is None:
                await self._connection.execute(update(notes).where(same).values(value=dated(value, now)))
            elif at < before:
                gone += (await self._connection.execute(delete(notes).where(same))).rowcount
        return gone

    async def recall(self, name: str) -> str | None:
        return await self._connection.scalar(_RECALL, {"note": name})

    async def remember(self, name: str, value: str) -> None:
        notes = tables.notes
        if not await add_new(self._connection, notes, {"name": name, "value": value}):
            await self._connection.execute(update(notes).where(notes.c.name == name).values(value=value))

    async def forget(self, name: str) -> None:
        await self._connection.execute(delete(tables.notes).where(tables.notes.c.name == name))


# Made once: for what happens with every event, making a statement anew takes longer than SQLite takes to do it.
_KEYS = tables.inbox.c.key.in_(bindparam("keys", expanding=True))
_TAKE = (
    select(tables.inbox.c.key)
    .prefix_with(BY_KEY)
    .where(_KEYS, tables.inbox.c.receipt == Receipt.WAITING)
    .with_for_update(skip_locked=True)
)
_DONE = update(tables.inbox).where(_KEYS).values(receipt=Receipt.DONE, done_at=bindparam("now"))
_RECALL = select(tables.notes.c.value).prefix_with(BY_KEY).where(tables.notes.c.name == bindparam("note"))


class SqlTransaction:
    """Implements `bot.ports.Transaction` on an open connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.inbox = SqlInbox(connection)
        self.outbox = SqlOutbox(connection)
        self.plan = SqlPlan(connection)
        self.feedback = SqlFeedbackLog(connection)
        self.heard = SqlHeardLog(connection)
        self.ledger = SqlLedger(connection)
        self.audit = SqlAudit(connection)
        self.questions = SqlQuestions(connection)
        self.asked = SqlAskedLog(connection)
        self.rounds = SqlRounds(connection)
        self.retention = SqlRetention(connection)
        self.access = SqlAccess(connection)
        self.tallies = SqlTallies(connection)
        self.journal = SqlJournal(connection)
        self.approvals = SqlApprovals(connection)
        self.pieces = SqlPieces(connection)

    @property
    def news(self) -> bool:
        """Whether there is something for others to do: a new event, a new post, a plan that was changed."""
        return self.inbox.added or self.outbox.added or self.plan.changed
