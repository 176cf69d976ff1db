"""What organisers do to key actions on the pages: add, change, cancel, each noted with who did it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.core.actions import Draft, Problem, cancelled, changed, own_key, queued
from bot.core.content import Content
from bot.core.dates import when_words
from bot.core.events import Platform
from bot.core.plan import Entry, Standing
from bot.ports import Database, Transaction

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
    who: str,
) -> Made:
    """Queue a new action. `form` names the form that it was typed in: sending that twice adds nothing."""
    entry = queued(draft, content, platforms, now, key=form, source=who)
    if not isinstance(entry, Entry):
        return entry
    async with database.transaction() as tx:
        stored = await tx.plan.get(own_key(form))
        if stored is not None:
            return stored if _says(stored) == _says(entry) else (_SENT_BEFORE,)
        await tx.plan.put(entry)
        await _note(tx, content, now, who, "action add", entry)
    return entry


async def change_action(
    database: Database, content: Content, now: datetime, draft: Draft, stored: Entry, who: str
) -> Made:
    """Put an action to another time or in other words. `stored` is as the person saw it."""
    entry = changed(stored, draft, content, now)
    if not isinstance(entry, Entry):
        return entry
    async with database.transaction() as tx:
        if not await tx.plan.change(entry):
            return (_MEANWHILE,)
        await _note(tx, content, now, who, "action change", entry, f"; it was {_told(stored, content)}")
    return entry


async def cancel_action(database: Database, content: Content, now: datetime, stored: Entry, who: str) -> bool:
    """See to it that nothing of it is sent. False where it went out, or was changed or cancelled, meanwhile."""
    async with database.transaction() as tx:
        if stored.standing is not Standing.PLANNED or not await tx.plan.change(cancelled(stored)):
            return False
        await _note(tx, content, now, who, "action cancel", stored)
    return True


async def _note(
    tx: Transaction, content: Content, now: datetime, who: str, what: str, entry: Entry, more: str = ""
) -> None:
    await tx.audit.add(now, who, what, entry.key, f"{_told(entry, content)}{more}")


def _told(entry: Entry, content: Content) -> str:
    return f"{when_words(entry.due, content.zone)}: {entry.title}"


def _says(entry: Entry) -> Entry:
    """Only what people see of it."""
    return replace(entry, version=0, standing=Standing.PLANNED, edited=False)


_SENT_BEFORE = Problem(
    "text", "This form was sent before, and its action is in the plan.", "Change that one, or begin a new action."
)
_MEANWHILE = Problem(
    "text", "Somebody changed this action at this very moment.", "Look at the month, then send it again."
)
