"""Letting go of what was sent to one person alone, and letting nothing in again of who was erased."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Text, cast, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db.audit import known_keys
from bot.adapters.db.rows import in_turn
from bot.adapters.db.tables import audit, erased, feedback, outbox
from bot.adapters.db.whose import Contact, addresses
from bot.core.feedback import Feedback
from bot.core.outbox import FINAL, UNSURE
from bot.core.privacy import pseudonym


class SqlRetention:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def private_posts(self, due_before: datetime) -> int:
        direct = cast(outbox.c.place, Text).contains('"direct": true', autoescape=True)
        private = (outbox.c.private_to != "") | direct
        old = outbox.c.state.in_(FINAL | UNSURE) & (outbox.c.due < due_before)
        return (await self._connection.execute(delete(outbox).where(old & private))).rowcount

    async def erased(self, found: Sequence[Feedback]) -> Collection[str]:
        await self._connection.run_sync(in_turn, feedback, audit)  # nobody is erased, either, between this and a commit
        gone = set(await self._connection.scalars(select(erased.c.pseudonym)))
        if not gone:
            return ()
        keys = await self._connection.run_sync(known_keys)
        return {one.key for one in found if any(pseudonym(key, ref) in gone for key in keys for ref in _refs(one))}


def _refs(one: Feedback) -> Iterator[str]:
    if one.author:
        yield one.author.ref
    for address in addresses(one.contact):
        yield Contact(address).ref
