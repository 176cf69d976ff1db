"""Who may come to the organisers' pages, as kept in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db import access_tables as tables
from bot.adapters.db.rows import add_new, row_of
from bot.core.access import Attempt, KeptForm, Link, Passkey, Session


class SqlAccess:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_link(self, link: Link) -> None:
        await self._connection.execute(tables.sign_in_links.insert().values(row_of(link)))

    async def use_link(self, fingerprint: str, now: datetime) -> Link | None:
        links = tables.sign_in_links
        # Deleting takes it from everybody else, whatever process they are in.
        taken = delete(links).where(links.c.fingerprint == fingerprint).returning(*links.c)
        row = (await self._connection.execute(taken)).mappings().first()
        link = Link(**row) if row else None
        return link if link and now < link.ends else None

    async def has_link(self, fingerprint: str, now: datetime) -> bool:
        links = tables.sign_in_links
        query = select(links.c.who).where(links.c.fingerprint == fingerprint, links.c.ends > now)
        return await self._connection.scalar(query) is not None

    async def begin(self, session: Session) -> None:
        await self._connection.execute(tables.sessions.insert().values(row_of(session)))

    async def session(self, fingerprint: str) -> Session | None:
        query = select(tables.sessions).where(tables.sessions.c.fingerprint == fingerprint)
        row = (await self._connection.execute(query)).mappings().first()
        return Session(**row) if row else None

    async def seen(self, fingerprint: str, now: datetime) -> None:
        sessions = tables.sessions
        await self._connection.execute(update(sessions).where(sessions.c.fingerprint == fingerprint).values(used=now))

    async def sessions(self, who: str | None, now: datetime) -> Sequence[Session]:
        sessions = tables.sessions
        query = select(sessions).where(sessions.c.ends > now).order_by(sessions.c.used.desc())
        query = query if who is None else query.where(sessions.c.who == who)
        return [Session(**row) for row in (await self._connection.execute(query)).mappings()]

    async def names(self, refs: Collection[str]) -> Mapping[str, str]:
        signed_in, keys = tables.sessions.c, tables.passkeys.c
        named = union_all(
            select(keys.who, keys.name, keys.added.label("at")).where(keys.who.in_(refs), keys.name != ""),
            select(signed_in.who, signed_in.name, signed_in.began).where(signed_in.who.in_(refs), signed_in.name != ""),
        ).subquery()
        rows = await self._connection.execute(select(named.c.who, named.c.name).order_by(named.c.at))
        return {row.who: row.name for row in rows}  # the last of each

    async def end(self, who: str, fingerprint: str | None = None) -> int:
        sessions = tables.sessions
        ours = [sessions.c.who == who]
        if fingerprint is not None:
            ours.append(sessions.c.fingerprint == fingerprint)
        return (await self._connection.execute(delete(sessions).where(*ours))).rowcount

    async def add_attempt(self, attempt: Attempt, now: datetime) -> None:
        attempts = tables.sign_in_attempts
        await self._connection.execute(delete(attempts).where(attempts.c.ends <= now))
        await self._connection.execute(attempts.insert().values(row_of(attempt)))

    async def use_attempt(self, fingerprint: str, now: datetime) -> Attempt | None:
        attempts = tables.sign_in_attempts
        taken = delete(attempts).where(attempts.c.fingerprint == fingerprint).returning(*attempts.c)
        row = (await self._connection.execute(taken)).mappings().first()
        attempt = Attempt(**row) if row else None
        return attempt if attempt and now < attempt.ends else None

    async def add_passkey(self, passkey: Passkey) -> bool:
        return await add_new(self._connection, tables.passkeys, row_of(passkey))

    async def passkey(self, id: str) -> Passkey | None:
        query = select(tables.passkeys).where(tables.passkeys.c.id == id)
        row = (await self._connection.execute(query)).mappings().first()
        return Passkey(**row) if row else None

    async def passkeys(self, who: str | None) -> Sequence[Passkey]:
        kept = tables.passkeys
        query = select(kept).order_by(kept.c.added, kept.c.id)
        query = query if who is None else query.where(kept.c.who == who)
        return [Passkey(**row) for row in (await self._connection.execute(query)).mappings()]

    async def passkey_used(self, id: str, uses: int, now: datetime) -> None:
        kept = tables.passkeys
        await self._connection.execute(update(kept).where(kept.c.id == id).values(uses=uses, used=now))

    async def remove_passkey(self, who: str, id: str) -> bool:
        kept = tables.passkeys
        gone = await self._connection.execute(delete(kept).where(kept.c.who == who, kept.c.id == id))
        return gone.rowcount > 0

    async def keep(self, form: KeptForm) -> None:
        kept, row = tables.kept_forms, row_of(form)
        if not await add_new(self._connection, kept, row):
            same = (kept.c.who == form.who) & (kept.c.path == form.path)
            await self._connection.execute(update(kept).where(same).values(values=form.values, at=form.at))

    async def kept(self, who: str) -> Sequence[KeptForm]:
        kept = tables.kept_forms
        query = select(kept).where(kept.c.who == who).order_by(kept.c.at.desc())
        return [KeptForm(**row) for row in (await self._connection.execute(query)).mappings()]

    async def let_go(self, who: str, path: str) -> None:
        kept = tables.kept_forms
        await self._connection.execute(delete(kept).where(kept.c.who == who, kept.c.path == path))

    async def forget(self, before: datetime) -> None:
        for table, column in (
            (tables.sign_in_links, tables.sign_in_links.c.ends),
            (tables.sessions, tables.sessions.c.ends),
            (tables.kept_forms, tables.kept_forms.c.at),
        ):
            await self._connection.execute(delete(table).where(column < before))
