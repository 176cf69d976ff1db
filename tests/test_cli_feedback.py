"""`antiphon feedback …`, `privacy …` and `audit verify` at the keyboard."""

import asyncio
import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

import pytest
from xlsxwriter import Workbook

from bot.adapters.db import open_database
from bot.adapters.feedback_files import feedback_file
from bot.adapters.sheets import SpreadsheetFiles
from bot.adapters.sheets.ods import write_ods
from bot.core.bodies import Body, File, Text
from bot.core.events import Mention, Place, Platform
from bot.core.feedback import Feedback, Row, Source
from bot.core.feedback_sheet import Format, guarded, unguarded
from bot.core.outbox import new_post
from bot.core.problems import Problem
from bot.core.pseudonyms import Pseudonyms
from bot.core.sheets import SheetForm
from bot.ports import Transaction
from tests.contracts.values import AUTHOR, PLACE, feedback
from tests.core.test_feedback_sheet import LONDON, row
from tests.keyboard import Told, own_folder, typed

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
SAID = ["=1+1", "Slower, please", "<b>Café</b> @everyone <!channel>"]

T = TypeVar("T")
Run = Callable[..., Told]


@pytest.fixture
def antiphon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command, in a folder with the content and four pieces of feedback."""
    own_folder(tmp_path, monkeypatch)
    asyncio.run(on_database(keep))
    return partial(typed, monkeypatch, capsys)


async def on_database(work: Callable[[Transaction], Awaitable[T]]) -> T:
    database = open_database("sqlite:///var/antiphon.db")
    await database.migrate()
    async with database.transaction() as tx:
        done = await work(tx)
    await database.close()
    return done


async def keep(tx: Transaction) -> None:
    for number, said in enumerate(SAID, 1):
        await tx.feedback.add(replace(feedback(number, NOW, said), tags=(f"tag{number}",)))
    await tx.feedback.add(Feedback(key="web:1", at=NOW, source=Source.WEB, author=None, text="From nobody"))


def audited() -> list[tuple[str, str]]:
    """What is noted, latest first: what, and about what or by which filters."""
    entries = asyncio.run(on_database(lambda tx: tx.audit.list()))
    return [(entry.what, entry.about or entry.detail) for entry in entries]


def sheet(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def cells_of(file: Path) -> list[list[str]]:
    """What an XLSX file says, read from its XML; a formula anywhere is a failure."""
    with zipfile.ZipFile(file) as book:
        found = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    spaces = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    assert found.findall(".//s:f", spaces) == []

    def read(cell: ElementTree.Element) -> str:
        text = "".join(cell.itertext())
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), text)

    return [[read(cell) for cell in one.findall("s:c", spaces)] for one in found.findall(".//s:row", spaces)]


def test_feedback_is_printed_or_written_and_the_audit_notes_it(antiphon: Run) -> None:
    code, out, _ = antiphon("feedback", "export", "--out", "feedback.csv")
    assert (code, out) == (0, "Feedback from the beginning to now is in feedback.csv. Rows: 4.\n")
    written = Path("feedback.csv").read_bytes().decode()
    assert written == antiphon("feedback", "export")[1]
    assert [unguarded(cells[3]) for cells in sheet(written)[1:]] == [*SAID, "From nobody"]
    assert AUTHOR.name not in written
    assert Path("feedback.csv").stat().st_mode & 0o077 == 0
    assert audited() == [("feedback export", "everything"), ("feedback export", str(Path("feedback.csv").absolute()))]


def test_the_sign_for_spreadsheets_is_left_out_on_a_terminal(antiphon: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert antiphon("feedback", "export")[1].startswith('\ufeff"')
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert antiphon("feedback", "export")[1].startswith('"')


def test_personal_data_are_exported_only_when_asked_for_and_that_is_noted(antiphon: Run) -> None:
    _, out, _ = antiphon("feedback", "export", "--with-personal-data", "--tag", "tag2")
    assert sheet(out)[1][-3:] == [AUTHOR.name, AUTHOR.ref, "zoe@example.org"]
    assert audited() == [("feedback export with personal data", "by tag")]


def test_what_is_filtered_is_exported_alone(antiphon: Run) -> None:
    filters = [
        "--platform",
        "slack",
        "--region",
        "Wales",
        "--status",
        "new",
        "--consent",
        "named",
        "--search",
        "please",
    ]
    _, out, _ = antiphon("feedback", "export", "2026-12-01", "2026-12-31", *filters)
    assert [cells[0] for cells in sheet(out)[1:]] == ["2"]
    assert len(sheet(antiphon("feedback", "export", "2025-01-01", "2025-01-31")[1])) == 1


def test_xlsx_has_text_and_no_formula(antiphon: Run) -> None:
    antiphon("feedback", "export", "--out", "feedback.xlsx")
    assert [cells[3] for cells in cells_of(Path("feedback.xlsx"))[1:]] == [*SAID, "From nobody"]
    code, _, err = antiphon("feedback", "export", "--format", "xlsx")
    assert (code, "Name a file with --out" in err) == (1, True)


@pytest.mark.parametrize("said", ["=1\x01\x1f", "_x0041_ <&>", "\u202e+1", "x" * 70_000, " \n lines \n", "👍" * 20_000])
def test_odd_and_long_text_comes_back_from_xlsx(tmp_path: Path, said: str) -> None:
    with feedback_file(tmp_path / "f.xlsx", Format.XLSX, LONDON, personal=False) as file:
        file.write([row(said)])
    _, cells = cells_of(tmp_path / "f.xlsx")
    assert cells[3] + "".join(cells[10:]) == said


def test_json_lines_have_an_object_each(antiphon: Run) -> None:
    antiphon("feedback", "export", "--out", "feedback.jsonl")
    lines = Path("feedback.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["feedback"] for line in lines] == [*SAID, "From nobody"]


def test_a_file_that_fails_half_way_is_not_left_behind(tmp_path: Path) -> None:
    def fails() -> None:
        with feedback_file(tmp_path / "f.csv", Format.CSV, LONDON, personal=False) as file:
            file.write([row("kept?")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert list(tmp_path.iterdir()) == []


class TooMany(list[Row]):
    def __len__(self) -> int:
        return 1_048_576


def test_more_rows_than_a_sheet_has_are_told(tmp_path: Path) -> None:
    with (
        pytest.raises(Problem, match="Export fewer days, or write CSV"),
        feedback_file(tmp_path / "f.xlsx", Format.XLSX, LONDON, personal=False) as file,
    ):
        file.write(TooMany())


def test_the_list_goes_on_where_it_ended(antiphon: Run) -> None:
    _, out, _ = antiphon("feedback", "list", "--limit", "3")
    assert [line.split(".")[0] for line in out.splitlines()] == ["4", "3", "2", "For earlier ones add --before 2"]
    assert antiphon("feedback", "list", "--before", "2")[1].startswith("1. Tuesday 1 December 2026 at 8am (Slack, ")
    assert antiphon("feedback", "list", "--region", "Nowhere")[1] == "There is no such feedback.\n"
    assert "There is no feedback 9" in antiphon("feedback", "list", "--before", "9")[2]
    assert audited()[0] == ("feedback list", "by region")


def test_one_piece_is_shown_whole_and_counts_as_read(antiphon: Run) -> None:
    _, out, _ = antiphon("feedback", "show", "2")
    assert "May we quote it: with name\n" in out
    assert out.endswith("\n\nSlower, please\n")
    assert "Zoë" not in out
    assert "Author: Zoë (slack:T1/U1)" in antiphon("feedback", "show", "2", "--with-personal-data")[1]
    assert "(Slack, Wales, read, tag2)" in antiphon("feedback", "list", "--status", "read")[1]
    assert audited()[1:] == [("feedback show with personal data", "2"), ("feedback show", "2")]
    assert "There is no feedback 9" in antiphon("feedback", "show", "9")[2]


def test_feedback_is_tagged_and_its_status_set(antiphon: Run) -> None:
    _, out, _ = antiphon("feedback", "tag", "1", "#Pace", "thanks", "--remove", "tag1")
    assert out == "Feedback 1 has the tags: pace thanks.\n"
    assert "is no tag" in antiphon("feedback", "tag", "1", "two words")[2]
    assert "is no tag" in antiphon("feedback", "tag", "1", "one,two")[2]
    assert antiphon("feedback", "status", "1", "actioned")[1] == "Feedback 1 is actioned.\n"
    assert audited() == [("feedback status", "1"), ("feedback tag", "1")]
    assert antiphon("feedback", "list", "--tag", "#Pace")[1].startswith("1. ")


def test_the_audit_has_no_words_that_a_moderator_typed(antiphon: Run) -> None:
    antiphon("feedback", "list", "2026-12-01", "2026-12-31", "--search", "Quinn quinn@example.org", "--status", "new")
    antiphon("feedback", "export", "--prompt", "Quinn?", "--region", "Quinn", "--tag", "quinn", "--platform", "web")
    antiphon("feedback", "tag", "4", "quinn")
    antiphon("feedback", "tag", "4", "thanks", "--remove", "quinn")
    antiphon("feedback", "done", "4", "Quinn told us")
    days = "since 2026-12-01T00:00:00+00:00, until 2027-01-01T00:00:00+00:00"
    assert [entry.detail for entry in asyncio.run(on_database(lambda tx: tx.audit.list()))] == [
        "",
        "1 put on, 1 taken off",
        "1 put on, 0 taken off",
        "source web, by region, by question, by tag",
        f"{days}, status new, by words",
    ]
    antiphon("privacy", "erase", "slack:T1/U1", "--yes")
    assert b"quinn" not in Path("var/antiphon.db").read_bytes().lower()


def test_words_cannot_steer_the_terminal_that_they_are_printed_on(
    antiphon: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "an\x1b[31mRED\x1b]0;title\x07 \x7f\x9b2J\r\tend\nof it"
    odd = replace(feedback(9, NOW, said), tags=("\x1b[2J",), region="\x1b[H")
    asyncio.run(on_database(lambda tx: tx.feedback.add(odd)))
    shown = r"an\u001b[31mRED\u001b]0;title\u0007 \u007f\u009b2J\u000d" + "\tend\nof it"
    assert antiphon("feedback", "show", "5")[1].endswith(f"\n\n{shown}\n")
    assert r"\u001b[31mRED" in antiphon("feedback", "list")[1]
    for command in (["feedback", "list"], ["feedback", "show", "5"], ["audit"]):
        assert not re.search("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]", antiphon(*command)[1])
    _, out, _ = antiphon("feedback", "export", "--format", "jsonl")
    assert json.loads(out.splitlines()[-1])["feedback"] == said
    antiphon("feedback", "export", "--out", "whole.csv")
    assert said in Path("whole.csv").read_bytes().decode()
    assert said in antiphon("feedback", "export")[1], "what is piped elsewhere is exact"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b" not in antiphon("feedback", "export")[1]


def test_an_answer_goes_to_the_author_alone(antiphon: Run) -> None:
    assert antiphon("feedback", "answer", "2", "We will slow down.")[1].startswith("The answer goes to the author")
    (post,) = asyncio.run(on_database(lambda tx: tx.outbox.list()))
    assert (post.place.channel, post.place.direct, post.private_to) == (AUTHOR.id, True, AUTHOR.id)
    assert "(Slack, Wales, answered, tag2)" in antiphon("feedback", "list", "--status", "answered")[1]
    code, _, err = antiphon("feedback", "answer", "4", "Thanks")
    assert (code, "nobody is known" in err) == (1, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("feedback", "export", "yesterweek"), "2026-12-01 2026-12-31"),
        (("feedback", "export", "--out", "no/such/folder.csv"), "cannot be written"),
        (("privacy", "export", "Zoë"), "names nobody"),
        (("privacy", "erase", "slack:T1/U1"), "Add --yes"),
    ],
)
def test_a_wrong_word_is_told(antiphon: Run, words: tuple[str, ...], message: str) -> None:
    code, _, err = antiphon(*words)
    assert (code, message in err) == (1, True)


@pytest.mark.parametrize("number", ["2147483648", "9223372036854775808", "9" * 20])
@pytest.mark.parametrize(
    "command",
    [
        "feedback show",
        "feedback tag",
        "feedback list --before",
        "round show",
        "round close",
        "round board",
        "questions drop",
        "faq accept --as when-and-where --answered",
    ],
)
def test_a_number_that_no_database_stores_is_told(antiphon: Run, command: str, number: str) -> None:
    code, _, err = antiphon(*command.split(), number)
    assert (code, "2147483647" in err, "Traceback" in err) == (2, True, False)


def test_the_largest_number_is_one_that_there_is_not(antiphon: Run) -> None:
    assert "There is no feedback 2147483647." in antiphon("feedback", "show", "2147483647")[2]


def test_somebody_gets_their_data_and_is_then_erased(antiphon: Run) -> None:
    for kept, format_ in (("gone.csv", "csv"), ("left.xlsx", "xlsx")):
        antiphon("feedback", "export", "--out", kept, "--format", format_)
    Path("gone.csv").unlink()
    killed = Path(".antiphon-unfinished-killed")
    killed.mkdir()
    (killed / ".at-work").touch()
    os.utime(killed, (0, 0))
    about = json.loads(antiphon("privacy", "export", "slack:T1/U1")[1])
    assert [one["text"] for one in about["feedback"]] == SAID
    assert "is in theirs.json" in antiphon("privacy", "export", "slack:T1/U1", "--out", "theirs.json")[1]
    _, out, _ = antiphon("privacy", "erase", "slack:T1/U1", "--yes")
    assert out.startswith("Erased: 9 rows deleted, ")
    assert f"{Path('left.xlsx').absolute()} was exported before" in out
    assert "gone.csv" not in out
    assert not killed.exists()
    assert "They gave the address zoe@example.org." in out
    antiphon("privacy", "erase", "zoe@example.org", "--yes")
    assert [cells[0] for cells in sheet(antiphon("feedback", "export")[1])[1:]] == ["4"]
    assert "slack:T1/U1" not in antiphon("audit")[1]
    assert antiphon("audit", "verify")[1].startswith("All 7 lines are as they were written.")


NOTES = [("Feedback", "Prompt"), ("Slower", "Why?"), ("Faster", "Why?"), ("Louder", "")]


def workbook(file: Path, *, merged: bool) -> None:
    """Two sheets; on the first the third row is hidden, and the questions of two rows may be one cell."""
    if file.suffix == ".ods":
        ods_workbook(file, merged=merged)
        return
    with Workbook(file) as book:
        sheet = book.add_worksheet("Day 1")
        for row, cells in enumerate(NOTES):
            sheet.write_row(row, 0, cells)
        sheet.set_row(2, options={"hidden": True})
        if merged:
            sheet.merge_range("B2:B3", "Why?")
        book.add_worksheet("Day 2").write_row(0, 0, ("Feedback",))


def ods_workbook(file: Path, *, merged: bool) -> None:
    """As LibreOffice writes it."""
    row, cell = "<table:table-row>", "<table:table-cell "
    with zipfile.ZipFile(io.BytesIO(write_ods([("Day 1", NOTES), ("Day 2", [("Feedback",)])]))) as made:
        head, first, second, third, rest = made.read("content.xml").decode().split(row, 4)
    if merged:
        words, question = second.rsplit(cell, 1)
        second = f"{words}{cell}table:number-columns-spanned='1' table:number-rows-spanned='2' {question}"
    with zipfile.ZipFile(file, "w") as written:
        hidden = f"<table:table-row table:visibility='collapse'>{third}"
        written.writestr("content.xml", f"{head}{row}{first}{row}{second}{hidden}{row}{rest}")


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_a_sheet_has_beside_the_rows_that_came_in_is_told(antiphon: Run, kind: str) -> None:
    workbook(Path(f"notes.{kind}"), merged=False)
    assert antiphon("feedback", "import", f"notes.{kind}")[1].splitlines() == [
        "New: 3. There already, and left as they are: 0.",
        "Only the first of its 2 sheets was read.",
        "Hidden rows came in, too: 1.",
    ]


@pytest.mark.parametrize(("kind", "cells"), [("xlsx", "B2:B3"), ("ods", "2 down and 1 across")])
def test_merged_cells_of_which_all_but_one_would_be_empty_are_told(antiphon: Run, kind: str, cells: str) -> None:
    workbook(Path(f"notes.{kind}"), merged=True)
    code, _, err = antiphon("feedback", "import", f"notes.{kind}")
    assert (code, f"Row 2, cells: Several are merged ({cells})." in err) == (1, True)


@pytest.mark.parametrize("who", ["slack:t1/u1", "x:@ann", "nobody@example.org", "web:nobody"])
def test_who_is_erased_by_an_id_that_nobody_has_reads_that_nothing_was_there(antiphon: Run, who: str) -> None:
    _, out, _ = antiphon("privacy", "erase", who, "--yes")
    assert f"Nothing was kept under {who.rpartition(':')[0] or 'mailto'}:{who.rpartition(':')[2]}." in out
    _, out, _ = antiphon("privacy", "erase", "slack:T1/U1", "--yes")
    assert "Nothing was kept" not in out


def test_what_is_remembered_under_the_key_of_the_settings_is_told_and_erased(
    antiphon: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PSEUDONYM_KEY", "long and random")
    name = Pseudonyms(b"long and random").note("region", AUTHOR)
    asyncio.run(on_database(lambda tx: tx.ledger.remember(name, "north")))
    assert name in antiphon("privacy", "export", AUTHOR.ref)[1]
    antiphon("privacy", "erase", AUTHOR.ref, "--yes")
    assert name not in antiphon("privacy", "export", AUTHOR.ref)[1]


def test_a_moderator_gets_their_data_without_what_others_said(antiphon: Run) -> None:
    moderator = Place(Platform.SLACK, "T1", "UMODERATOR", direct=True)
    read: dict[str, Body] = {
        "1:feedback-read": Text("Feedback 1, Slower, please"),
        "2:export": File("all.csv", "Slower, please", "Here it is"),
        "3:reply": Text("Your words go to the author of feedback 1"),
    }

    async def queue(tx: Transaction) -> None:
        for key, words in read.items():
            await tx.outbox.add(new_post(key, moderator, words, NOW))

    asyncio.run(on_database(queue))
    told = antiphon("privacy", "export", "slack:T1/UMODERATOR")[1]
    assert [row["key"] for row in json.loads(told)["outbox"]] == [*read]
    assert ("Slower" in told, "Your words go to the author" in told) == (False, True)


def test_half_a_character_in_a_message_keeps_nobody_from_their_data(antiphon: Run) -> None:
    half = Mention(key="half", at=NOW, author=AUTHOR, place=PLACE, text="cut off \ud83d", message_id="1")
    assert asyncio.run(on_database(lambda tx: tx.inbox.add(half)))
    antiphon("privacy", "export", AUTHOR.ref, "--out", "theirs.json")
    told = json.loads(Path("theirs.json").read_text(encoding="utf-8"))
    assert [row["event"]["text"] for row in told["inbox"]] == ["cut off \ufffd"]
    assert "cut off" in antiphon("privacy", "export", AUTHOR.ref)[1]


def test_what_is_kept_about_somebody_is_in_a_file_for_its_owner_alone(antiphon: Run) -> None:
    theirs = Path("theirs.json")
    theirs.write_text("from before")
    theirs.chmod(0o644)
    antiphon("privacy", "export", "slack:T1/U1", "--out", "theirs.json")
    assert (theirs.stat().st_mode & 0o077, "from before" in theirs.read_text(encoding="utf-8")) == (0, False)
    assert "cannot be written" in antiphon("privacy", "export", "slack:T1/U1", "--out", "no/such/theirs.json")[2]


def test_an_erasure_names_the_files_with_what_was_kept_about_somebody(antiphon: Run) -> None:
    for words in ((), ("--out", "gone.json"), ("--out", "theirs.json")):
        antiphon("privacy", "export", "slack:T1/U1", *words)
    Path("gone.json").unlink()
    lines = antiphon("audit")[1].splitlines()
    assert re.search(r"privacy export person-[0-9a-f]{24} \(.*theirs\.json\)$", lines[0])
    assert re.search(r"privacy export person-[0-9a-f]{24}$", lines[2])
    assert "U1" not in "".join(lines)
    _, out, _ = antiphon("privacy", "erase", "slack:T1/U1", "--yes")
    assert f"{Path('theirs.json').absolute()} was exported before" in out
    assert "gone.json" not in out


def test_personal_information_in_any_column_stops_an_import_or_is_left_out(antiphon: Run) -> None:
    Path("notes.csv").write_text(
        "Feedback,Prompt,Region,Role,Tags\nSlower,What now?,m@example.org,Nurse,pace m@example.org\n"
    )
    code, _, err = antiphon("feedback", "import", "notes.csv")
    assert code == 1
    assert "Row 2, Region: There seems to be an e-mail address in it. Take it out, or say --personal" in err
    antiphon("feedback", "import", "notes.csv", "--personal", "remove")
    (kept,) = sheet(antiphon("feedback", "export", "--search", "slower", "--tag", "pace")[1])[1:]
    assert kept[5:] == ["What now?", "[e-mail address removed]", "Nurse", "new", "pace"]


def test_a_number_in_the_tags_is_found_though_it_has_spaces_in_it(antiphon: Run) -> None:
    Path("notes.csv").write_text("Feedback,Tags\nSlower,pace 07700 900123\n")
    assert "Row 2, Tags: There seems to be a phone number" in antiphon("feedback", "import", "notes.csv")[2]
    antiphon("feedback", "import", "notes.csv", "--personal", "remove")
    assert ["Slower", "pace"] in [[cells[3], cells[9]] for cells in sheet(antiphon("feedback", "export")[1])]


def test_our_own_export_comes_back_unchanged_whatever_is_said_of_personal_information(antiphon: Run) -> None:
    Path("notes.csv").write_text("Feedback\nRing 07700 900123\n")
    antiphon("feedback", "import", "notes.csv", "--personal", "keep")
    antiphon("feedback", "export", "--out", "own.csv", "--search", "ring")
    for choice in ("refuse", "remove", "keep"):
        code, out, err = antiphon("feedback", "import", "own.csv", "--personal", choice)
        assert (code, out.split(".")[0], err) == (0, "New: 0", "")


def test_an_export_that_was_saved_as_ods_comes_back_without_its_guards(antiphon: Run) -> None:
    said = "=HYPERLINK(1)\nand\ta second line"
    ods = SpreadsheetFiles().write(SheetForm.ODS, ["Feedback"], [[guarded(said)]])
    Path("own.ods").write_bytes(ods)
    antiphon("feedback", "import", "own.ods")
    _, out, _ = antiphon("feedback", "export", "--format", "jsonl", "--search", "HYPERLINK")
    assert [json.loads(line)["feedback"] for line in out.splitlines()] == [said]


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("a.jsonl", '{"feedback": "x", "may_we_quote": "with name"}', "Did you mean “May we quote it”?"),
        ("a.jsonl", '{"feedback": "x", "persn": "slack:T1/U1"}', "Row 1, persn: There is no such column."),
        ("a.jsonl", '{"feedback": "x", "Feedback": "y"}', "Row 1, Feedback: This column is there twice."),
        ("a.csv", "Feedback,\nGood,a note", "Row 2, Feedback: There is something below an empty heading."),
    ],
)
def test_what_stands_under_no_known_name_is_told_and_not_left_out(
    antiphon: Run, name: str, written: str, told: str
) -> None:
    Path(name).write_text(written)
    code, _, err = antiphon("feedback", "import", name)
    assert (code, told in err) == (1, True), err


def test_a_first_row_that_was_filled_up_with_empty_cells_changes_nothing(antiphon: Run) -> None:
    said = "long " * 8000
    antiphon("feedback", "import", _written("one.csv", f"Feedback\n{said}\n"))
    antiphon("feedback", "export", "--search", "long", "--out", "own.xlsx")
    rows = cells_of(Path("own.xlsx"))
    padded = [[*row, *[""] * (30 - len(row))] for row in rows]
    Path("own.ods").write_bytes(SpreadsheetFiles().write(SheetForm.ODS, padded[0], padded[1:]))
    assert antiphon("feedback", "import", "own.ods")[1] == "New: 0. There already, and left as they are: 1.\n"


def _written(name: str, words: str) -> str:
    Path(name).write_text(words)
    return name


@pytest.mark.parametrize("words", ["", "  ", "x" * 3001])
@pytest.mark.parametrize("what", ["answer", "done"])
def test_an_author_is_told_nothing_that_no_platform_sends(antiphon: Run, what: str, words: str) -> None:
    code, _, err = antiphon("feedback", what, "2", words)
    assert (code, "nothing was sent" in err) == (1, True)
    assert "Status: new" in antiphon("feedback", "show", "2")[1]


@pytest.mark.parametrize("option", ["--region", "--prompt", "--tag", "--search"])
def test_a_filter_of_half_a_character_finds_nothing(antiphon: Run, option: str) -> None:
    code, out, _ = antiphon("feedback", "list", option, "\udcff")
    assert (code, out) == (0, "There is no such feedback.\n")


def test_feedback_is_given_to_a_regions_leads_who_can_read_it(antiphon: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = antiphon("feedback", "assign", "2", "London")
    assert (code, "None of the library leads of London is a moderator" in err) == (1, True)
    monkeypatch.setenv("MODERATORS", "slack:T0CAMPAIGN/U0MODERATOR")
    _, out, _ = antiphon("feedback", "assign", "2", "London")
    assert out.startswith("The library leads of London look after feedback 2.")
    assert "for:london" in antiphon("feedback", "list", "--tag", "for:london")[1]
    assert audited()[1] == ("feedback assign", "2")
    assert antiphon("feedback", "assign", "2", "nobody")[1] == "Nobody looks after feedback 2 any more.\n"
    assert "for:london" not in antiphon("feedback", "list")[1]
    code, _, err = antiphon("feedback", "assign", "2", "atlantis")
    assert (code, "There is no region 'atlantis'. The regions are: east-of-england" in err) == (1, True)


@pytest.mark.parametrize("large", ["numpy", "psycopg"])
@pytest.mark.usefixtures("antiphon")
def test_an_export_from_sqlite_does_not_load_what_it_does_not_need(large: str) -> None:
    program = (
        "import atexit, sys; from bot.cli import main;"
        f"atexit.register(lambda: print('loaded:', {large!r} in sys.modules));"
        "sys.argv = ['antiphon', 'feedback', 'export', '--out', 'x.csv']; main()"
    )
    command, found = [sys.executable, "-c", program], os.environ | {"PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, env=found, capture_output=True, text=True, check=True)
    assert told.stdout.endswith("loaded: False\n"), "an export keeps to 80 MB, of which 9 to 15 would be for this"


def test_a_file_of_a_kind_that_is_not_written_is_refused(antiphon: Run) -> None:
    assert "x.ods is none of them" in antiphon("feedback", "export", "--out", "x.ods")[2]
    assert not Path("x.ods").exists()


def test_what_says_much_the_same_is_shown_together_and_tags_are_suggested(antiphon: Run) -> None:
    said = "The chat was too fast for me", "chat was far too fast", "Loved the resources"
    antiphon("feedback", "import", _written("said.csv", "\n".join(["Feedback", *(f'"{one}"' for one in said)])))
    _, out, _ = antiphon("feedback", "alike", "--search", "fast")
    assert out.startswith("2 say much the same:")
    numbers = sorted(re.findall(r"^  (\d+)\. ", out, re.MULTILINE))
    antiphon("feedback", "tag", numbers[0], "pace")
    _, out, _ = antiphon("feedback", "suggest", "--search", "chat")
    assert f"antiphon feedback tag {numbers[1]} pace" in out
    assert "No tag suggests itself" in antiphon("feedback", "suggest", "--search", "resources")[1]
    assert "no two say much the same" in antiphon("feedback", "alike", "--search", "resources")[1]
    assert audited()[:2] == [("feedback list", "by words"), ("feedback list", "by words")]


def test_a_sheet_is_read_by_what_it_is_and_not_by_its_name(antiphon: Run) -> None:
    rows = [["Slower", "Wales"], ["Faster", "North West"]]
    for name, form in (("notes.ods", SheetForm.ODS), ("notes.csv", SheetForm.XLSX), ("notes.txt", SheetForm.CSV)):
        Path(name).write_bytes(SpreadsheetFiles().write(form, ["Feedback", "Region"], rows))
    told = [antiphon("feedback", "import", name)[1] for name in ("notes.ods", "notes.csv", "notes.txt")]
    assert told == ["New: 2. There already, and left as they are: 0.\n"] + 2 * [
        "New: 0. There already, and left as they are: 2.\n"
    ]


def test_a_sheet_without_dates_comes_in_once(antiphon: Run) -> None:
    Path("notes.csv").write_text("Feedback\nno date here\n")
    told = [antiphon("feedback", "import", "notes.csv")[1] for _ in range(2)]
    assert told == [
        "New: 1. There already, and left as they are: 0.\n",
        "New: 0. There already, and left as they are: 1.\n",
    ]


@pytest.mark.parametrize(
    ("who", "left_out"), [("slack:T1/U1", ["Mine", "Mine too"]), ("zoe@example.org", ["Mine", "Hers"])]
)
def test_somebody_who_was_erased_does_not_come_back_by_a_file(antiphon: Run, who: str, left_out: list[str]) -> None:
    rows = ["Mine,slack:T1/U1,Zoe@example.org", "Mine too,slack:T1/U1,", "Hers,,zoe@example.org", "His,slack:T1/U12,"]
    Path("before.csv").write_text("\n".join(["Feedback,Person,Contact", *rows]))
    antiphon("privacy", "erase", who, "--yes")
    code, out, err = antiphon("feedback", "import", "before.csv", "--personal", "keep")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "New: 2. There already, and left as they are: 0.",
        "Left out: 2, from people who were erased. What was erased does not come back by a file.",
    ]
    kept = [cells[3] for cells in sheet(antiphon("feedback", "export")[1])]
    assert not set(left_out) & set(kept)
    assert "His" in kept


def test_an_audit_that_was_tampered_with_is_told(antiphon: Run) -> None:
    antiphon("feedback", "list")
    with closing(sqlite3.connect("var/antiphon.db")) as connection, connection:
        connection.execute("UPDATE audit SET detail = 'nothing'")
    code, _, err = antiphon("audit", "verify")
    assert (code, err.startswith("Line 1 of 1 is not as it was written")) == (1, True)


def test_an_audit_that_says_somebody_else_did_it_is_told(antiphon: Run) -> None:
    antiphon("privacy", "export", "slack:T1/U1")
    with closing(sqlite3.connect("var/antiphon.db")) as connection, connection:
        connection.execute("INSERT INTO people (pseudonym, ref) VALUES ('person-1', 'slack:T1/U2')")
    code, _, err = antiphon("audit", "verify")
    assert (code, "beside person-1 stands somebody else" in err) == (1, True)
