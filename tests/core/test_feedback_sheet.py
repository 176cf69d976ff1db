"""What goes out in a file: safe to open, and the same when it comes back."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feedback import Row, readable
from bot.core.feedback_sheet import COLUMNS, guarded, local, to_csv, to_jsonl, unguarded

LONDON = ZoneInfo("Europe/London")
SUMMER = "2026-07-01T19:05:00.000000+00:00"
STARTS = [*"=+-@\t\r\n＝＋－＠'", " =", "\u00a0@", "\n\n+", "''=", "'", " '="]

hostile = st.one_of(
    st.text(st.characters()),
    st.builds("{}{}".format, st.sampled_from(STARTS), st.text(max_size=5)),
    st.sampled_from(["<!channel>", "@everyone", "\u200b=1", "\u202e=1+1", "ﷺ=", "<b>&amp;", '"", ""']),
)


def row(text: str, **changed: Any) -> Row:
    given = Row(7, SUMMER, "slack", "What works?", "Wales", "Librarian", "unnamed", "new", "pace thanks", text)
    return given._replace(**changed)


def sheet(*rows: Row, personal: bool = False) -> list[list[str]]:
    text = to_csv(rows, LONDON, personal=personal)
    return list(csv.reader(io.StringIO(text.encode().decode("utf-8-sig"), newline="")))


def test_a_row_says_what_and_when_and_nothing_about_who() -> None:
    header, cells = sheet(row("Great chat, “thank you”!"))
    assert header == list(COLUMNS)
    assert cells == ["7", "2026-07-01T20:05:00+01:00", "Slack", "Great chat, “thank you”!", "without name",
                     "What works?", "Wales", "Librarian", "new", "pace thanks"]  # fmt: skip


def test_personal_data_stands_there_when_it_is_asked_for() -> None:
    _, cells = sheet(row("Fine", name="=Maya", ref="slack:T1/U1", contact="maya@example.org"), personal=True)
    assert cells[-3:] == ["'=Maya", "slack:T1/U1", "maya@example.org"]


def test_the_file_tells_excel_that_it_is_utf_8() -> None:
    assert to_csv([], LONDON).encode().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("start", STARTS)
def test_no_cell_is_run_as_a_formula(start: str) -> None:
    said = f'{start}HYPERLINK("https://example.org")'
    cell = sheet(row(said))[1][3]
    assert cell.lstrip("'").lstrip()[:1] not in set("=+-@＝＋－＠") or cell.startswith("'")
    assert unguarded(cell) == said


@given(hostile, hostile)
def test_csv_comes_back_as_it_was_said(said: str, region: str) -> None:
    kept = row(readable(said), region=readable(region))
    cells = sheet(kept)[1]
    assert (unguarded(cells[3]), unguarded(cells[6])) == (kept.text, kept.region)


@given(hostile, hostile)
def test_csv_is_what_the_standard_library_writes(said: str, region: str) -> None:
    text = to_csv([row(said, region=region)], LONDON).removeprefix("\ufeff")
    again = io.StringIO(newline="")
    csv.writer(again, quoting=csv.QUOTE_ALL).writerows(csv.reader(io.StringIO(text, newline="")))
    assert again.getvalue() == text


def test_a_megabyte_goes_out_whole() -> None:
    said = "=" + "x" * 1_000_000
    assert f'"\'{said}"' in to_csv([row(said)], LONDON)


@given(hostile)
def test_json_lines_come_back_as_they_were_said(said: str) -> None:
    kept = readable(said)
    assert json.loads(to_jsonl([row(kept)], LONDON))["feedback"] == kept


@given(hostile)
def test_a_guard_comes_off_as_it_went_on(said: str) -> None:
    assert unguarded(guarded(said)) == said


ZONES = ["Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York", "UTC"]


@given(st.integers(0, 4_000_000_000), st.sampled_from(ZONES))
def test_an_instant_is_told_on_the_clocks_of_the_campaign(seconds: int, name: str) -> None:
    at, zone = datetime.fromtimestamp(seconds, UTC), ZoneInfo(name)
    assert local(at.isoformat(timespec="microseconds"), zone) == at.astimezone(zone).isoformat()
