"""Feedback that comes in as a file: all of it in one transaction, or nothing and what is wrong, by row."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.actions import Problem as RowProblem
from bot.core.audit import COMMAND_LINE
from bot.core.board.notes import Notes
from bot.core.board.values import as_text
from bot.core.feedback import Consent, Feedback, Source
from bot.core.personal import Treatment, all_of, cleaned, held_in, kinds, without
from bot.core.problems import Problem
from bot.core.rounds import Asked, Round
from bot.ports import Database

_SHOWN = 50
_TYPED = {"text": "Feedback", "prompt": "Prompt", "region": "Region", "role": "Role"}
_COLUMNS = {**_TYPED, "tags": "Tags"}
"""Fields of any words, with their columns."""


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
    database: Database, zone: ZoneInfo, now: datetime, found: Sequence[tuple[int, Feedback]], personal: Treatment
) -> Imported:
    """Keep what was read from a sheet, each with its row. Raises Problem, and then nothing was kept.

    Somebody who was erased does not come back by a file from before.
    """
    sifted = _sifted(found, personal, zone, now)  # before the transaction, for which everybody who writes waits
    async with database.transaction() as tx:
        gone = await tx.retention.erased([one for _, one in found])
        stored = await tx.feedback.several([one.number for _, one in found if one.number])
        there = {_same(one) for one in stored}  # our own export may come back to where it is from
        new = [
            sift
            for (_, one), sift in zip(found, sifted, strict=True)
            if one.key not in gone and _same(one) not in there
        ]
        refuse([one.problem for one in new if one.problem])
        added = await tx.feedback.add_all([one.feedback for one in new])
        await tx.audit.add(now, COMMAND_LINE, "feedback import", detail=f"{added} new")
    return Imported(added, len(found) - len(gone) - added, erased=len(gone))


def _same(one: Feedback) -> tuple[int, str, datetime]:
    return one.number, one.text, one.at.replace(microsecond=0)


async def import_notes(
    database: Database,
    zone: ZoneInfo,
    now: datetime,
    notes: Notes,
    *,
    title: str,
    at: datetime,
    consent: Consent,
    personal: Treatment,
) -> Imported:
    """Keep a workshop's notes as a round that is over, and its points as feedback. Raises Problem as above.

    `at` is when the workshop was; the points are kept for as long as if they were said `now`. The same notes again are
    the same round.
    """
    digest = hashlib.sha256(repr((title, notes.boxes)).encode(errors="replace")).hexdigest()[:32]
    key, prompts = f"import:{digest}", tuple(box.prompt for box in notes.boxes)
    points = [
        (Asked(0, number), line, Feedback(key=f"{key}:{number}:{count}", at=now, source=Source.WORKSHOP, author=None,
                                          text=as_text(point), consent=consent))
        for number, (box, lines) in enumerate(zip(notes.boxes, notes.lines, strict=True), 1)
        for count, (point, line) in enumerate(zip(box.points, lines, strict=True), 1)
    ]  # fmt: skip
    sifted = _sifted([(line, one) for _, line, one in points], personal, zone, now)
    refuse([replace(one.problem, field=_point(one.feedback.key)) for one in sifted if one.problem])
    async with database.transaction() as tx:
        number = await tx.rounds.add(Round(key=key, title=title, prompts=prompts, platforms=(), opened=at, closes=at))
        before = await tx.feedback.count()
        for (asked, _, _), one in zip(points, sifted, strict=True):
            point = replace(one.feedback, prompt=prompts[asked.prompt - 1])  # the organisers' own words, as they are
            await tx.rounds.answer(await tx.feedback.add(point), replace(asked, round=number))
        added = await tx.feedback.count() - before
        await tx.audit.add(now, COMMAND_LINE, "round import", str(number), f"{added} new")
    return Imported(added, len(points) - added, number)


def _point(key: str) -> str:
    """Which point of which box it is: all of a table's box stand on one line."""
    *_, box, count = key.split(":")
    return f"box {box}, point {count}"


@dataclass(frozen=True, slots=True)
class _Sifted:
    """A piece as it may be kept, or what keeps it from that."""

    feedback: Feedback
    problem: RowProblem | None = None


def _sifted(
    found: Sequence[tuple[int, Feedback]], personal: Treatment, zone: ZoneInfo, now: datetime
) -> Sequence[_Sifted]:
    """Without what is personal, or as it is; with a problem where nobody has said what to do with it."""
    if personal is Treatment.KEEP:
        return [_Sifted(one) for _, one in found]
    today = now.astimezone(zone).date()
    return [_sift(row, one, personal, today) for row, one in found]


def _sift(row: int, one: Feedback, personal: Treatment, today: date) -> _Sifted:
    values = {name: getattr(one, name) for name in _TYPED} | {"tags": " ".join(one.tags)}
    held = held_in(values, today)
    if not held:
        return _Sifted(one)
    if personal is Treatment.REFUSE:
        fix = "Take it out, or say --personal remove (or keep)."
        what = kinds(all_of(held))
        return _Sifted(one, RowProblem(_COLUMNS[next(iter(held))], f"There seems to be {what} in it.", fix, row))
    text, prompt, region, role, _ = cleaned(values, held).values()
    tags = without(values["tags"], held.get("tags", ()), noted=False).split()
    return _Sifted(replace(one, text=text, prompt=prompt, region=region, role=role, tags=tuple(tags)))
