"""One way in and one way out for every form of sheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from bot.adapters.sheets.archive import Archive
from bot.adapters.sheets.ods import ods_sheets, write_ods
from bot.adapters.sheets.xlsx import xlsx_sheets
from bot.adapters.sheets.yaml_rows import read_yaml, write_yaml
from bot.core.actions import Problem as RowProblem
from bot.core.csv_text import csv_row, sheet_rows
from bot.core.feedback_sheet import guarded
from bot.core.problems import Problem
from bot.core.sheets import LARGEST_FILE, Row, SheetForm

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_EXAMPLES = "Examples"


class SpreadsheetFiles:
    def read(self, name: str, data: bytes) -> Sequence[Row]:
        """The first sheet of a file, by what it is and not by its name alone. Raises Problem, also where it goes on in
        another sheet."""
        if len(data) > LARGEST_FILE:
            raise Problem("The file is larger than 5 MB. Split it into several files.")
        if data.startswith(_OLD_EXCEL):
            raise Problem("This is the format of Excel before 2007, or has a password. Save it as XLSX without one.")
        if data.startswith(_ZIP):
            return self._zipped(data)
        text = _text(data)
        return read_yaml(text) if name.casefold().endswith((".yaml", ".yml")) else _csv(text)

    def _zipped(self, data: bytes) -> Sequence[Row]:
        archive = Archive(data)
        if "xl/workbook.xml" in archive:
            return _only(xlsx_sheets(archive))
        if "content.xml" in archive:
            return _only(ods_sheets(archive))
        raise Problem("This is no spreadsheet. Send CSV, XLSX, ODS or YAML, as the templates are.")

    def write(
        self,
        form: SheetForm,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        examples: Sequence[Sequence[str]] = (),
    ) -> bytes:
        """A file with these rows. `examples` stand on a sheet of their own; CSV and YAML have no place for them."""
        match form:
            case SheetForm.CSV:
                return _write_csv(head, rows)
            case SheetForm.YAML:
                return write_yaml(head, rows).encode()
            case SheetForm.ODS:
                sheets = [("Sheet1", [head, *rows]), *([(_EXAMPLES, [head, *examples])] if examples else [])]
                return write_ods(sheets)
            case SheetForm.XLSX:
                return _write_xlsx(head, rows, examples)


def _only(sheets: Iterable[tuple[str, Sequence[Row]]]) -> Sequence[Row]:
    found = iter(sheets)
    _, rows = next(found, ("", ()))
    head = _head(rows)
    if more := [name for name, other in found if name != _EXAMPLES and len(other) > 1 and len(_head(other) & head) > 1]:
        raise Problem(
            f"Only the first sheet of a file is read, and “{more[0]}” has rows as well. Nothing was read. "
            "Put all rows on one sheet, or save each sheet as a file of its own."
        )
    return rows


def _head(rows: Sequence[Row]) -> frozenset[str]:
    return frozenset(cell.strip().casefold() for row in rows[:1] for cell in row.cells) - {""}


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem("The file is no text in UTF-8. Save it in the spreadsheet as “CSV UTF-8”, or as XLSX.") from None


def _csv(text: str) -> Sequence[Row]:
    problems: list[RowProblem] = []
    rows = [csv_row(number, cells) for number, cells in sheet_rows(text, problems)]
    if problems:
        raise Problem(str(problems[0]))
    return rows


def _write_csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    file = io.StringIO(newline="")
    file.write("\ufeff")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerows([head, *([guarded(cell) for cell in row] for row in rows)])
    return file.getvalue().encode()


def _write_xlsx(head: Sequence[str], rows: Sequence[Sequence[str]], examples: Sequence[Sequence[str]]) -> bytes:
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        text, bold = book.add_format({"num_format": "@", "text_wrap": True}), book.add_format({"bold": True})
        for name, shown in (("Sheet1", rows), (_EXAMPLES, examples)) if examples else (("Sheet1", rows),):
            sheet = book.add_worksheet(name)
            # As text: a spreadsheet must not make its own of "1/12/2026".
            sheet.set_column(0, len(head) - 1, 24, text)
            sheet.freeze_panes(1, 0)
            for n, cells in enumerate([head, *shown]):
                for column, cell in enumerate(cells):
                    sheet.write_string(n, column, cell, bold if n == 0 else text)
    return file.getvalue()
