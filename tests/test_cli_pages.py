"""`antiphon login-link` at the keyboard."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.keyboard import own_folder, said

ROOT = Path(__file__).parents[1]
Run = Callable[..., str]


@pytest.fixture
def antiphon(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command and returns what it says; its exit code first where it fails."""
    own_folder(tmp_path, monkeypatch, DATABASE_URL=sqlite_url, ORGANISERS="web:maria slack:T1/U1")
    return partial(said, monkeypatch, capsys)


def test_a_link_is_made_for_somebody_whom_the_settings_name_and_that_is_noted(antiphon: Run) -> None:
    told = antiphon("login-link", "web:maria")
    assert told.startswith("http://localhost:8080/pages/sign-in?link=")
    assert "It works once, until " in told
    assert "command line: login-link web:maria" in antiphon("audit")


def test_links_begin_with_the_public_address(antiphon: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_URL", "https://bot.example.org/")
    assert antiphon("login-link", "slack:T1/U1").startswith("https://bot.example.org/pages/sign-in?link=")


def test_nobody_else_gets_one(antiphon: Run) -> None:
    told = antiphon("login-link", "web:mario")
    assert told.startswith("1 web:mario is neither an organiser nor a moderator, and leads no chat, so there is no")
    assert "Add them to ORGANISERS or MODERATORS" in told
