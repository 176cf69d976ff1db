"""The outbox's table: adding, claiming and settling posts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db.rows import add_new, row_of
from bot.adapters.db.tables import outbox
from bot.core.events import Platform
from bot.core.outbox import Post, State

_COLUMNS = [column for column in outbox.c if column.name not in ("id", "platform")]
_OVER = (State.SENT, State.CANCELLED)
"""Nothing that comes later changes these: neither a slow worker nor a second look."""


class SqlOutbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, post: Post) -> bool:
        return await add_new(self._connection, outbox, row_of(post) | {"platform": post.platform})

    async def claim(
        self, platform: Platform, *, until: datetime, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[Post]:
        due = (outbox.c.state == State.QUEUED) & (outbox.c.platform == platform) & (outbox.c.try_at <= until)
        await self._miss(due & (outbox.c.cut_off < now))
        posts = [_sending(post, now, lease) for post in await self._take(due, limit)]
        for post in posts:
            await self._write(post)
        return posts

    async def save(self, post: Post) -> bool:
        ours = (outbox.c.key == post.key) & (outbox.c.fence == post.fence) & outbox.c.state.not_in(_OVER)
        row = row_of(post)
        del row["due"]
        saved = await self._connection.execute(update(outbox).where(ours).values(row))
        return saved.rowcount == 1

    async def unconfirmed(
        self, platform: Platform, now: datetime, limit: int, *, ours: Collection[str] = ()
    ) -> Sequence[Post]:
        """Those past their lease get a higher fence, so that their old sender can no longer save."""
        open_to_doubt = (outbox.c.state == State.UNCONFIRMED) & (outbox.c.try_at <= now)
        left_behind = (outbox.c.state == State.SENDING) & (outbox.c.lease_until <= now)
        mine = (outbox.c.platform == platform) & outbox.c.key.not_in(ours)
        found = await self._take(mine & (open_to_doubt | left_behind), limit)
        posts = [_fenced(post) for post in found]
        for post in posts:
            await self._write(post)
        return posts

    async def get(self, key: str) -> Post | None:
        found = await self._posts(select(*_COLUMNS).where(outbox.c.key == key))
        return found[0] if found else None

    async def list(self, *, state: State | None = None, limit: int = 100) -> Sequence[Post]:
        query = select(*_COLUMNS).order_by(outbox.c.due.desc(), outbox.c.id.desc()).limit(limit)
        return await self._posts(query if state is None else query.where(outbox.c.state == state))

    async def next_try(self) -> datetime | None:
        waiting = outbox.c.state.in_((State.QUEUED, State.UNCONFIRMED))
        instants = [
            await self._connection.scalar(select(func.min(outbox.c.try_at)).where(waiting)),
            await self._connection.scalar(
                select(func.min(outbox.c.lease_until)).where(outbox.c.state == State.SENDING)
            ),
        ]
        return min((instant for instant in instants if instant is not None), default=None)

    async def cancel(self, key: str) -> bool:
        open_still = (outbox.c.key == key) & outbox.c.state.in_((State.QUEUED, State.HELD))
        change = update(outbox).where(open_still).values(state=State.CANCELLED)
        return (await self._connection.execute(change)).rowcount == 1

    async def _miss(self, overdue: ColumnElement[bool]) -> None:
        ids = select(outbox.c.id).where(overdue).with_for_update(skip_locked=True)
        missed = {"state": State.MISSED, "reason": "Its time passed before it could be sent."}
        await self._connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(missed))

    async def _take(self, wanted: ColumnElement[bool], limit: int) -> Sequence[Post]:
        """Rows that no other transaction is about to take (PostgreSQL; SQLite has one writer anyway)."""
        query = select(*_COLUMNS).where(wanted).order_by(outbox.c.due, outbox.c.id).limit(limit)
        return await self._posts(query.with_for_update(skip_locked=True))

    async def _posts(self, query: Select[Any]) -> Sequence[Post]:
        return [Post(**row) for row in (await self._connection.execute(query)).mappings()]

    async def _write(self, post: Post) -> None:
        change = update(outbox).where(outbox.c.key == post.key)
        await self._connection.execute(
            change.values(
                state=post.state,
                attempts=post.attempts,
                fence=post.fence,
                lease_until=post.lease_until,
            )
        )


def _sending(post: Post, now: datetime, lease: timedelta) -> Post:
    return replace(
        post,
        state=State.SENDING,
        attempts=post.attempts + 1,
        fence=post.fence + 1,
        lease_until=max(now, post.try_at) + lease,
    )


def _fenced(post: Post) -> Post:
    return replace(post, fence=post.fence + 1) if post.state is State.SENDING else post
