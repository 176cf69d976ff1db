"""The first sheet of an ODS file, read as text, and a plain one written."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from bot.adapters.sheets.archive import Archive, attribute, local
from bot.core.sheets import Row

MIME = "application/vnd.oasis.opendocument.spreadsheet"
_TIME = re.compile(r"PT(\d{1,2})H(\d{1,2})M.*")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body><office:spreadsheet>'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def read_ods(archive: Archive) -> list[Row]:
    """Raises Problem."""
    return next((rows for _, rows in ods_sheets(archive)), [])


def ods_sheets(archive: Archive) -> Sequence[tuple[str, list[Row]]]:
    """Each sheet with its name: the first whole, and of the others what shows whether it goes on there. Raises
    Problem."""
    return _Sheets(archive).found


class _Sheets:
    def __init__(self, archive: Archive) -> None:
        self.found: list[tuple[str, list[Row]]] = []
        self._row = self._repeated = 0
        self._paragraphs = self._notes = 0
        self._cells: list[str] = []
        self._formulas: list[int] = []
        self._text_of = self._typed = ""
        self._wide, self._limits = 1, archive.limits
        archive.parse("content.xml", self._start, self._end, self._text)

    @property
    def _room(self) -> bool:
        return len(self.found[-1][1]) < (self._limits.rows if len(self.found) == 1 else 2)

    def _start(self, name: str, given: dict[str, str]) -> None:
        match local(name):
            case "table":
                self.found.append((attribute(given, "name"), []))
                self._row, self._repeated = 0, 0
            case "table-row":
                self._row += self._repeated
                self._repeated = _count(attribute(given, "number-rows-repeated"))
                self._cells, self._formulas = [], []
            case "table-cell" | "covered-table-cell":
                self._begin(given)
            case "annotation":
                self._notes += 1
            case "p" if not self._notes:
                self._text_of += "\n" if self._paragraphs else ""
                self._paragraphs += 1
            case "line-break" if not self._notes:
                self._text_of += "\n"
            case "tab" if not self._notes:
                self._text_of += "\t"
            case "s" if not self._notes:
                self._text_of += " " * min(_count(attribute(given, "c")), 100)

    def _begin(self, given: dict[str, str]) -> None:
        self._text_of, self._paragraphs = "", 0
        self._wide = _count(attribute(given, "number-columns-repeated"))
        self._typed = _typed(given)
        if attribute(given, "formula"):
            self._formulas.append(len(self._cells))

    def _text(self, text: str) -> None:
        if self._paragraphs and not self._notes:
            self._text_of += text

    def _end(self, name: str) -> None:
        match local(name):
            case "annotation":
                self._notes -= 1
            case "table-cell" | "covered-table-cell":
                room = max(self._limits.columns - len(self._cells), 0)
                self._cells += [self._typed or self._text_of] * min(self._wide, room)
                self._paragraphs = 0
            case "table-row" if self.found and (any(self._cells) or self._formulas) and self._room:
                self.found[-1][1].append(Row(self._row + 1, tuple(self._cells), tuple(self._formulas)))


def _typed(given: dict[str, str]) -> str:
    """A date or a time as it is stored, whatever it looks like."""
    if day := attribute(given, "date-value"):
        return day.replace("T", " ")[:16].removesuffix(" 00:00")
    at = _TIME.fullmatch(attribute(given, "time-value"))
    return f"{int(at[1]):02}:{int(at[2]):02}" if at else ""


def _count(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 1


def write_ods(sheets: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """Sheets by their names; every cell is text."""
    body = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_row, rows))}</table:table>' for name, rows in sheets
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        # The standard asks for it as the first, and not compressed.
        written.writestr(zipfile.ZipInfo("mimetype"), MIME, zipfile.ZIP_STORED)
        whole = f"{_HEAD}{body}</office:spreadsheet></office:body></office:document-content>"
        written.writestr(zipfile.ZipInfo("content.xml"), whole, zipfile.ZIP_DEFLATED)
        written.writestr(zipfile.ZipInfo("META-INF/manifest.xml"), _MANIFEST)
    return file.getvalue()


def _row(cells: Sequence[str]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(text: str) -> str:
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
