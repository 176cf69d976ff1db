"""What one piece of feedback has in common with others. Beside the rest, because it loads numpy."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from bot.core.feedback import EVERYTHING, Feedback, Status
from bot.core.understanding import Pieces, Related
from bot.ports import Database, Transaction

_LATEST = 200
"""Pieces among which like is looked for while somebody waits: it takes a fortieth of a second."""


async def related(tx: Transaction, feedback: Feedback) -> Related:
    """What it has in common with the latest."""
    latest = await _latest(tx)
    return await asyncio.to_thread(lambda: _pieces(latest).related(feedback))


async def groups(database: Database, who: str, now: datetime) -> tuple[Sequence[Sequence[Feedback]], int]:
    """What says much the same among the latest, and how many those are, for a moderator: the audit notes it."""
    async with database.transaction() as tx:
        latest = await _latest(tx)
        await tx.audit.add(now, who, "feedback list", detail=EVERYTHING.told())
    return await asyncio.to_thread(lambda: _pieces(latest).groups), len(latest)


async def _latest(tx: Transaction) -> tuple[Feedback, ...]:
    """Without what changes when somebody looks, and without who it was."""
    found = await tx.feedback.list(limit=_LATEST)
    return tuple(replace(one, status=Status.NEW, author=None, contact="") for one in found)


@lru_cache(maxsize=2)
def _pieces(latest: tuple[Feedback, ...]) -> Pieces:
    """Who goes from one piece to the next need not wait for the same each time."""
    return Pieces(latest)
