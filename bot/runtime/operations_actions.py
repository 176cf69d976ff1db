"""What organisers do to key actions that are in the plan, noted with who did it."""

from datetime import datetime

from bot.core.actions import Draft, Problem, changed
from bot.core.content import Content
from bot.core.journal import Author, held_for_a_while
from bot.core.plan import Entry
from bot.ports import Transaction
from bot.services import planning

Made = Entry | tuple[Problem, ...]
"""An entry, or everything that is wrong with what was typed."""


async def change_action(
    tx: Transaction, content: Content, now: datetime, draft: Draft, stored: Entry, who: Author
) -> Made:
    """Put an action to another time or in other words. `stored` is as the person saw it."""
    entry = changed(stored, draft, content, now)
    if not isinstance(entry, Entry):
        return entry
    entry = held_for_a_while(entry, now)
    return entry if await planning.change(tx, content, now, who, stored, entry) else (_MEANWHILE,)


_MEANWHILE = Problem(
    "text", "Somebody changed this action at this very moment.", "Look at the month, then send it again."
)
