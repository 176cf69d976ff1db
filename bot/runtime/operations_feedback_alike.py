"""What feedback has in common. Beside the other commands, because it loads numpy, and an export keeps to 80 MB."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.audit import COMMAND_LINE
from bot.core.feedback import Wanted, themes
from bot.core.feedback_words import line
from bot.core.understanding import Pieces
from bot.ports import Database
from bot.runtime.operations_feedback import some
from bot.services import sorting

_MOST = 1000
"""Pieces among which a command looks for like: it takes a fifth of a second."""


async def tagged(
    database: Database, now: datetime, numbers: Sequence[int], add: Collection[str], who: str = COMMAND_LINE
) -> None:
    """Put the same tags on several pieces: on all or, with Problem, on none."""
    async with database.transaction() as tx:
        for number in numbers:
            await sorting.tag(tx, number, add, (), who, now)


async def grouped(database: Database, zone: ZoneInfo, now: datetime, wanted: Wanted) -> Sequence[str]:
    """What says much the same among the latest, group by group."""
    found = await some(database, now, wanted, limit=_MOST)
    lines = [
        "\n".join([f"{len(group)} say much the same:", *(f"  {line(one, zone)}" for one in group), ""])
        for group in Pieces(found).groups
    ]
    return lines or [f"Of {len(found)} no two say much the same."]


async def suggested(database: Database, zone: ZoneInfo, now: datetime, wanted: Wanted) -> Sequence[str]:
    """Tags that those of the latest may want that have none, a line each, with what confirms them."""
    found = await some(database, now, wanted, limit=_MOST)
    pieces = Pieces(found)
    without = [(one, pieces.related(one).tags) for one in found if not themes(one.tags)]
    lines = [
        f"{line(one, zone)}\n  antiphon feedback tag {one.number} {' '.join(tags)}" for one, tags in without if tags
    ]
    return lines or ["No tag suggests itself. Tag some first: the bot learns from what moderators have tagged."]
