"""Feedback that comes in as a sheet, our own export among others: all of it, or every problem by row."""

import csv
import difflib
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.core.actions import Problem
from bot.core.csv_text import sheet_rows
from bot.core.dates import DAY_HINT, read_day, read_time
from bot.core.events import Person, Platform
from bot.core.feedback import IMPORTED, Consent, Feedback, Source, Status, readable, tags_in
from bot.core.feedback_sheet import COLUMNS, PERSONAL, unguarded
from bot.core.privacy import FEEDBACK_KEPT
from bot.core.schedule import resolve

Line = tuple[int, Sequence[str]]
"""A row's number in the sheet, the header's being 1, and its cells."""
Chosen = TypeVar("Chosen", bound=StrEnum)

LONGEST_CELL = 16_000_000
_NAMES = {name.casefold(): name for name in (*COLUMNS, *PERSONAL)}
_SOURCES = {source.label.casefold(): source for source in Source} | {source.value: source for source in Source}
_CONSENTS = {consent.label: consent for consent in Consent} | {consent.value: consent for consent in Consent}
_STATUSES = {status.value: status for status in Status}
_REF = re.compile(r"(x):()([^/\s]+)|(slack|teams):([^/\s]+)/([^/\s]+)")
_TIMED = re.compile(r"(.*\d),? +(\d\d?:\d\d)(?::(\d\d))?( ?[ap]m)?", re.IGNORECASE | re.ASCII)
"""A day with a time, as spreadsheets and forms write it into CSV."""
_AHEAD = timedelta(days=1)
"""So far the clock of whoever wrote the sheet may be ahead of ours."""
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's days have no zone
"""Excel counts days from here (ECMA-376, part 1, 18.17.4.1)."""


@dataclass
class _Reading:
    zone: ZoneInfo
    now: datetime
    problems: list[Problem] = field(default_factory=list)


