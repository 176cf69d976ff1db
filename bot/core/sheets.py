"""A sheet as organisers fill it in, whatever program wrote it: rows of cells, each cell as text."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.actions import Problem

MOST_ROWS = 5_000
LARGEST_FILE = 5_000_000
"""Octets; a whole year of actions is a fiftieth of it."""
_COLUMN_LETTERS = 26


class SheetForm(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    YAML = "yaml"


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is what the program shows beside it. `formulas` are the places of the cells that are computed."""

    number: int
    cells: tuple[str, ...]
    formulas: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """Rows by column, of which the first row names the columns; or everything that is wrong with them."""

    rows: tuple[tuple[int, Mapping[str, str]], ...]
    problems: tuple[Problem, ...]


def cell_name(row: int, column: int) -> str:
    """A cell as spreadsheets call it: `C17`."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, _COLUMN_LETTERS)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def by_column(rows: Sequence[Row], columns: Sequence[str], required: Sequence[str]) -> Read:
    """The rows below the header that have something in them, with every known column."""
    full = [row for row in rows if any(cell.strip() for cell in row.cells) or row.formulas]
    header = [cell.strip().casefold() for cell in full[0].cells] if full else []
    problems = list(_header_problems(header, full[0].number if full else 1, columns, required))
    if problems:
        return Read((), tuple(problems))
    if len(full) < 2:
        return Read((), (Problem(required[0], "There is nothing below the header.", "Write one a row.", 1),))
    if len(full) > MOST_ROWS + 1:
        cause = f"The file has more than {MOST_ROWS:,} rows."
        problem = Problem(required[0], cause, "Split it into several files.", full[MOST_ROWS + 1].number)
        return Read((), (problem,))
    found = []
    for row in full[1:]:
        problems += _row_problems(row, header, required[-1])
        values = dict(zip(header, (cell.strip() for cell in row.cells), strict=False))
        found.append((row.number, {name: values.get(name, "") for name in columns}))
    return Read(tuple(found), tuple(problems))


def _header_problems(
    header: Sequence[str], row: int, columns: Sequence[str], required: Sequence[str]
) -> Iterator[Problem]:
    for number, column in enumerate(header):
        if column in header[:number] and column:
            yield Problem(column, "This column is there twice.", "Delete one of them.", row)
        elif column and column not in columns:
            close = difflib.get_close_matches(column, columns, 1)
            fix = f"Did you mean “{close[0]}”?" if close else f"Columns are {', '.join(columns)}."
            yield Problem(column[:40], "There is no such column.", fix, row)
    for column in required:
        if column not in header:
            yield Problem(column, "This column is missing.", f"The first row names them: {', '.join(required)}.", row)


def _row_problems(row: Row, header: Sequence[str], longest: str) -> Iterator[Problem]:
    for place in row.formulas:
        column = header[place] if place < len(header) else ""
        yield Problem(column, "This cell is a formula.", "Copy the column, and paste its values alone.", row.number)
    if any(cell.strip() for cell in row.cells[len(header) :]):
        fix = "Put a text that has commas in it between double quotes."
        yield Problem(longest, "This row has more cells than the header.", fix, row.number)
