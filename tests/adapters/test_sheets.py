"""Sheets of every form: read back as they were written, and what is no sheet refused in words."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from bot.adapters.sheets import SpreadsheetFiles
from bot.adapters.sheets.ods import write_ods
from bot.core.problems import Problem
from bot.core.sheets import SheetForm

FILES = SpreadsheetFiles()
HEAD = ("date", "time", "text")
ROWS = (
    ("1/12/2026", "9am", "Tell a “manager” & <others>: é 🎉"),
    ("2026-12-15", "", "'Two\nlines, with a comma"),
    ("", "07:30", "@everybody likes cards = true"),
)


def texts(data: bytes, name: str = "x") -> Sequence[Sequence[str]]:
    return [row.cells for row in FILES.read(name, data)]


@pytest.mark.parametrize("form", [SheetForm.XLSX, SheetForm.ODS, SheetForm.YAML])
def test_what_is_written_is_read_again(form: SheetForm) -> None:
    data = FILES.write(form, HEAD, ROWS, examples=ROWS)
    assert [tuple(cells) for cells in texts(data, f"a.{form}")] == [HEAD, *ROWS]


def test_a_file_that_is_far_too_large_is_not_looked_into() -> None:
    with pytest.raises(Problem, match="larger than 5 MB"):
        FILES.read("a.csv", b"x" * 5_000_001)


def test_csv_is_written_so_that_no_spreadsheet_runs_it() -> None:
    data = FILES.write(SheetForm.CSV, HEAD, ROWS)
    assert texts(data)[3][2] == "'@everybody likes cards = true"
    assert texts(data)[1] == ROWS[0]


def workbook(fill: Callable[[Workbook, Worksheet], None]) -> bytes:
    file = io.BytesIO()
    with Workbook(file) as book:
        fill(book, book.add_worksheet("Mine"))
        book.add_worksheet("Other").write_string(0, 0, "not this one")
    return file.getvalue()


def test_dates_and_times_that_a_spreadsheet_made_its_own_are_read_as_such() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        day, at = book.add_format({"num_format": 14}), book.add_format({"num_format": 'hh:mm "oclock"'})
        sheet.write_datetime(1, 0, datetime(2026, 12, 1), day)  # noqa: DTZ001 - a day has no zone
        sheet.write_number(1, 1, 0.375, at)
        sheet.write_number(1, 2, 45)
        sheet.write_datetime(2, 0, datetime(2026, 12, 1, 9, 30), at)  # noqa: DTZ001

    assert texts(workbook(fill)) == [("2026-12-01", "09:00", "45"), ("2026-12-01 09:30",)]


def test_a_formula_is_named_by_its_place_in_every_form() -> None:
    def fill(_: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_formula(1, 2, '=HYPERLINK("https://example.org")', None, "Click")

    ods = FILES.write(SheetForm.ODS, HEAD, [("", "", "Click")])
    cell = b'office:value-type="string"><text:p>Click'
    with_formula = _replaced(ods, "content.xml", cell, b'table:formula="of:=1+1" ' + cell)
    for data in (workbook(fill), with_formula, b"date,time,text\n,,=1+1\n"):
        assert FILES.read("x", data)[1].formulas == (2,)


def months(form: SheetForm, *names: str) -> bytes:
    """A file with such sheets, each with the same columns and a row of its own."""
    if form is SheetForm.ODS:
        return write_ods([(name, [HEAD, ("", "9am", name)]) for name in names])
    file = io.BytesIO()
    with Workbook(file) as book:
        for name in names:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, ("", "9am", name))
    return file.getvalue()


@pytest.mark.parametrize("form", [SheetForm.XLSX, SheetForm.ODS])
def test_rows_on_a_second_sheet_are_not_left_out_in_silence(form: SheetForm) -> None:
    with pytest.raises(Problem, match="“February” has rows as well"):
        FILES.read("x", months(form, "January", "February"))
    assert texts(months(form, "January", "Examples"))[1] == ("", "9am", "January")


def test_rows_that_somebody_has_hidden_with_their_sheet_are_left_out() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        hidden = book.add_worksheet("Last year")
        hidden.hide()
        for one in (sheet, hidden):
            one.write_row(0, 0, HEAD)
            one.write_row(1, 0, ROWS[0])

    assert texts(workbook(fill)) == [HEAD, ROWS[0]]


def _replaced(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        return _with(data, name, read.read(name).replace(old, new))


def _with(data: bytes, name: str, content: bytes) -> bytes:
    """A zip in which one file is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for each in read.namelist():
            written.writestr(each, content if each == name else read.read(each))
    return out.getvalue()


def _bomb() -> bytes:
    """50 MB that arrive as 50 kB."""
    return _with(FILES.write(SheetForm.XLSX, HEAD, ROWS), "xl/sharedStrings.xml", b"<sst>" + b" " * 50_000_000)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bomb.xlsx", _bomb(), "unpacks to far more"),
        ("entities.xlsx", _with(FILES.write(SheetForm.XLSX, HEAD, ROWS), "xl/sharedStrings.xml", ENTITIES), "damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", "Excel before 2007"),
        ("cut.xlsx", FILES.write(SheetForm.XLSX, HEAD, ROWS)[:900], "damaged"),
        ("a.csv", "Très".encode("cp1252"), "CSV UTF-8"),
        ("a.csv", b'date,time,text\n1,2,"x\n', "cannot be read"),
        ("a.zip", _replaced(FILES.write(SheetForm.ODS, HEAD, ROWS), "content.xml", b"table", b"<&"), "damaged"),
        ("a.yaml", b"date: 1", "no list of entries"),
        ("a.yaml", b"- [1, 2]", "no list of entries"),
        ("a.yaml", b"- a: &x 1\n  b: *x", "no list of entries"),
        ("a.yaml", b"- a: {b: {c: d}}", "no list of entries"),
        ("a.yaml", b"- a: 'x", "cannot be read as YAML near line"),
        ("a.yaml", b"[" * 100_000, "no list of entries"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_sheet_is_refused_in_words(name: str, data: bytes, said: str) -> None:
    with pytest.raises(Problem, match=said):
        FILES.read(name, data)


def test_rows_without_end_are_not_held_in_memory() -> None:
    ods = FILES.write(SheetForm.ODS, HEAD, [("", "", "again")])
    cell = b"<table:table-cell "
    endless = _replaced(ods, "content.xml", cell, cell + b'table:number-columns-repeated="99999999" ')
    assert max(len(row.cells) for row in FILES.read("x.ods", endless)) == 50


def test_a_list_in_yaml_is_lines_of_a_cell() -> None:
    data = b"- date: 2026-12-01\n  text:\n    - one\n    - two\n- text: ~\n"
    assert texts(data, "a.yml") == [("date", "text"), ("2026-12-01", "one\ntwo"), ("", "")]
