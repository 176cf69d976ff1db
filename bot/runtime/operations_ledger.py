"""The campaign's months, counted: those that are over once, the present one when somebody looks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.ledger import KEPT_JSON, Month, joined, months_until, present_month
from bot.core.month import beside, bounds
from bot.ports import Database

NOTE = "months counted"
"""The ledger's name for the months that are over. What is deleted later by the rules of retention stays counted."""
_SETTLED = timedelta(days=7)
"""After a month's end, until then late answers of platforms and imports of transcripts change it."""
_UTC = ZoneInfo("UTC")


async def months(database: Database, now: datetime, last: str) -> Sequence[Month]:
    """Twelve months, of which `last` is the last."""
    names = months_until(last)
    async with database.transaction() as tx:
        stored = await tx.ledger.recall(NOTE)
        kept = dict(KEPT_JSON.validate_json(stored)) if stored else {}
        missing = [name for name in names if name not in kept and name <= present_month(now)]
        if not missing:
            return joined(names, kept)
        since, until = bounds(missing[0], _UTC)[0], bounds(missing[-1], _UTC)[1]
        counted = await tx.tallies.months(since, until)
        over = [name for name in missing if bounds(beside(name, 1), _UTC)[0] + _SETTLED <= now]
        if over:
            kept |= {month.name: month for month in joined(over, counted)}
            await tx.ledger.remember(NOTE, KEPT_JSON.dump_json(kept).decode())
    return joined(names, kept, counted)