def csv_lines(text: str, problems: list[Problem]) -> Sequence[Line]:
    """The rows of a CSV file, its cells as they were before they were made safe for spreadsheets."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return [(number, [unguarded(cell) for cell in cells]) for number, cells in sheet_rows(text, problems)]
    finally:
        csv.field_size_limit(before)


def json_lines(text: str, problems: list[Problem]) -> Iterator[Line]:
    """JSON Lines as rows of a sheet: the header, then a row a line."""
    yield 1, [*_NAMES.values()]
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            yield from _json_row(number, found, problems)
        else:
            problems.append(Problem("line", "This is no JSON object.", "Write one object a line.", number))


def _json_row(number: int, found: Mapping[str, object], problems: list[Problem]) -> Iterator[Line]:
    """A row of cells, or none where a value cannot stand in a cell."""
    keys = [key.strip().casefold().replace("_", " ") for key in found]
    problems.extend(_misnamed([_NAMES.get(key, key) for key in keys], number))
    given = dict(zip(keys, found.values(), strict=True))
    row = {name: _cell(name, given.get(key)) for key, name in _NAMES.items()}
    wrong = [name for name, cell in row.items() if cell is None]
    for name in wrong:
        fix = "Write text in quotes" + (", or a list of such texts." if name == "Tags" else ".")
        problems.append(Problem(name, "This is neither text nor a number.", fix, number))
    if not wrong:
        yield number, [cell or "" for cell in row.values()]


def _cell(name: str, value: object) -> str | None:
    """A value of JSON as a sheet would have it; null is an empty cell. None for what no cell can have."""
    if name == "Tags" and isinstance(value, list) and all(isinstance(tag, str) for tag in value):
        return " ".join(value)
    if value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def read_rows(
    lines: Iterable[Line], zone: ZoneInfo, now: datetime, problems: Sequence[Problem] = ()
) -> tuple[Sequence[tuple[int, Feedback]], Sequence[Problem]]:
    """What stands in a sheet, each with its row, or nothing and all that is wrong; `problems` are those known before.

    Columns are those of our export, in any order, and only "Feedback" has to be there. `Feedback.number` is the one of
    the file, 0 where it has none. The key is made of the row, so that the same file again adds nothing.
    """
    rest = iter(lines)
    header = [_NAMES.get(cell.strip().casefold(), cell.strip()) for cell in next(rest, (1, []))[1]]
    if wrong := list(_misnamed(header, 1)):
        return (), [*problems, *wrong]
    if "Feedback" not in header:
        missing = Problem("Feedback", "This column is missing.", "The first row names the columns.", 1)
        return (), [*problems, missing]
    reading = _Reading(zone, now, [*problems])
    found = [(number, _feedback(number, header, cells, reading)) for number, cells in rest]
    if not found and not reading.problems:
        fix = "Write one piece of feedback a row."
        reading.problems.append(Problem("Feedback", "There is nothing below the header.", fix, 1))
    return ((), reading.problems) if reading.problems else (_keyed(found, now), ())


def _misnamed(header: Sequence[str], row: int) -> Iterator[Problem]:
    """Names of columns that are not ours, or stand there twice."""
    for column, times in Counter(header).items():
        if column and times > 1:
            yield Problem(column, "This column is there twice.", "Delete one of them.", row)
        elif column and column not in _NAMES.values():
            close = difflib.get_close_matches(column.casefold(), _NAMES, 1)
            fix = f"Did you mean “{_NAMES[close[0]]}”?" if close else f"Columns are {', '.join(COLUMNS)}."
            yield Problem(column[:40], "There is no such column.", fix, row)


def _feedback(number: int, header: Sequence[str], cells: Sequence[str], reading: _Reading) -> Feedback:
    row = dict.fromkeys(_NAMES.values(), "") | dict(zip(header, cells, strict=False))

    def wrong(column: str, cause: str, fix: str) -> None:
        reading.problems.append(Problem(column, cause, fix, number))

    if any(cells[len(header) :]):
        wrong("Feedback", "This row has more cells than the header.", "Put double quotes around text with commas.")
    if any(cell.strip() for name, cell in zip(header, cells, strict=False) if not name):
        wrong("Feedback", "There is something below an empty heading.", "Name its column, or take it out.")
    text = readable(row["Feedback"])
    if not text:
        wrong("Feedback", "This row has no words.", "Fill it in, or take the row out.")
    at, author = _instant(row["Received"], reading, wrong), _author(row, wrong)
    source = _chosen("Platform", row, _SOURCES, Source.WORKSHOP, wrong)
    consent = _chosen("May we quote it", row, _CONSENTS, Consent.NO, wrong)
    status = _chosen("Status", row, _STATUSES, Status.NEW, wrong)
    given = row["Number"].strip()
    if not re.fullmatch(r"[1-9]\d{0,8}|0?", given, re.ASCII):
        wrong("Number", f"“{given[:20]}” is no number of feedback.", "Leave it as the export wrote it, or empty.")
        given = ""
    return Feedback(
        key="",
        at=at,
        source=source,
        author=author,
        text=text,
        prompt=readable(row["Prompt"]),
        region=readable(row["Region"]),
        role=readable(row["Role"]),
        consent=consent,
        contact=readable(row["Contact"]),
        status=status,
        tags=tuple(dict.fromkeys(tags_in(readable(row["Tags"])))),
        number=int(given or 0),
    )


_Wrong = Callable[[str, str, str], None]


def _chosen(column: str, row: Mapping[str, str], known: Mapping[str, Chosen], default: Chosen, wrong: _Wrong) -> Chosen:
    typed = row[column].strip().casefold()
    if typed and typed not in known:
        words = ", ".join(dict.fromkeys(one.label if isinstance(one, Source | Consent) else one for one in
                                        known.values()))  # fmt: skip
        wrong(column, f"“{row[column].strip()[:30]}” cannot stand here.", f"Choose from {words}, or leave it empty.")
    return known.get(typed, default)


def _instant(typed: str, reading: _Reading, wrong: _Wrong) -> datetime:
    """When it was said. What would be deleted the next night is not let in, nor what nobody can have said yet."""
    at = _read(typed.strip(), reading, wrong) if typed.strip() else reading.now
    if at < reading.now - FEEDBACK_KEPT:
        years = FEEDBACK_KEPT.days // 365
        wrong("Received", f"This is older than {years} years, and feedback is kept no longer.", "Take the row out.")
    elif at > reading.now + _AHEAD:
        wrong("Received", f"“{typed.strip()[:30]}” is still to come.", "Write the day on which it was said.")
    return at


def _read(typed: str, reading: _Reading, wrong: _Wrong) -> datetime:
    """As our export writes it, a day, or a cell of Excel's. A time without a zone is the campaign's."""
    try:
        if re.fullmatch(r"\d{4,6}(\.\d+)?", typed, re.ASCII):
            wall = _DAY_ZERO + timedelta(days=float(typed))
            return resolve(wall.date(), wall.time(), reading.zone)
        if re.match(r"\d{4}-\d\d-\d\d[T ]\d", typed, re.ASCII):
            read = datetime.fromisoformat(typed)
            return (read if read.tzinfo else read.replace(tzinfo=reading.zone)).astimezone(UTC)
        if found := _TIMED.fullmatch(typed):
            at = read_time(found[2] + (found[4] or "")).replace(second=int(found[3] or 0))
            return resolve(read_day(found[1]), at, reading.zone)
        return resolve(read_day(typed), time(12), reading.zone)
    except (ValueError, OverflowError):
        wrong("Received", f"“{typed[:30]}” is not a date that I can read.", DAY_HINT)
        return reading.now


def _author(row: Mapping[str, str], wrong: _Wrong) -> Person | None:
    typed = row["Person"].strip()
    found = _REF.fullmatch(typed)
    if found is None:
        if typed:
            wrong("Person", f"“{typed[:30]}” names nobody.", "Write slack:WORKSPACE/USER, teams:TENANT/USER or x:USER.")
        elif readable(row["Name"]):
            fix = "Fill in Person, or take the name out: nobody is known by a name alone."
            wrong("Name", "There is a name, and no Person whose it is.", fix)
        return None
    platform, workspace, id_ = (part for part in found.groups() if part is not None)
    return Person(Platform(platform), workspace, id_, readable(row["Name"]))


def _keyed(found: Sequence[tuple[int, Feedback]], now: datetime) -> Sequence[tuple[int, Feedback]]:
    """Each with a key of its own; of rows that are the same, the second is the second."""
    seen: Counter[str] = Counter()
    keyed = []
    for row, one in found:
        # A row without a date has the time of this import, and another one the next time.
        said = "" if one.at == now else one.at.isoformat()
        about = [one.number, said, one.source, one.prompt, one.region, one.role, one.text]
        digest = hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]
        seen[digest] += 1
        keyed.append((row, replace(one, key=f"{IMPORTED}{digest}:{seen[digest]}")))
    return keyed
