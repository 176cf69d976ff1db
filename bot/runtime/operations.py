"""What an operator does to key actions from the command line: look, and take out. The bot may run meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.actions import cancelled, find
from bot.core.content import Content
from bot.core.dates import when_words
from bot.core.plan import Entry, Kind, Standing
from bot.core.problems import Problem
from bot.ports import Database


async def coming_actions(database: Database, now: datetime) -> Sequence[Entry]:
    """Key actions that are still to be sent, in order of time."""
    async with database.transaction() as tx:
        entries = await tx.plan.list(kind=Kind.ACTION, since=now)
    return [entry for entry in entries if entry.standing is Standing.PLANNED]


async def cancel_action(database: Database, now: datetime, typed: str) -> Entry:
    """Cancel an action by its number among the coming ones, or its key. Raises Problem when there is none."""
    entry = find(await coming_actions(database, now), typed)
    if entry is None:
        raise Problem(f"There is no coming action {typed!r}. `antiphon actions list` shows them with their keys.")
    async with database.transaction() as tx:
        if not await tx.plan.change(cancelled(entry)):
            raise Problem(f"Action {typed!r} changed at this very moment. Look at the list, and try again.")
    return entry


def described(number: int, entry: Entry, content: Content) -> str:
    """A line of the list: `3. Tuesday 15 December 2026, 9am: Ask a colleague… (key abc)`."""
    where = ", ".join(platform.label for platform in entry.bodies)
    return f"{number}. {when_words(entry.due, content.zone)}, {where}: {entry.title} (key {entry.tail})"
