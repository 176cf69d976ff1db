"""The first sheet of an XLSX file, as text; dates and times as `2026-12-01` and `09:00`."""

import posixpath
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.adapters.sheets.archive import Archive, attribute, local
from bot.core.problems import Problem
from bot.core.sheets import Row

BOOK = "xl/workbook.xml"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Numbers of the built-in formats of dates and times (ECMA-376, part 1, 18.8.30)."""
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_DAY_ZERO_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_LAST_DAY = 2_958_465
"""31 December 9999."""


def read_xlsx(archive: Archive) -> list[Row]:
    """Raises Problem."""
    return next(rows for _, rows in xlsx_sheets(archive))


def xlsx_sheets(archive: Archive) -> Iterator[tuple[str, list[Row]]]:
    """Each sheet with its name, read when it is asked for; none that is hidden but the first. Raises Problem."""
    book = _Book(archive)
    strings = _Strings(archive).found if "xl/sharedStrings.xml" in archive else []
    dates = _Styles(archive).dates if "xl/styles.xml" in archive else frozenset[int]()
    for name, file in book.sheets:
        yield name, _Sheet(archive, file, strings, dates, book.zero).rows


def first_sheet(archive: Archive) -> str:
    """Which file has it. Raises Problem."""
    return _Book(archive).sheets[0][1]


class _Book:
    """Which files have the first sheet and those that are shown beside it, and from which day days are counted."""

    def __init__(self, archive: Archive) -> None:
        self.zero = _DAY_ZERO
        self._wanted, self._targets = list[tuple[str, str]](), dict[str, str]()
        archive.parse(BOOK, self._sheet, _nothing, _nothing)
        archive.parse("xl/_rels/workbook.xml.rels", self._target, _nothing, _nothing)
        if not self._wanted or not self._targets.get(self._wanted[0][1]):
            raise Problem("The file has no sheet. Save it once more, and send it again.")
        self.sheets = [(name, _path(self._targets[key])) for name, key in self._wanted if self._targets.get(key)]

    def _sheet(self, name: str, given: dict[str, str]) -> None:
        if local(name) == "sheet" and (not self._wanted or attribute(given, "state") in ("", "visible")):
            key = next((value for key, value in given.items() if " " in key and local(key) == "id"), "")
            self._wanted.append((attribute(given, "name"), key))
        elif local(name) == "workbookPr" and attribute(given, "date1904") in ("1", "true"):
            self.zero = _DAY_ZERO_1904

    def _target(self, name: str, given: dict[str, str]) -> None:
        if local(name) == "Relationship":
            self._targets[attribute(given, "Id")] = attribute(given, "Target")


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


class _Strings:
    """Texts that cells refer to by number. What is written above signs to say how they are read is left out."""

    def __init__(self, archive: Archive) -> None:
        self.found: list[str] = []
        self._in_text = self._in_phonetic = False
        archive.parse("xl/sharedStrings.xml", self._start, self._end, self._text)

    def _start(self, name: str, _: dict[str, str]) -> None:
        match local(name):
            case "si":
                self.found.append("")
            case "t":
                self._in_text = True
            case "rPh":
                self._in_phonetic = True

    def _end(self, name: str) -> None:
        match local(name):
            case "t":
                self._in_text = False
            case "rPh":
                self._in_phonetic = False

    def _text(self, text: str) -> None:
        if self._in_text and not self._in_phonetic and self.found:
            self.found[-1] += text


class _Styles:
    """The numbers of the cell styles that show a number as a date or a time."""

    def __init__(self, archive: Archive) -> None:
        self._custom: dict[str, str] = {}
        self._formats: list[str] = []
        self._inside = False
        archive.parse("xl/styles.xml", self._start, self._end, _nothing)
        self.dates = frozenset(n for n, number in enumerate(self._formats) if self._is_date(number))

    def _start(self, name: str, given: dict[str, str]) -> None:
        match local(name):
            case "numFmt":
                self._custom[attribute(given, "numFmtId")] = attribute(given, "formatCode")
            case "cellXfs":
                self._inside = True
            case "xf" if self._inside:
                self._formats.append(attribute(given, "numFmtId"))

    def _end(self, name: str) -> None:
        self._inside = self._inside and local(name) != "cellXfs"

    def _is_date(self, number: str) -> bool:
        if number in self._custom:
            return any(letter in "dmyhs" for letter in _QUOTED.sub("", self._custom[number]).casefold())
        return number.isdecimal() and int(number) in _DATE_FORMATS


class _Sheet:
    def __init__(self, archive: Archive, name: str, strings: list[str], dates: frozenset[int], zero: datetime) -> None:
        self.rows: list[Row] = []
        self._strings, self._dates, self._zero, self._limits = strings, dates, zero, archive.limits
        self._cells: list[str] = []
        self._formulas: list[int] = []
        self._row = self._column = 0
        self._type = self._style = self._value = ""
        self._reading = False
        archive.parse(name, self._start, self._end, self._text)

    def _start(self, name: str, given: dict[str, str]) -> None:
        match local(name):
            case "row":
                number = attribute(given, "r")
                self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
                self._cells, self._formulas, self._column = [], [], -1
            case "c":
                letters = _LETTERS.match(attribute(given, "r"))
                self._column = _place(letters[0]) if letters else self._column + 1
                self._type, self._style, self._value = attribute(given, "t"), attribute(given, "s"), ""
            case "f":
                self._formulas.append(self._column)
            case "v" | "t":
                self._reading = True

    def _text(self, text: str) -> None:
        if self._reading:
            self._value += text

    def _end(self, name: str) -> None:
        match local(name):
            case "v" | "t":
                self._reading = False
            case "c" if self._value and self._column < self._limits.columns:
                self._cells += [""] * (self._column + 1 - len(self._cells))
                self._cells[self._column] = self._shown()
            case "row" if (any(self._cells) or self._formulas) and len(self.rows) < self._limits.rows:
                self.rows.append(Row(self._row, tuple(self._cells), tuple(self._formulas)))

    def _shown(self) -> str:
        if self._type == "s":
            number = int(self._value) if self._value.isdecimal() and len(self._value) < 9 else -1
            return unescaped(self._strings[number]) if 0 <= number < len(self._strings) else ""
        if not self._type or self._type == "n":
            is_date = self._style.isdecimal() and len(self._style) < 9 and int(self._style) in self._dates
            return _number(self._value, self._zero if is_date else None)
        return unescaped(self._value)


def unescaped(text: str) -> str:
    """`_x000D_` is how a sign is written that XML cannot hold (ECMA-376, part 1, 22.9.2.19)."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


def _number(text: str, zero: datetime | None) -> str:
    """A number as it was typed; with the day zero of dates, a date, a time or both."""
    try:
        number = float(text)
    except ValueError:
        return text
    if zero is None or not 0 <= number < _LAST_DAY:
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else text
    minutes = round(number * 24 * 60)
    at = zero + timedelta(minutes=minutes)
    if number < 1:
        return f"{at:%H:%M}"
    return f"{at:%Y-%m-%d}" if minutes % (24 * 60) == 0 else f"{at:%Y-%m-%d %H:%M}"


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _nothing(*_: object) -> None:
    """For parts of a file that tell us nothing."""
