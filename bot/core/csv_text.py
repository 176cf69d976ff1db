"""CSV as Excel and others write it: commas, semicolons or tabs, with or without a line that says which."""

import csv
import re
from collections.abc import Iterator
from io import StringIO

from bot.core.actions import Problem
from bot.core.sheets import Row

_SEPARATOR = re.compile(r"sep=(.)\s*")


def csv_row(number: int, cells: list[str]) -> Row:
    """What a spreadsheet would compute if it opened the file counts as a formula."""
    return Row(number, tuple(cells), tuple(n for n, cell in enumerate(cells) if cell.lstrip().startswith("=")))


def sheet_rows(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, cell by cell, by their numbers in the file."""
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
