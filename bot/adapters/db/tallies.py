"""Counts over a span of time, a statement each however much there is; and what a chat's questions became."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, String, func, literal, select, type_coerce, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db.rows import within
from bot.adapters.db.tables import feedback, heard, outbox
from bot.core.ledger import Month
from bot.core.month import beside, bounds
from bot.core.outbox import State

_UTC = ZoneInfo("UTC")


class SqlTallies:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def months(self, since: datetime, until: datetime) -> Mapping[str, Month]:
        sent = await self._by_month(outbox.c.due, since, until, outbox.c.state == State.SENT)
        said = await self._by_month(feedback.c.at, since, until)
        own = heard.c.hidden.isnot(True) & ~heard.c.is_repost & ~heard.c.is_quote
        spoke = select(self._month(heard.c.at), heard.c.platform, heard.c.author, func.count().label("posts"),
                       func.sum(func.coalesce(heard.c.followers, 0)).label("reach"))  # fmt: skip
        each = spoke.where(*within(heard.c.at, since, until), own).group_by("month", heard.c.platform, heard.c.author)
        per = each.subquery()
        summed = select(per.c.month, func.count(), func.sum(per.c.posts), func.sum(per.c.reach)).group_by(per.c.month)
        chats = {month: found for month, *found in await self._connection.execute(summed)}
        none = (0, 0, 0)
        return {
            name: Month(
                name,
                sent.get(name, 0),
                int(chats.get(name, none)[1]),
                int(chats.get(name, none)[0]),
                int(chats.get(name, none)[2]),
                said.get(name, 0),
            )
            for name in {*sent, *said, *chats}
        }

    async def sent(self, keys: Collection[str]) -> Sequence[tuple[str, datetime, str]]:
        columns = (outbox.c.key, outbox.c.state, outbox.c.sent_at, outbox.c.remote_id)
        # The state is looked at here: asked for it, SQLite goes through all that was ever sent instead of by the keys.
        found = await self._connection.execute(select(*columns).where(outbox.c.key.in_(keys)))
        return [(row.key, row.sent_at, row.remote_id) for row in found if row.state is State.SENT and row.sent_at]

    async def _by_month(
        self, at: Column[Any], since: datetime, until: datetime, *also: ColumnElement[bool]
    ) -> Mapping[str, int]:
        """A count for each month, which an index answers; grouped, every row's month would be worked out."""
        spans = ((name, *bounds(name, _UTC)) for name in _months(since, until))
        counts = [
            select(literal(name), func.count()).where(*within(at, max(since, first), min(until, end)), *also)
            for name, first, end in spans
        ]
        found = await self._connection.execute(union_all(*counts))
        return {month: number for month, number in found if number}

    def _month(self, at: Column[Any]) -> ColumnElement[str]:
        """In UTC: on SQLite an instant is text that begins with its month."""
        if self._connection.dialect.name == "postgresql":
            return func.to_char(func.timezone("UTC", at), "YYYY-MM").label("month")
        return func.substr(type_coerce(at, String), 1, 7).label("month")


def _months(since: datetime, until: datetime) -> Iterator[str]:
    name = f"{since:%Y-%m}"
    while bounds(name, _UTC)[0] < until:
        yield name
        name = beside(name, 1)
