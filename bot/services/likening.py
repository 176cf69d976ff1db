"""What one piece of feedback has in common with others. Beside the rest, because it loads numpy."""

import asyncio

from bot.core.feedback import Feedback
from bot.core.understanding import Pieces, Related
from bot.ports import Transaction

LATEST = 200
"""Pieces among which like is looked for while somebody waits: it takes a fortieth of a second."""


async def related(tx: Transaction, feedback: Feedback) -> Related:
    """What it has in common with the latest."""
    latest = await tx.feedback.list(limit=LATEST)
    return await asyncio.to_thread(lambda: Pieces(latest).related(feedback))
