"""The outbox's table: adding, claiming and settling posts."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    column,
    delete,
    false,
    func,
    or_,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.adapters.db.rows import add_new, row_of
from bot.adapters.db.tables import clean, outbox, sortable
from bot.core.events import Platform
from bot.core.feedback import READ
from bot.core.outbox import FINAL, IN_HAND, Post, State, take

IS_READ = cast(outbox.c.body, Text).contains('"kind": "file"', autoescape=True) | outbox.c.key.endswith(
    f":{READ}", autoescape=True
)
"""What moderators read of feedback, files or not: it has everybody's words in it."""
_NAMES = [field.name for field in fields(Post)]
_COLUMNS = [outbox.c[name] for name in _NAMES]
_OPEN = frozenset(State) - FINAL
_NOTHING_LEFT = (State.QUEUED, State.CLAIMED, State.HELD)
# What each stage in a post's life changes, and by what it knows the post.
_TAKING = ("key", "state", "attempts", "fence", "lease_until", "reason")
_TAKING_OVER = ("key", "fence")
_LOOKING = ("key", "fence", "try_at")
_BEGINNING = ("key", "fence", "lease_until")
_SAVING = ("key", "state", "attempts", "fence", "lease_until", "try_at", "cut_off", "remote_id", "sent_at", "reason")
_OVER = (State.SENT, State.CANCELLED)
"""Nothing that comes later changes these: neither a slow worker nor a second look."""


def _given(dialect: str, names: Sequence[str]) -> FromClause:
    """Posts as rows of a statement, from one parameter: with one for each value, making the statement takes longer
    than doing it."""
    columns = [column(name, outbox.c[name].type) for name in names]
    rows = bindparam("rows", type_=Text)
    if dialect == "postgresql":
        return func.json_to_recordset(cast(rows, JSON)).table_valued(*columns).render_derived("given", with_types=True)
    row = func.json_each(rows).table_valued("value", name="each").c.value
    return select(
        *(type_coerce(func.json_extract(row, f"$.{c.name}"), c.type).label(c.name) for c in columns)
    ).subquery("given")


def _these(dialect: str) -> ColumnElement[bool]:
    """For PostgreSQL's planner, which cannot look into the JSON, and would read the whole table."""
    return outbox.c.key == any_(bindparam("keys", type_=ARRAY(Text))) if dialect == "postgresql" else true()


@cache
def _writing(dialect: str, names: Sequence[str], fenced: bool) -> ReturningUpdate[Any]:
    """Keep what changes in a post's life. What it says and where never does. `fenced`: only where it is still ours."""
    given = _given(dialect, names)
    these = _these(dialect) & (outbox.c.key == given.c.key)
    if fenced:
        these &= (outbox.c.fence == given.c.fence) & outbox.c.state.not_in(_OVER)
    changed = {name: given.c[name] for name in names if name != "key"}
    return update(outbox).where(these).values(changed).returning(outbox.c.key, outbox.c.fence)


@cache
def _beginning(dialect: str) -> ReturningUpdate[Any]:
    given = _given(dialect, _BEGINNING)
    ours = _these(dialect) & (outbox.c.key == given.c.key) & (outbox.c.fence == given.c.fence)
    ours &= outbox.c.state.in_(IN_HAND)
    # Whoever has locked one is taking it from us, and may wait for one that we took: do not wait for them.
    free = select(outbox.c.id, given.c.lease_until).where(ours).with_for_update(of=outbox, skip_locked=True).cte("free")
    change = update(outbox).where(outbox.c.id == free.c.id)
    return change.values(state=State.SENDING, lease_until=free.c.lease_until).returning(outbox.c.key, outbox.c.fence)


def _free(*wanted: ColumnElement[bool]) -> Select[Any]:
    """`most` posts of a `platform` that no other transaction is about to take (on SQLite there is none anyway).

    Each is made once: a publisher asks several times a second, and making them takes as long as asking."""
    ours = outbox.c.platform == bindparam("platform")
    query = select(*_COLUMNS).where(ours, *wanted).order_by(outbox.c.due, outbox.c.id)
    return query.limit(bindparam("most", type_=Integer)).with_for_update(skip_locked=True)


_DUE = _free(outbox.c.state == State.QUEUED, outbox.c.try_at <= bindparam("until"))
_EXPIRED = _free(
    outbox.c.state.in_(IN_HAND),
    outbox.c.lease_until <= bindparam("expired_by"),
    outbox.c.key.not_in(bindparam("ours", expanding=True)),
)
_DOUBTFUL = _free(outbox.c.state == State.UNCONFIRMED, outbox.c.try_at <= bindparam("now"))


class SqlOutbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.added = False

    async def add(self, post: Post) -> bool:
        new = await add_new(self._connection, outbox, row_of(post) | {"platform": post.platform})
        self.added |= new
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
        due = _DUE if only is None else _DUE.where(or_(false(), *map(_named, only)))
        claimed: list[Post] = []
        while (room := limit - len(claimed)) > 0:
            found = await self._posts(due, platform=platform, until=until, most=room)
            taken = [take(post, now, lease, doubt_before) for post in found]
            await self._write(_TAKING, taken)
            claimed += [post for post in taken if post.state is State.CLAIMED]
            if len(taken) < room:
                break
        return claimed

    async def begin(self, posts: Sequence[Post], *, now: datetime, lease: timedelta) -> Sequence[Post]:
        sending = [replace(post, state=State.SENDING, lease_until=max(now, post.try_at) + lease) for post in posts]
        return await self._execute(_beginning(self._connection.dialect.name), _BEGINNING, sending)

    async def save(self, posts: Sequence[Post]) -> Sequence[Post]:
        return await self._write(_SAVING, posts, fenced=True)

    async def take_over(
        self, platform: Platform, *, expired_by: datetime, limit: int, ours: Collection[str] = ()
    ) -> Sequence[Post]:
        found = await self._posts(_EXPIRED, platform=platform, expired_by=expired_by, ours=list(ours), most=limit)
        posts = [replace(post, fence=post.fence + 1) for post in found]
        await self._write(_TAKING_OVER, posts)
        return posts

    async def doubtful(self, platform: Platform, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Post]:
        found = await self._posts(_DOUBTFUL, platform=platform, now=now, most=limit)
        posts = [replace(post, fence=post.fence + 1, try_at=now + lease) for post in found]
        await self._write(_LOOKING, posts)
        return posts

    async def get(self, key: str) -> Post | None:
        found = await self._posts(select(*_COLUMNS).where(outbox.c.key == key))
        return found[0] if found else None

    async def list(
        self,
        *,
        states: Sequence[State] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> Sequence[Post]:
        query = select(*_COLUMNS).order_by(outbox.c.due.desc(), outbox.c.id.desc()).limit(limit)
        query = query.where(outbox.c.state.in_(states)) if states else query
        query = query if since is None else query.where(outbox.c.due >= since)
        return await self._posts(query if until is None else query.where(outbox.c.due < until))

    async def older(self, state: State, before: datetime, most: int) -> int:
        found = select(outbox.c.due).where(outbox.c.state == state, outbox.c.due < before).limit(most).subquery()
        return await self._connection.scalar(select(func.count()).select_from(found)) or 0

    async def counts(self) -> Mapping[State, int]:
        # Only open ones: counting what is sent would take longer every year.
        query = select(outbox.c.state, func.count()).where(outbox.c.state.in_(_OPEN)).group_by(outbox.c.state)
        return {State(state): number for state, number in await self._connection.execute(query)}

    async def oldest_waiting(self) -> datetime | None:
        oldest: datetime | None = await self._connection.scalar(
            select(func.min(outbox.c.try_at)).where(outbox.c.state == State.QUEUED)
        )
        return oldest

    async def cancel(self, key: str) -> bool:
        # A higher fence: whoever has it in hand can no longer begin.
        change = update(outbox).where((outbox.c.key == key) & outbox.c.state.in_(_NOTHING_LEFT))
        cancelled = change.values(state=State.CANCELLED, fence=outbox.c.fence + 1, lease_until=None)
        return (await self._connection.execute(cancelled)).rowcount == 1

    async def forget(self, head: str, before: datetime) -> int:
        begins = func.substr(outbox.c.key, 1, len(head) + 1) == f"{head}:"
        old = delete(outbox).where(outbox.c.state.in_(FINAL) & (outbox.c.due < before) & begins)
        return (await self._connection.execute(old)).rowcount

    async def forget_read(self) -> int:
        return (await self._connection.execute(delete(outbox).where(outbox.c.state.in_(FINAL) & IS_READ))).rowcount

    async def _posts(self, query: Select[Any], **given: Any) -> Sequence[Post]:
        return [Post(**dict(zip(_NAMES, row, strict=True))) for row in await self._connection.execute(query, given)]

    async def _write(self, names: Sequence[str], posts: Sequence[Post], *, fenced: bool = False) -> Sequence[Post]:
        """Without a fence: rows that this transaction has locked."""
        return await self._execute(_writing(self._connection.dialect.name, names, fenced), names, posts)

    async def _execute(
        self, statement: ReturningUpdate[Any], names: Sequence[str], posts: Sequence[Post]
    ) -> Sequence[Post]:
        """Returns those that were changed: of two claims of one post, which a process may have both, at most one."""
        if not posts:
            return ()
        rows = [{name: getattr(post, name) for name in names} for post in posts]
        for row in rows if "reason" in names else ():
            row["reason"] = clean(row["reason"])
        given = {"rows": json.dumps(rows, default=sortable), "keys": [post.key for post in posts]}
        changed = {tuple(row) for row in await self._connection.execute(statement, given)}
        return [post for post in posts if (post.key, post.fence) in changed]


def _named(name: str) -> ColumnElement[bool]:
    """As `bot.core.pause.named`. Not LIKE, which overlooks capitals on SQLite."""
    key, length = outbox.c.key, len(name) + 1
    first = func.substr(key, 1, length) == f"{name}:"
    last = (func.length(key) >= length) & (func.substr(key, func.length(key) - length + 1) == f":{name}")
    return (key == name) | first | last | (cast(outbox.c.platform, Text) == name)
