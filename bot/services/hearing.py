"""Until when a chat is heard, where its hosts have held or extended it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.content import Content
from bot.core.record.rooms import AFTER, LONGEST, Sitting, chat_on, sittings
from bot.ports import Transaction
from bot.services.hosting import all_sheets


async def heard_in(tx: Transaction, content: Content, at: datetime) -> str | None:
    """The chat to which something belongs that is said now; None where no chat is on."""
    planned, late = chat_on(content, at), chat_on(content, at, LONGEST)
    if planned is not None or late is None:
        return planned
    return late if any(one.chat_id == late and at < one.last + AFTER for one in await all_sheets(tx, at)) else None


async def sittings_as_held(tx: Transaction, content: Content, now: datetime) -> Sequence[Sitting]:
    """As `sittings`: each until its chat has really ended."""
    found = sittings(content, now)
    if not any(one.since <= now < one.until + LONGEST for one in found):
        return found
    ends = {sheet.chat_id: sheet.last + AFTER for sheet in await all_sheets(tx, now)}
    return [replace(one, until=max(one.until, ends.get(one.chat, one.until))) for one in found]
