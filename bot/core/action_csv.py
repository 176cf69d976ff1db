"""Key actions from a spreadsheet that was saved as CSV: all of them, or every problem at once."""

import csv
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from io import StringIO

from bot.core.actions import Draft, Problem, own_key, queued
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.plan import Entry

REQUIRED = ("date", "time", "text")
COLUMNS = (*REQUIRED, "longer", "platforms")
MOST_ROWS = 500
MOST_CHARACTERS = 1_000_000
"""Of a file; a whole year of actions is a tenth of it."""
_SEPARATOR = re.compile(r"sep=(.)\s*")
_ALL = tuple(Platform)
_NAMES = {"x": Platform.X, "twitter": Platform.X, "slack": Platform.SLACK, "teams": Platform.TEAMS}
_FILLERS = frozenset({"", "and", "ms", "microsoft"})

Row = Mapping[str, str]


def parse_csv(
    text: str, content: Content, now: datetime, platforms: Iterable[Platform] = _ALL
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """A file's entries, or no entries and everything that is wrong, by row and column.

    `platforms` are those that are set up; they are meant where the file names none. An action's key comes from its
    time and platforms: the same file again changes nothing, and other words for the same time replace the old.
    """
    if len(text) > MOST_CHARACTERS:
        return (), (Problem("text", "The file is too big.", "Split it into several files.", 1),)
    problems: list[Problem] = []
    entries: dict[str, tuple[int, Entry]] = {}
    wanted = tuple(platforms)
    for number, row in _rows(text, problems):
        entry = _entry(row, content, now, wanted, number, problems)
        if entry is None:
            continue
        first, _ = entries.setdefault(entry.key, (number, entry))
        if first != number:
            cause = f"Row {first} has the same date and time."
            problems.append(Problem("time", cause, "Give one of them another time.", number))
    return ((), tuple(problems)) if problems else (tuple(entry for _, entry in entries.values()), ())


def _entry(
    row: Row, content: Content, now: datetime, platforms: Sequence[Platform], number: int, problems: list[Problem]
) -> Entry | None:
    chosen = _platforms(row["platforms"], platforms, number, problems)
    draft = Draft(row["text"], row["date"], row["time"], row["longer"])
    entry = queued(draft, content, chosen, now, key="", source="csv")
    if isinstance(entry, Entry):
        return replace(entry, key=own_key(f"csv {entry.wall} {sorted(chosen)}"))
    problems.extend(replace(problem, row=number) for problem in entry)
    return None


def _rows(text: str, problems: list[Problem]) -> Iterator[tuple[int, Row]]:
    """Rows with something in them, by column and with their number in the spreadsheet; problems are noted."""
    lines = list(sheet_rows(text, problems))
    header = [cell.strip().casefold() for cell in lines[0][1]] if lines else []
    found = list(_header_problems(header))
    problems.extend(found)
    if found:
        return
    if len(lines) == 1 and not problems:
        problems.append(Problem("text", "There is no action below the header.", "Write one action a row.", 1))
    for number, cells in lines[1 : MOST_ROWS + 1]:
        if len(cells) > len(header):
            fix = "Put a text that has commas in it between double quotes."
            problems.append(Problem("text", "This row has more cells than the header.", fix, number))
        else:
            yield number, dict.fromkeys(COLUMNS, "") | dict(zip(header, cells, strict=False))
    if len(lines) > MOST_ROWS + 1:
        fix = "Split it into several files."
        problems.append(Problem("text", f"The file has more than {MOST_ROWS} actions.", fix, lines[MOST_ROWS + 1][0]))


def sheet_rows(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, cell by cell, as Excel and others write them: commas, semicolons or tabs."""
    file = StringIO(text.lstrip("\ufeff"), newline="")
    head = file.readline()
    named = _SEPARATOR.fullmatch(head)
    if not named:
        file.seek(0)
    delimiter = named[1] if named else max(",;\t", key=head.count)
    row = 1 if named else 0
    try:
        for cells in csv.reader(file, delimiter=delimiter, strict=True):
            row += 1
            if any(cell.strip() for cell in cells):
                yield row, cells
    except csv.Error:
        fix = "Look for a double quote that stands alone, and write it twice."
        problems.append(Problem("text", "From here on the file cannot be read.", fix, row + 1))


def _header_problems(header: Sequence[str]) -> Iterator[Problem]:
    for number, column in enumerate(header):
        if column in header[:number] and column:
            yield Problem(column, "This column is there twice.", "Delete one of them.", 1)
        elif column and column not in COLUMNS:
            close = difflib.get_close_matches(column, COLUMNS, 1)
            fix = f"Did you mean “{close[0]}”?" if close else f"Columns are {', '.join(COLUMNS)}."
            yield Problem(column, "There is no such column.", fix, 1)
    for column in REQUIRED:
        if column not in header:
            yield Problem(column, "This column is missing.", "The first row names the columns: date, time, text.", 1)


def _platforms(typed: str, platforms: Sequence[Platform], number: int, problems: list[Problem]) -> tuple[Platform, ...]:
    """The platforms a cell names; all that are set up where it names none."""
    words = [word for word in re.split(r"[^\w]+", typed.casefold()) if word not in _FILLERS]
    if words in ([], ["all"]):
        return tuple(platforms)
    for word in words:
        if _NAMES.get(word) not in platforms:
            known = ", ".join(platform.label for platform in platforms)
            problems.append(Problem("platforms", f"“{word}” is not set up here.", f"Choose from {known}.", number))
    return tuple(platform for platform in platforms if platform in {_NAMES.get(word) for word in words})
