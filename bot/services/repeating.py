"""What people do to a series: queue it, change all of it, stop it from a day on, undo that. Noted as one thing."""

import secrets
from dataclasses import replace
from datetime import date, datetime, time

from bot.core.approval import Needs, needs, print_of
from bot.core.dates import day_words
from bot.core.journal import Author, Deed, undone_no_more
from bot.core.pieces import Piece
from bot.core.plan import Entry
from bot.core.schedule import resolve
from bot.core.series import continued, goes_on, repeats_of, series_key, stopped, summary
from bot.ports import Transaction
from bot.services.approving import Team, ask
from bot.services.planning import MEANWHILE, note, unschedule, writer
from bot.services.series import coming, plan_series

_WAS = "was:"
"""How the keys begin under which series are kept as they were before a change; its number in the journal follows."""


async def queue_series(tx: Transaction, team: Team, piece: Piece, who: Author, now: datetime) -> Entry | None:
    """Have a piece go out by its rule, or by another one than before. Returns its summary; None where somebody was
    quicker."""
    key = series_key(piece)
    before = await tx.pieces.get(key)
    if not await tx.pieces.put(replace(piece, about=key, who=who.ref, at=now)):
        return None
    version = before.version if before else 0
    after = Piece(
        key=key, kind=piece.kind, who=who.ref, values=piece.values, at=now, about=key, version=version
    )  # fmt: skip
    return await _become(tx, team, before, after, who, now, Deed.CHANGE if before else Deed.ADD)


async def _become(
    tx: Transaction, team: Team, before: Piece | None, after: Piece, who: Author, now: datetime, what: Deed
) -> Entry | None:
    old = summary(before, team.content, team.rooms) if before else None
    new = summary(after, team.content, team.rooms)
    if new is None or not await tx.pieces.put(after):
        return None
    number = await note(tx, team.content, now, who, what, old, new)
    if before is not None:
        await tx.pieces.put(replace(before, key=f"{_WAS}{number}", about=after.key, version=0))
    await plan_series(tx, after, team.content, team.rooms, team.kinds, now)
    await ask(tx, team, new, who, now)
    return new


async def stop_series(tx: Transaction, team: Team, seen: Piece, day: date, who: Author, now: datetime) -> str:
    """See to it that nothing of a series goes out from a day on. Returns why nothing was done, or nothing."""
    after = replace(stopped(seen, day), who=who.ref, at=now)
    if after.values == seen.values:
        return f"It does not go out any more on {day_words(day)} or later."
    await _stays_approved(tx, team, seen, after, now)  # less of the same is approved of as well
    if await _become(tx, team, seen, after, who, now, Deed.UNSCHEDULE) is None:
        return MEANWHILE
    begins = resolve(day, time(), team.content.zone)
    for entry in await coming(tx, after, max(now, begins)):
        await unschedule(tx, team.content, now, who, entry)  # what was moved or changed by itself, or is just leaving
    return ""


async def change_from(tx: Transaction, team: Team, piece: Piece, day: date, who: Author, now: datetime) -> Entry | str:
    """Have a series go out as it was until a day, and from that day on as it is written now: as another series.

    What somebody changed by itself from that day on is taken out, so that nothing goes out twice. Returns the summary
    of the other series, or why nothing was done.
    """
    series, values = await tx.pieces.get(series_key(piece)), continued(piece, day)
    if series is None or values is None:
        return f"Nothing of it would go out on {day_words(day)} or later."
    if problem := await stop_series(tx, team, series, day, who, now):
        return problem
    rest = Piece(key=secrets.token_hex(8), kind=piece.kind, who=who.ref, values=values, at=now)
    return await queue_series(tx, team, rest, who, now) or MEANWHILE


async def _stays_approved(tx: Transaction, team: Team, old: Piece, new: Piece, by: datetime) -> None:
    """Let an approval that was given by an instant be for a series as it is now, too."""
    before, after = (summary(it, team.content, team.rooms) for it in (old, new))
    given = (await tx.approvals.among([old.key])).get(old.key)
    if before and after and given and given.at <= by and needs(before, team.kinds, given) is Needs.APPROVED:
        await tx.approvals.put(replace(given, print=print_of(after)))


async def undo_series(tx: Transaction, team: Team, key: str, number: int, who: Author, now: datetime) -> str:
    """Have a series as it was before a change. Returns why not, or nothing."""
    found = await tx.journal.get(number)
    if found is None or found.about != key:
        return "That change is not kept any more."
    present = await tx.pieces.get(key)
    shown = summary(present, team.content, team.rooms) if present else None
    if problem := undone_no_more(found, shown, now):
        return problem
    assert present is not None
    was = await tx.pieces.get(f"{_WAS}{number}")
    before = replace(present, values=was.values) if was else _never(present)
    if found.what is Deed.UNSCHEDULE:
        await _stays_approved(tx, team, present, before, found.at)  # what was approved of before it was stopped
    done = await _become(tx, team, present, replace(before, who=who.ref, at=now), who, now, Deed.UNDO)
    return "" if done else MEANWHILE


async def ask_about(tx: Transaction, team: Team, series: Piece, now: datetime) -> None:
    """Ask for approval of a series that needs it: once, however often, for what it says now."""
    whole = summary(series, team.content, team.rooms)
    if whole is not None and goes_on(series, team.content, now):
        await ask(tx, team, whole, await writer(tx, whole), now)


def _never(series: Piece) -> Piece:
    """It was not there before it was queued: nothing of it goes out."""
    repeats = repeats_of(series)
    return stopped(series, repeats.first) if repeats else series
