"""What feedback has in common. Beside the other commands, because it loads numpy, and an export keeps to 80 MB."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.feedback import Wanted
from bot.core.understanding import Suggester, alike
from bot.ports import Database
from bot.runtime.operations_feedback import line, some

_LATEST = 1000
"""Pieces among which like is looked for: it takes a tenth of a second."""


async def grouped(database: Database, zone: ZoneInfo, now: datetime, wanted: Wanted) -> Sequence[str]:
    """What says much the same among the latest, a line each."""
    found = await some(database, now, wanted, limit=_LATEST)
    groups = alike([one.text for one in found])
    lines = [
        "\n".join([f"{len(group)} say much the same:", *(f"  {line(found[place], zone)}" for place in group), ""])
        for group in groups
    ]
    return lines or [f"Of {len(found)} no two say much the same."]


async def suggested(database: Database, zone: ZoneInfo, now: datetime, wanted: Wanted) -> Sequence[str]:
    """Tags that those of the latest may want that have none, a line each, with what confirms them."""
    found = await some(database, now, wanted, limit=_LATEST)
    suggester = Suggester([(one.text, one.tags) for one in found if one.tags])
    without = [(one, suggester.suggested(one.text)) for one in found if not one.tags]
    lines = [
        f"{line(one, zone)}\n  antiphon feedback tag {one.number} {' '.join(tags)}" for one, tags in without if tags
    ]
    return lines or ["No tag suggests itself. Tag some first: the bot learns from what moderators have tagged."]
