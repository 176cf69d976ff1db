"""`antiphon round …` at the keyboard."""

import asyncio
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
