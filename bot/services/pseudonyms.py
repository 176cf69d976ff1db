"""The key under which the bot knows people by names that say nothing to others."""

import secrets
from datetime import datetime

from bot.core.events import Person
from bot.core.privacy import KEY_NOTE, STOPPED
from bot.core.pseudonyms import Pseudonyms
from bot.ports import Database, Transaction


async def has_stopped(tx: Transaction, pseudonyms: Pseudonyms, person: Person) -> bool:
    """`Context.has_stopped` for those who have none: a context loads the matcher, and an export keeps to 80 MB."""
    return await tx.ledger.recall(pseudonyms.note(STOPPED, person)) is not None


async def pseudonyms_under(database: Database, given: str, now: datetime) -> Pseudonyms:
    """Under the key of the settings, or under one that is made at the first need and kept in the database."""
    if given:
        return Pseudonyms(given.encode())
    async with database.transaction() as tx:
        # Where two processes start at once, the second waits here for the first one's key.
        await tx.ledger.first(KEY_NOTE, now)
        key = await tx.ledger.recall(KEY_NOTE)
        if key is None:  # the audit has not needed one yet
            key = secrets.token_hex()
            await tx.ledger.remember(KEY_NOTE, key)
        return Pseudonyms(key.encode())
