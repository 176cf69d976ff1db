"""CSV as Excel and others write it, and key actions from it: all of them, or every problem at once."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO

from bot.core.action_sheet import parse
from bot.core.actions import Problem
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.plan import Entry
from bot.core.sheets import Row

MOST_CHARACTERS = 5_000_000
"""Of a file; a whole year of actions is a fiftieth of it."""
_SEPARATOR = re.compile(r"sep=(.)\s*")
_ALL = tuple(Platform)


def parse_csv(
    text: str, content: Content, now: datetime, platforms: Iterable[Platform] = _ALL
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """A file's entries, or no entries and everything that is wrong, by row and column.

    `platforms` are those that are set up; they are meant where the file names none.
    """
    if len(text) > MOST_CHARACTERS:
        return (), (Problem("text", "The file is too big.", "Split it into several files.", 1),)
    problems: list[Problem] = []
    rows = [csv_row(number, cells) for number, cells in sheet_rows(text, problems)]
    wanted, wrong = parse(rows, content, now, platforms)
    problems += wrong
    return ((), tuple(problems)) if problems else (tuple(one.entry for one in wanted), ())


def csv_row(number: int, cells: list[str]) -> Row:
    """What a spreadsheet would compute if it opened the file counts as a formula."""
    return Row(number, tuple(cells), tuple(n for n, cell in enumerate(cells) if cell.lstrip().startswith("=")))


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
