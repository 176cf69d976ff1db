"""What an operator does about events that were set aside after failures, and the record of what people did."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.core.audit import COMMAND_LINE
from bot.core.dates import instants_told, when_words
from bot.core.events import Event
from bot.core.keys import meant
from bot.core.problems import Problem
from bot.ports import Database, Transaction

_EXCERPT = 60


async def events_aside(database: Database, zone: ZoneInfo) -> Sequence[str]:
    """Events that failed too often, in words, oldest first."""
    async with database.transaction() as tx:
        aside = await tx.inbox.set_aside()
    return [_line(event, reason, zone) for event, reason in aside] or ["No event is set aside."]


async def retry_event(database: Database, now: datetime, typed: str, *, who: str = COMMAND_LINE) -> str:
    """Have an event handled once more. Raises Problem where it is not set aside."""
    async with database.transaction() as tx:
        key = await _meant(tx, typed)
        _done(await tx.inbox.again(key), key)
        await tx.audit.add(now, who, "inbox retry", key)
    return f"{key} is handled again. If it fails again it comes back here."


async def drop_event(database: Database, now: datetime, typed: str, *, who: str = COMMAND_LINE) -> str:
    """Let an event go unhandled. Raises Problem where it is not set aside."""
    async with database.transaction() as tx:
        key = await _meant(tx, typed)
        _done(await tx.inbox.drop(key, now), key)
        await tx.audit.add(now, who, "inbox drop", key)
    return f"{key} is dropped: nothing more is done about it."


def _done(done: bool, key: str) -> None:
    if not done:
        raise Problem(f"Somebody has decided about {key} at this very moment, so nothing was done.")


async def audit_in_words(database: Database, zone: ZoneInfo, limit: int) -> Sequence[str]:
    """The latest things that people did, latest first."""
    async with database.transaction() as tx:
        entries = await tx.audit.list(limit=limit)
    when = partial(when_words, zone=zone)
    lines = [
        f"{when(entry.at)}, {entry.who}: "
        + " ".join(filter(None, (entry.what, entry.about, entry.detail and f"({instants_told(entry.detail, when)})")))
        for entry in entries
    ]
    return lines or ["Nobody has done anything yet that is noted here."]


async def audit_verified(database: Database) -> str:
    """That every line is as it was written, and every person whose it says. Raises Problem, with what is not."""
    async with database.transaction() as tx:
        chain = await tx.audit.verify()
    if chain.broken is not None:
        raise Problem(
            f"Line {chain.broken} of {chain.lines} is not as it was written: it, or one before it, was changed, "
            "removed or put in by something else than the bot. Compare with a backup, and find out who could write."
        )
    if chain.exchanged:
        raise Problem(
            f"The lines are as they were written, but not whose they are: beside {', '.join(chain.exchanged)} stands "
            "somebody else than the bot put there. Compare with a backup, and find out who could write."
        )
    return (
        f"All {chain.lines} lines are as they were written. The last one's digest is {chain.head or 'none'}: "
        "keep it elsewhere, and you can tell later whether lines were cut off at the end."
    )


async def _meant(tx: Transaction, typed: str) -> str:
    return meant(typed, [event.key for event, _ in await tx.inbox.set_aside()])


def _line(event: Event, reason: str, zone: ZoneInfo) -> str:
    text = " ".join(str(getattr(event, "text", "")).split())
    said = f" “{text[:_EXCERPT]}{'…' if len(text) > _EXCERPT else ''}”" if text else ""
    return f"{event.key}, {event.kind} of {event.author.ref}, {when_words(event.at, zone)}:{said} {reason}"
