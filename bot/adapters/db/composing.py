"""Drafts, approvals and the journal of the plan, as kept in the database."""

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db import composing_tables as tables
from bot.adapters.db.rows import add_new, row_of
from bot.core.approval import Approval, SignOff
from bot.core.journal import WRITING, Author, Change
from bot.core.pieces import Picture, Piece
from bot.core.plan import Kind


class SqlJournal:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, change: Change) -> int:
        row = row_of(change)
        del row["number"]
        number = await self._connection.scalar(insert(tables.journal).values(row).returning(tables.journal.c.number))
        assert number is not None
        return int(number)

    async def get(self, number: int) -> Change | None:
        found = await self._select(tables.journal.c.number == number)
        return found[0] if found else None

    async def list(self, *, about: str | None = None, limit: int = 100) -> Sequence[Change]:
        return await self._select(*([tables.journal.c.about == about] if about is not None else []), limit=limit)

    async def writers(self, abouts: Collection[str]) -> Mapping[str, Author]:
        journal = tables.journal
        wanted = journal.c.about.in_(abouts) & journal.c.what.in_(WRITING)
        rows = await self._connection.execute(
            select(journal.c.about, journal.c.who, journal.c.name).where(wanted).order_by(journal.c.number)
        )
        return {row.about: Author(row.who, row.name) for row in rows}  # the last of each

    async def names(self, refs: Collection[str]) -> Mapping[str, str]:
        journal = tables.journal
        named = select(journal.c.who, journal.c.name).where(journal.c.who.in_(refs), journal.c.name != "")
        last = named.group_by(journal.c.who, journal.c.name).order_by(func.max(journal.c.at))
        return {row.who: row.name for row in await self._connection.execute(last)}

    async def forget(self, before: datetime) -> int:
        return (await self._connection.execute(delete(tables.journal).where(tables.journal.c.at < before))).rowcount

    async def _select(self, *wanted: ColumnElement[bool], limit: int = 1) -> Sequence[Change]:
        query = select(tables.journal).where(*wanted).order_by(tables.journal.c.number.desc()).limit(limit)
        return [Change(**row) for row in (await self._connection.execute(query)).mappings()]


class SqlApprovals:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, approval: Approval) -> None:
        approvals, row = tables.approvals, row_of(approval)
        if not await add_new(self._connection, approvals, row):
            await self._connection.execute(update(approvals).where(approvals.c.about == approval.about).values(row))

    async def among(self, abouts: Collection[str]) -> Mapping[str, Approval]:
        approvals = tables.approvals
        query = select(approvals).where(approvals.c.about.in_(abouts))
        rows = (await self._connection.execute(query)).mappings() if abouts else ()
        return {row["about"]: Approval(**row) for row in rows}

    async def add_link(self, link: SignOff) -> None:
        await self._connection.execute(insert(tables.sign_offs).values(row_of(link)))

    async def link(self, fingerprint: str, now: datetime) -> SignOff | None:
        links = tables.sign_offs
        query = select(links).where(links.c.fingerprint == fingerprint, links.c.ends > now)
        row = (await self._connection.execute(query)).mappings().first()
        return SignOff(**row) if row else None

    async def use_link(self, fingerprint: str, now: datetime) -> SignOff | None:
        links = tables.sign_offs
        # Deleting takes it from everybody else, whatever process they are in.
        taken = delete(links).where(links.c.fingerprint == fingerprint).returning(*links.c)
        row = (await self._connection.execute(taken)).mappings().first()
        return SignOff(**row) if row and now < row["ends"] else None

    async def forget(self, before: datetime) -> None:
        await self._connection.execute(delete(tables.approvals).where(tables.approvals.c.at < before))
        await self._connection.execute(delete(tables.sign_offs).where(tables.sign_offs.c.ends < before))


class SqlPieces:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, piece: Piece) -> bool:
        pieces, row = tables.pieces, row_of(replace(piece, version=piece.version + 1))
        if piece.version == 0:
            return await add_new(self._connection, pieces, row)
        ours = (pieces.c.key == piece.key) & (pieces.c.version == piece.version)
        return (await self._connection.execute(update(pieces).where(ours).values(row))).rowcount == 1

    async def get(self, key: str) -> Piece | None:
        found = await self._select(tables.pieces.c.key == key)
        return found[0] if found else None

    async def list(self) -> Sequence[Piece]:
        return await self._select()

    async def queued(self, kind: Kind) -> Sequence[Piece]:
        return await self._select(tables.pieces.c.kind == kind, tables.pieces.c.about != "")

    async def under(self, head: str) -> Sequence[Piece]:
        return await self._select(tables.pieces.c.key.startswith(head, autoescape=True))

    async def drop(self, key: str) -> None:
        piece = await self.get(key)
        await self._connection.execute(delete(tables.pieces).where(tables.pieces.c.key == key))
        path = piece.values.get("picture", "") if piece else ""
        if path and not any(other.values.get("picture") == path for other in await self.list()):
            await self._connection.execute(delete(tables.pictures).where(tables.pictures.c.path == path))

    async def keep_picture(self, picture: Picture) -> None:
        row: dict[str, Any] = row_of(picture) | {"data": base64.b64encode(picture.data).decode()}
        await add_new(self._connection, tables.pictures, row)

    async def picture(self, path: str) -> Picture | None:
        query = select(tables.pictures).where(tables.pictures.c.path == path)
        row = (await self._connection.execute(query)).mappings().first()
        return Picture(path=path, data=base64.b64decode(row["data"]), at=row["at"]) if row else None

    async def forget(self, before: datetime) -> int:
        pieces = tables.pieces
        old = select(pieces.c.key).where(pieces.c.at < before, pieces.c.about == "")
        keys = (await self._connection.scalars(old)).all()
        for key in keys:
            await self.drop(key)
        return len(keys)

    async def _select(self, *wanted: ColumnElement[bool]) -> Sequence[Piece]:
        query = select(tables.pieces).where(*wanted).order_by(tables.pieces.c.at.desc(), tables.pieces.c.key)
        return [Piece(**row) for row in (await self._connection.execute(query)).mappings()]
