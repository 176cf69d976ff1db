"""What a spreadsheet has beside the cells that are read of it: other sheets, cells that were merged, hidden rows."""

import re
from dataclasses import dataclass, field

from bot.adapters.sheets.archive import Archive, attribute, local
from bot.adapters.sheets.xlsx import BOOK, first_sheet

_FIRST_ROW = re.compile(r"[A-Z]+(\d{1,8})\b")


@dataclass(slots=True)
class Layout:
    """`merged` are the first row of each, and its cells as the program names them. `hidden` are rows with something in
    them."""

    sheets: int = 0
    merged: list[tuple[int, str]] = field(default_factory=list)
    hidden: int = 0


def layout(archive: Archive) -> Layout:
    """Raises Problem."""
    found = Layout()
    if "content.xml" in archive:
        _Ods(archive, found)
    else:
        _Xlsx(archive, found)
    return found


class _Xlsx:
    def __init__(self, archive: Archive, found: Layout) -> None:
        self._found, self._hidden = found, False
        archive.parse(BOOK, self._in_book, _nothing, _nothing)
        archive.parse(first_sheet(archive), self._in_sheet, _nothing, _nothing)

    def _in_book(self, name: str, _: dict[str, str]) -> None:
        self._found.sheets += local(name) == "sheet"

    def _in_sheet(self, name: str, given: dict[str, str]) -> None:
        match local(name):
            case "row":
                self._hidden = attribute(given, "hidden") in ("1", "true")
            case "v" | "t" if self._hidden:
                self._found.hidden += 1
                self._hidden = False
            case "mergeCell":
                cells = attribute(given, "ref")
                row = _FIRST_ROW.match(cells)
                self._found.merged.append((int(row[1]) if row else 1, cells))


class _Ods:
    def __init__(self, archive: Archive, found: Layout) -> None:
        self._found, self._hidden = found, False
        self._row = self._repeated = 0
        archive.parse("content.xml", self._start, _nothing, _nothing)

    def _start(self, name: str, given: dict[str, str]) -> None:
        if local(name) == "table":
            self._found.sheets += 1
        if self._found.sheets != 1:
            return
        match local(name):
            case "table-row":
                self._row += self._repeated
                self._repeated = _count(attribute(given, "number-rows-repeated"))
                self._hidden = attribute(given, "visibility") in ("collapse", "filter")
            case "p" if self._hidden:
                self._found.hidden += 1
                self._hidden = False
            case "table-cell":
                rows, columns = (_count(attribute(given, f"number-{what}-spanned")) for what in ("rows", "columns"))
                if (rows, columns) != (1, 1):
                    self._found.merged.append((self._row + 1, f"{rows} down and {columns} across"))


def _count(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 1


def _nothing(*_: object) -> None:
    """For parts of a file that tell nothing here."""
