"""Files of feedback that come in: text, and the sheets of Excel and LibreOffice, read without a library.

An XLSX file is a ZIP file of XML (ECMA-376). Of it the first sheet is read, cell by cell; formulas are not run: the
value that was last worked out is what is read.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from bot.core.problems import Problem

LARGEST = 256 * 1024 * 1024
"""Octets of one part of a file, unpacked: about a million rows."""
_CELL = 32_767 // 2
"""Where our export goes on in another cell: see `bot.adapters.feedback_files`."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def read_words(file: Path) -> str:
    """A text file as it is, ends of lines too. Raises Problem for what is no text in UTF-8, or cannot be read."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(f"{file} is not text in UTF-8. Save it as “CSV UTF-8”, or as text in UTF-8.") from None
    except OSError as error:
        raise Problem(f"{file} cannot be read ({error.strerror}). Check the name and your rights.") from None


def xlsx_lines(file: Path) -> Sequence[tuple[int, Sequence[str]]]:
    """The rows of the first sheet that have something in them, with their numbers. Raises Problem."""
    try:
        with zipfile.ZipFile(file) as book:
            shared = list(_shared(book))
            lines = [(number, cells) for number, cells in _rows(book, shared) if any(cells)]
    except OSError as error:
        raise Problem(f"{file} cannot be read ({error.strerror}). Check the name and your rights.") from None
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, IndexError, NotImplementedError):
        raise Problem(f"{file} is no XLSX file that I can read. Save it as “CSV UTF-8”, and import that.") from None
    width = len(lines[0][1]) if lines else 0
    return [(number, _joined(cells, width)) for number, cells in lines]


def _shared(book: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return
    for string in _elements(book, "xl/sharedStrings.xml", "si"):
        yield _words(string)


def _rows(book: zipfile.ZipFile, shared: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    sheets = sorted(name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
    for count, row in enumerate(_elements(book, min(sheets, key=len), "row"), 1):
        cells: list[str] = []
        for cell in row.findall(f"{_MAIN}c"):
            at = _column(cell.get("r", ""), len(cells))
            cells += [""] * (at + 1 - len(cells))
            cells[at] = _value(cell, shared)
        yield int(row.get("r", count)), cells


def _elements(book: zipfile.ZipFile, name: str, tag: str) -> Iterator[ElementTree.Element]:
    """The elements of a part, one at a time; ValueError for what is too large, or declares things of its own."""
    if book.getinfo(name).file_size > LARGEST:
        raise ValueError("too large")
    with book.open(name) as part:
        _refuse_declarations(part)
    with book.open(name) as part:
        for _, element in ElementTree.iterparse(part):  # noqa: S314 - without declarations nothing can be expanded
            if element.tag == f"{_MAIN}{tag}":
                yield element
                element.clear()


def _refuse_declarations(part: IO[bytes]) -> None:
    while some := part.read(1 << 20):
        if b"<!" in some:
            raise ValueError("a declaration")


def _column(name: str, default: int) -> int:
    """0 for `A7`, 27 for `AB7`."""
    letters = re.match("[A-Z]{1,3}", name)
    number = 0
    for letter in letters[0] if letters else "":
        number = number * 26 + ord(letter) - 64
    return number - 1 if letters else default


def _value(cell: ElementTree.Element, shared: Sequence[str]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v", "")
    match kind:
        case "inlineStr":
            found = cell.find(f"{_MAIN}is")
            return "" if found is None else _words(found)
        case "s":
            return shared[int(value)]
        case "str":
            return _unescaped(value)
        case _:
            return value.removesuffix(".0")


def _words(element: ElementTree.Element) -> str:
    """Text in one piece or, where parts of it are bold, in several; not what says how to pronounce it."""
    runs = element.findall(f"{_MAIN}t") or element.findall(f"{_MAIN}r/{_MAIN}t")
    return _unescaped("".join(run.text or "" for run in runs))


def _unescaped(text: str) -> str:
    """`_x000D_` is how Excel writes a sign that XML cannot hold (ECMA-376, part 1, 22.9.2.19)."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


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
