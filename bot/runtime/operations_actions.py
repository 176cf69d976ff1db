"""What organisers do to key actions on the pages and by import: add and change, each noted with who did it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.core.actions import Draft, Problem, changed, own_key, queued
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.journal import Author, held_for_a_while
from bot.core.plan import Entry, Standing
from bot.ports import Database
from bot.services import planning

Made = Entry | tuple[Problem, ...]
"""An entry, or everything that is wrong with what was typed."""


async def add_action(
    database: Database,
    content: Content,
    now: datetime,
    draft: Draft,
    platforms: Collection[Platform],
    *,
    form: str,
    who: Author,
) -> Made:
    """Queue a new action. `form` names the form that it was typed in: sending that twice adds nothing."""
    entry = queued(draft, content, platforms, now, key=form, source=who.ref)
    if not isinstance(entry, Entry):
        return entry
    entry = held_for_a_while(entry, now)
    async with database.transaction() as tx:
        stored = await tx.plan.get(own_key(form))
        if stored is not None:
            return stored if _says(stored) == _says(entry) else (_SENT_BEFORE,)
        await planning.put(tx, content, now, who, entry)
    return entry


async def change_action(
    database: Database, content: Content, now: datetime, draft: Draft, stored: Entry, who: Author
) -> Made:
    """Put an action to another time or in other words. `stored` is as the person saw it."""
    entry = changed(stored, draft, content, now)
    if not isinstance(entry, Entry):
        return entry
    entry = held_for_a_while(entry, now)
    async with database.transaction() as tx:
        if not await planning.change(tx, content, now, who, stored, entry):
            return (_MEANWHILE,)
    return entry


def _says(entry: Entry) -> Entry:
    """Only what people see of it."""
    return replace(entry, version=0, standing=Standing.PLANNED, edited=False)


_SENT_BEFORE = Problem(
    "text", "This form was sent before, and its action is in the plan.", "Change that one, or begin a new action."
)
_MEANWHILE = Problem(
    "text", "Somebody changed this action at this very moment.", "Look at the month, then send it again."
)
