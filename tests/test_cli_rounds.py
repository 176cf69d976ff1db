"""`antiphon round …` at the keyboard."""

import asyncio
import errno
import re
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.clock import SystemClock
from bot.core.feedback import Consent, Feedback, Source
from bot.ports import Transaction
from bot.services.rounds import keep_answer
from tests.keyboard import own_folder, typed
from tests.test_cli_feedback import Run, audited, on_database


@pytest.fixture
def antiphon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    own_folder(tmp_path, monkeypatch)
    for name, value in {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_CHANNEL": "C0ROOM"}.items():
        monkeypatch.setenv(name, value)
    return partial(typed, monkeypatch, capsys)


def answer(now: datetime) -> None:
    async def keep(tx: Transaction) -> None:
        for at, (asked, consent) in enumerate([("1.1", Consent.UNNAMED), ("1.2", Consent.NO), ("1.1", Consent.NO)], 1):
            said = Feedback(key=f"web:{at}", at=now, source=Source.WEB, author=None, text=f"said {at}", consent=consent)
            await keep_answer(tx, said, asked)

    asyncio.run(on_database(keep))


def test_a_round_from_its_opening_to_its_board(antiphon: Run) -> None:
    code, out, err = antiphon("round", "open", "Espresso Café", "--ask", "What works?", "--ask", "What else?")
    assert (code, err) == (0, "")
    assert re.match(
        r"1\. Espresso Café \(Slack; open until .*\)\nIts questions go out when the bot runs: Slack\.\n", out
    )
    assert "has no answers yet" in antiphon("round", "board", "1")[2]
    answer(SystemClock().now())
    assert antiphon("round", "show", "1")[1].endswith("  1. What works? Answers: 2\n  2. What else? Answers: 1\n")
    assert antiphon("round", "close", "1")[1].startswith("1. Espresso Café (Slack; closed ")
    assert antiphon("round", "list")[1].startswith("1. Espresso Café (Slack; closed ")
    for name, sign in (("board.html", b"<!doctype html>"), ("board.odt", b"PK\x03\x04"), ("board.md", b"# Espresso")):
        code, out, _ = antiphon("round", "board", "1", "--out", name)
        assert (code, out) == (0, f"The board has 2 + 1 points. It is in {name}.\n")
        assert Path(name).read_bytes().startswith(sign)
    _, out, _ = antiphon("round", "board", "1", "--public")
    assert "- said 1" in out
    assert "said 2" not in out
    assert ("feedback board", "1") in audited()


def test_a_public_board_has_nothing_that_looks_personal_whoever_let_us_quote_it(antiphon: Run) -> None:
    antiphon("round", "open", "Espresso Café", "--ask", "What works?")
    now = SystemClock().now()

    async def keep(tx: Transaction) -> None:
        said = Feedback(key="web:1", at=now, source=Source.WEB, author=None, text="Ask jo@example.org",
                        consent=Consent.UNNAMED)  # fmt: skip
        await keep_answer(tx, said, "1.1")

    asyncio.run(on_database(keep))
    public, whole = antiphon("round", "board", "1", "--public")[1], antiphon("round", "board", "1")[1]
    assert ("e-mail address removed" in public, "jo@example.org" in public) == (True, False)
    assert "jo@example.org" in whole


def test_a_board_is_readable_by_its_owner_alone_and_a_failed_one_leaves_the_last_in_place(
    antiphon: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("notes.txt").write_text("# Café\n## What works?\nCards\n")
    antiphon("round", "import", "notes.txt")
    antiphon("round", "board", "1", "--out", "board.md")
    assert Path("board.md").stat().st_mode & 0o077 == 0
    before = Path("board.md").read_bytes()

    def full(file: Path, data: bytes) -> int:
        with file.open("wb") as half:
            half.write(data[:5])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    code, _, err = antiphon("round", "board", "1", "--out", "board.md")
    assert (code, "board.md cannot be written" in err) == (1, True)
    assert Path("board.md").read_bytes() == before


def test_an_erasure_names_the_boards_that_are_still_there(antiphon: Run) -> None:
    Path("notes.txt").write_text("# Café\n## What works?\nCards\n")
    antiphon("round", "import", "notes.txt")
    antiphon("round", "board", "1")
    for name in ("gone.md", "left in a folder.html"):
        antiphon("round", "board", "1", "--out", name)
    Path("gone.md").unlink()
    out = antiphon("privacy", "erase", "slack:T1/U0ZELDA99", "--yes")[1]
    assert f"{Path('left in a folder.html').absolute()} was exported before and may have their words" in out
    assert out.count("was exported before") == 1


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (("open", "T", "--ask", "Q?", "--on", "x"), "no room on X"),
        (("open", "T", "--ask", "Q?", "--until", "yesterday"), "not a date"),
        (("open", "T", *["--ask", "Q?"] * 5), "at most 4"),
        (("close", "1"), "no open round 1"),
        (("show", "1"), "no round 1"),
        (("board", "1"), "no round 1"),
        (("board", "1", "--out", "board.docx"), ".html, .md or .odt"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_kept(antiphon: Run, command: tuple[str, ...], problem: str) -> None:
    code, out, err = antiphon("round", *command)
    assert (code, out) == (1, "")
    assert problem in err
    assert antiphon("round", "list")[1] == "There is no round yet.\n"


NOTES = "# Café\n## What works?\nCards\n  small ones\n=1+1\n## What else?\nRing 07700 900123\n"


def test_notes_of_a_workshop_come_in_once_and_go_out_as_a_board(antiphon: Run) -> None:
    Path("notes.txt").write_text(NOTES)
    code, _, err = antiphon("round", "import", "notes.txt")
    assert code == 1
    assert "Row 7, box 2, point 1: There seems to be a phone number in it." in err
    assert antiphon("round", "list")[1] == "There is no round yet.\n"
    day = ("--day", "13 June 2018", "--personal", "remove")
    assert "Round 1, Café: 3 points." in antiphon("round", "import", "notes.txt", *day)[1]
    assert "0 points. 3 were there already, and stay as they are" in antiphon("round", "import", "notes.txt", *day)[1]
    _, out, _ = antiphon("round", "board", "1")
    assert "Wednesday 13 June 2018" in out
    assert "- Cards\n  - small ones\n- \\=1+1\n" in out
    assert "- Ring \\[phone number removed\\]\n" in out


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--day", "31 December 2999"), "31 December 2999 is still to come."),
        (("--title", "x" * 81), "has 81 characters, and 80 fit. Say a shorter one with --title."),
    ],
)
def test_notes_of_a_day_to_come_or_with_too_long_a_title_are_not_kept(
    antiphon: Run, options: tuple[str, ...], problem: str
) -> None:
    Path("notes.txt").write_text("# Café\n## What works?\nCards\n")
    code, out, err = antiphon("round", "import", "notes.txt", *options)
    assert (code, out) == (1, "")
    assert problem in err
    assert antiphon("round", "list")[1] == "There is no round yet.\n"


def test_a_platform_that_is_named_twice_is_taken_once(antiphon: Run) -> None:
    _, out, _ = antiphon("round", "open", "Café", "--ask", "What works?", "--on", "slack", "--on", "slack")
    assert out.startswith("1. Café (Slack; open until ")
    assert out.endswith("when the bot runs: Slack.\n")


def test_an_export_comes_in_again_as_the_same_rows(antiphon: Run) -> None:
    async def keep(tx: Transaction) -> None:
        for at, text in enumerate(["=1+1", "'=1", "two\r\nlines", "_x0041_ \x07 \ufffe", "é" * 40_000, "\u202e<b>"], 1):
            said = Feedback(key=f"web:{at}", at=SystemClock().now(), source=Source.WEB, author=None, text=text,
                            prompt="+Why?", region="-", consent=Consent.NAMED, contact="a@example.org",
                            tags=("cards", "timing"))  # fmt: skip
            await tx.feedback.add(said)

    asyncio.run(on_database(keep))
    for name in ("before.csv", "feedback.xlsx"):
        antiphon("feedback", "export", "--with-personal-data", "--out", name)
    there = "New: 0. There already, and left as they are: 6."
    assert antiphon("feedback", "import", "feedback.xlsx")[1].startswith(there)
    Path("var/antiphon.db").unlink()
    assert antiphon("feedback", "import", "feedback.xlsx")[1].startswith("New: 6.")
    antiphon("feedback", "export", "--with-personal-data", "--out", "after.csv")
    assert Path("after.csv").read_bytes() == Path("before.csv").read_bytes()


@pytest.mark.parametrize(
    ("name", "written", "problem"),
    [
        ("a.csv", b"Feedback\n\xff\n", "not text in UTF-8"),
        ("a.xlsx", b"no zip", "no XLSX or ODS file that I can read"),
        ("missing.csv", None, "cannot be read"),
        ("missing.xlsx", None, "cannot be read"),
        ("a.csv", b"Feedback,Status\nx,lost\n", "Row 2, Status"),
    ],
)
def test_a_file_that_cannot_come_in_says_why(antiphon: Run, name: str, written: bytes | None, problem: str) -> None:
    if written is not None:
        Path(name).write_bytes(written)
    code, _, err = antiphon("feedback", "import", name)
    assert code == 1
    assert problem in err


def test_what_came_of_feedback_is_told_to_everybody_where_that_was_allowed(antiphon: Run) -> None:
    answer(SystemClock().now())
    code, out, _ = antiphon("feedback", "done", "1", "Larger cards", "--on", "slack")
    assert (code, out.splitlines()[0], out.splitlines()[-1]) == (
        0,
        "Feedback 1 is actioned.",
        "Everybody is told on Slack.",
    )
    assert "cannot be written to: nobody is known" in out
    assert "had been told there before" in antiphon("feedback", "done", "1", "Larger cards", "--on", "slack")[1]
    code, _, err = antiphon("feedback", "done", "2", "Larger cards", "--on", "slack")
    assert (code, "did not let us quote it" in err) == (1, True)
    assert "Status: new" in antiphon("feedback", "show", "2")[1]
    code, _, err = antiphon("feedback", "done", "1", "Larger cards", "--on", "x")
    assert (code, "no room on X" in err) == (1, True)


def test_what_was_done_is_not_posted_with_a_phone_number_in_it(antiphon: Run) -> None:
    answer(SystemClock().now())
    code, _, err = antiphon("feedback", "done", "1", "Call 07700 900123", "--on", "slack")
    assert (code, "There seems to be a phone number in what was done, so nothing was posted." in err) == (1, True)
    assert asyncio.run(on_database(lambda tx: tx.outbox.list())) == []
    assert "Status: new" in antiphon("feedback", "show", "1")[1]
