"""Letting go of what was sent to one person alone."""

from datetime import datetime

from sqlalchemy import Text, cast, delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db.tables import outbox
from bot.core.outbox import FINAL


class SqlRetention:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def private_posts(self, due_before: datetime) -> int:
        direct = cast(outbox.c.place, Text).contains('"direct": true', autoescape=True)
        private = (outbox.c.private_to != "") | direct
        old = outbox.c.state.in_(FINAL) & (outbox.c.due < due_before)
        return (await self._connection.execute(delete(outbox).where(old & private))).rowcount
