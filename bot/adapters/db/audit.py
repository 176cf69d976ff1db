"""The audit's table: a chain of lines, with pseudonyms in the place of people."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db.rows import add_new_now, in_turn
from bot.adapters.db.tables import Words, audit, notes, people
from bot.core.audit import COMMAND_LINE, AuditEntry, Chain, followed, link
from bot.core.privacy import KEY_NOTE, OTHER_KEYS_NOTE, pseudonym

_COLUMNS = (audit.c.at, audit.c.who, audit.c.what, audit.c.about, audit.c.detail)


class SqlAudit:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, at: datetime, who: str, what: str, about: str = "", detail: str = "", *, name: str = "", whom: str = ""
    ) -> None:
        await self._connection.run_sync(append, AuditEntry(at, who, what, about, detail, name), whom)

    async def list(self, *, limit: int = 100) -> list[AuditEntry]:
        to = people.alias()
        known = audit.outerjoin(people, audit.c.who == people.c.pseudonym)
        known = known.outerjoin(to, audit.c.about == to.c.pseudonym)
        query = select(*_COLUMNS, people.c.ref, people.c.name, to.c.ref.label("whom")).select_from(known)
        rows = await self._connection.execute(query.order_by(audit.c.id.desc()).limit(limit))
        return [
            AuditEntry(row.at, row.ref or row.who, row.what, row.whom or row.about, row.detail, row.name or "")
            for row in rows
        ]

    async def verify(self) -> Chain:
        rows = await self._connection.execute(select(*_COLUMNS, audit.c.hash).order_by(audit.c.id))
        chain = followed([(AuditEntry(*row[:5]), row.hash) for row in rows])
        return replace(chain, exchanged=tuple(await self._connection.run_sync(_exchanged)))


def append(connection: Connection, entry: AuditEntry, whom: str = "") -> None:
    """Add a line. The refs of who did it, and to whom, stand in it nowhere."""
    in_turn(connection, audit)  # a chain has no two lines after the same one
    if entry.who != COMMAND_LINE:
        entry = _unnamed(connection, entry)
    about = _known(connection, whom) if whom else entry.about
    detail = Words().process_bind_param(entry.detail, connection.dialect) or ""
    kept = AuditEntry(entry.at, entry.who, entry.what, about, detail)
    last = connection.scalar(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)) or ""
    row = {"at": kept.at, "who": kept.who, "what": kept.what, "about": kept.about, "detail": kept.detail}
    connection.execute(audit.insert().values(row | {"hash": link(last, kept)}))


def _unnamed(connection: Connection, entry: AuditEntry) -> AuditEntry:
    ref, who = entry.who, _known(connection, entry.who, entry.name)
    return AuditEntry(entry.at, who, entry.what, entry.about.replace(ref, who), entry.detail.replace(ref, who))


def _known(connection: Connection, ref: str, name: str = "") -> str:
    """The pseudonym of somebody, which can be turned back until they are erased."""
    who = pseudonym(pseudonym_key(connection), ref)
    add_new_now(connection, people, {"pseudonym": who, "ref": ref, "name": ""})
    if name:
        connection.execute(update(people).where(people.c.pseudonym == who).values(name=name))
    return who


def _exchanged(connection: Connection) -> Iterator[str]:
    """Whoever was put beside a pseudonym that the keys do not give them."""
    keys = known_keys(connection)
    beside = connection.execute(select(people.c.pseudonym, people.c.ref).order_by(people.c.pseudonym))
    return (who for who, ref in beside.all() if who not in {pseudonym(key, ref) for key in keys})


def pseudonym_key(connection: Connection) -> str:
    """Made when it is first needed, and the same from then on."""
    stored = select(notes.c.value).where(notes.c.name == KEY_NOTE)
    known: str | None = connection.scalar(stored)
    if known is None:
        add_new_now(connection, notes, {"name": KEY_NOTE, "value": secrets.token_hex(32)})
        known = connection.scalar(stored)
    assert known is not None
    return known


def known_keys(connection: Connection) -> frozenset[str]:
    """The database's own, if it has needed one, and those that the list of who was erased has from other databases."""
    kept = select(notes.c.value).where(notes.c.name.in_((KEY_NOTE, OTHER_KEYS_NOTE)))
    return frozenset(key for value in connection.scalars(kept) for key in value.split())


def learn_keys(connection: Connection, keys: Collection[str]) -> None:
    """Keep the keys of other databases beside the own one, which stays what it is."""
    others = sorted({*keys} - {pseudonym_key(connection)})
    connection.execute(notes.delete().where(notes.c.name == OTHER_KEYS_NOTE))
    if others:
        connection.execute(notes.insert().values(name=OTHER_KEYS_NOTE, value="\n".join(others)))
