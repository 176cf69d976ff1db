"""Files that whoever runs the bot takes in: up to a million rows, and text as it is."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.adapters.sheets.archive import Archive, Limits
from bot.adapters.sheets.layout import Layout, layout
from bot.adapters.sheets.ods import read_ods
from bot.adapters.sheets.xlsx import read_xlsx
from bot.core.feedback_sheet import unguarded
from bot.core.problems import Problem
from bot.core.sheets import Row

_CELL = 32_767 // 2
"""Where our export goes on in another cell: see `bot.adapters.feedback_files`."""
_LONG = Limits(rows=1_048_576, columns=16_384, unpacked=512 * 1024 * 1024)
"""As many rows and columns as a sheet can have. A million rows of feedback unpack to half of that."""


def read_words(file: Path) -> str:
    """A text file as it is, ends of lines too. Raises Problem for what is no text in UTF-8, or cannot be read."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(f"{file} is not text in UTF-8. Save it as “CSV UTF-8”, or as text in UTF-8.") from None
    except OSError as error:
        raise Problem(f"{file} cannot be read ({error.strerror}). Check the name and your rights.") from None


def is_packed(file: Path) -> bool:
    """Whether it is a sheet of a spreadsheet program, by its name or by what it is."""
    return file.suffix.casefold() in (".xlsx", ".ods") or zipfile.is_zipfile(file)


def packed_lines(file: Path) -> Sequence[tuple[int, Sequence[str]]]:
    """The rows of the first sheet of an XLSX or ODS file that have something in them, with their numbers.

    Raises Problem.
    """
    try:
        archive = Archive(file, _LONG)
        rows = [row for row in _read(archive) if any(row.cells)]
    except OSError as error:
        raise Problem(f"{file} cannot be read ({error.strerror}). Check the name and your rights.") from None
    except Problem:
        raise Problem(
            f"{file} is no XLSX or ODS file that I can read. Save it as “CSV UTF-8”, and import that."
        ) from None
    # Some programs fill the first row up with empty cells.
    width = max((place for place, cell in enumerate(rows[0].cells, 1) if cell), default=0) if rows else 0
    return [(row.number, _joined(row.cells, width)) for row in rows]


def layout_of(file: Path) -> Layout:
    """Of a file whose rows could be read. Raises Problem."""
    return layout(Archive(file, _LONG))


def _read(archive: Archive) -> Sequence[Row]:
    if "content.xml" not in archive:
        return read_xlsx(archive)
    # Our CSV, saved as ODS by a spreadsheet program, has its guards still.
    return [replace(row, cells=tuple(map(unguarded, row.cells))) for row in read_ods(archive)]


def _joined(cells: Sequence[str], width: int) -> Sequence[str]:
    """A row of our export with what goes on at its end put back: each full cell takes pieces until one is not full."""
    rest = list(cells[width:])
    row = list(cells[:width])
    for at, cell in enumerate(row):
        piece = cell
        while len(piece) == _CELL and rest:
            piece = rest.pop(0)
            row[at] += piece
    return [*row, *rest]
