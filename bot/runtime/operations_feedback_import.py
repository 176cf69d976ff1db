"""Feedback that comes in as a file: all of it in one transaction, or nothing and what is wrong, by row."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.actions import Problem as RowProblem
from bot.core.audit import COMMAND_LINE
from bot.core.board.notes import Notes
from bot.core.board.values import as_text
from bot.core.feedback import Consent, Feedback, Source
from bot.core.personal import kinds, personal_in, without
from bot.core.problems import Problem
from bot.core.rounds import Asked, Round
from bot.ports import Database, Transaction

_SHOWN = 50


class Personal(StrEnum):
    """What to do with NHS numbers, addresses, phone numbers and dates of birth that a file has in it."""

    REFUSE = "refuse"
    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Imported:
    """How many pieces are new, and how many were there already. `round` is the round that they answer, if any.

    `erased`: how many were left out, because who said them was erased.
    """

    new: int
    known: int
    round: int = 0
    erased: int = 0


def refuse(problems: Sequence[RowProblem]) -> None:
    """Raises Problem with every line of it, where there is anything wrong."""
    if problems:
        shown = [str(problem) for problem in problems[:_SHOWN]]
        more = [f"… and {len(problems) - _SHOWN} more."] if len(problems) > _SHOWN else []
        raise Problem("\n".join([f"Nothing was kept: {len(problems)} to mend.", *shown, *more]))


async def import_feedback(
    database: Database, zone: ZoneInfo, now: datetime, found: Sequence[tuple[int, Feedback]], personal: Personal
) -> Imported:
    """Keep what was read from a sheet, each with its row. Raises Problem, and then nothing was kept.

    Somebody who was erased does not come back by a file from before.
    """
    async with database.transaction() as tx:
        gone = await tx.retention.erased([one for _, one in found])
        left = [(row, one) for row, one in found if one.key not in gone]
        wanted = _sifted([one for _, one in left], [row for row, _ in left], personal, zone, now)
        new = [one for one in wanted if not await _is_there(tx, one)]
        before = await tx.feedback.count()
        for one in new:
            await tx.feedback.add(one)
        added = await tx.feedback.count() - before
        await tx.audit.add(now, COMMAND_LINE, "feedback import", detail=f"{added} new")
    return Imported(added, len(wanted) - added, erased=len(gone))


async def _is_there(tx: Transaction, one: Feedback) -> bool:
    """Whether the sheet is our own export, come back to where it is from."""
    stored = await tx.feedback.get(one.number) if one.number else None
    if stored is None:
        return False
    return (stored.text, stored.at.replace(microsecond=0)) == (one.text, one.at.replace(microsecond=0))


async def import_notes(
    database: Database,
    zone: ZoneInfo,
    now: datetime,
    notes: Notes,
    *,
    title: str,
    at: datetime,
    consent: Consent,
    personal: Personal,
) -> Imported:
    """Keep a workshop's notes as a round that is over, and its points as feedback. Raises Problem as above.

    `at` is when the workshop was; the points are kept for as long as if they were said `now`. The same notes again are
    the same round.
    """
    digest = hashlib.sha256(repr((title, notes.boxes)).encode(errors="replace")).hexdigest()[:32]
    key, prompts = f"import:{digest}", tuple(box.prompt for box in notes.boxes)
    points = [
        (Asked(0, number), line, Feedback(key=f"{key}:{number}:{count}", at=now, source=Source.WORKSHOP, author=None,
                                          text=as_text(point), prompt=box.prompt, consent=consent))
        for number, (box, line) in enumerate(zip(notes.boxes, notes.lines, strict=True), 1)
        for count, point in enumerate(box.points, 1)
    ]  # fmt: skip
    wanted = _sifted([one for _, _, one in points], [line for _, line, _ in points], personal, zone, now)
    async with database.transaction() as tx:
        number = await tx.rounds.add(Round(key=key, title=title, prompts=prompts, platforms=(), opened=at, closes=at))
        before = await tx.feedback.count()
        for (asked, _, _), one in zip(points, wanted, strict=True):
            await tx.rounds.answer(await tx.feedback.add(one), replace(asked, round=number))
        added = await tx.feedback.count() - before
        await tx.audit.add(now, COMMAND_LINE, "round import", str(number), f"{added} new")
    return Imported(added, len(wanted) - added, number)


def _sifted(
    found: Sequence[Feedback], rows: Sequence[int], personal: Personal, zone: ZoneInfo, now: datetime
) -> Sequence[Feedback]:
    """Without what is personal, or as it is. Raises Problem where nobody has said what to do with it."""
    today = now.astimezone(zone).date()
    held = [personal_in(one.text, today) if personal is not Personal.KEEP else () for one in found]
    if personal is Personal.REFUSE:
        fix = "Take it out, or say --personal remove (or keep)."
        refuse([
            RowProblem("Feedback", f"There seems to be {kinds(some)} in it.", fix, row)
            for row, some in zip(rows, held, strict=True)
            if some
        ])  # fmt: skip
    return [replace(one, text=without(one.text, some)) for one, some in zip(found, held, strict=True)]
