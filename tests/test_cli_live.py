"""`antiphon chat …` at the keyboard: the chat of tomorrow, and the chat that began a quarter of an hour ago."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.db import open_database
from bot.adapters.yaml_content import load
from bot.core.chat import run_sheet
from bot.core.events import Platform
from tests.keyboard import own_folder, said

ROOT = Path(__file__).parents[1]
Run = Callable[..., str]


@pytest.fixture
def antiphon(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command and returns what it says; its exit code first where it fails."""
    own_folder(tmp_path, monkeypatch, DATABASE_URL=sqlite_url)
    return partial(said, monkeypatch, capsys)


def planned(url: str, folder: Path, begins: datetime) -> None:
    """Write a chat into the content, and plan it as the bot does."""
    local = begins.astimezone(load(folder).zone)
    file = folder / "chats" / "tonight.yaml"
    lines = ["topic: Tonight", f"date: {local:%Y-%m-%d}", f"start: {local:%H:%M}", "questions:"]
    file.write_text("\n".join([*lines, "  - text: What first?", "  - text: What then?", "  - text: What last?"]))
    content = load(folder)

    async def plan() -> None:
        database = open_database(url)
        await database.migrate()
        async with database.transaction() as tx:
            for entry in run_sheet("tonight", content.chats["tonight"], content, [Platform.SLACK]):
                await tx.plan.put(entry)
        await database.close()

    asyncio.run(plan())


def test_a_chat_is_prepared_at_the_keyboard(antiphon: Run, sqlite_url: str, tmp_path: Path) -> None:
    planned(sqlite_url, tmp_path / "content", datetime.now(UTC) + timedelta(days=1))
    assert "Tonight\n" in antiphon("chat", "show")
    assert "Q1 is skipped." in antiphon("chat", "skip", "tonight", "1")
    assert "Q2 now reads: And then?" in antiphon("chat", "edit", "tonight", "Q2", "And", "then?")
    assert "Q4. One more? – planned" in antiphon("chat", "insert", "tonight", "One", "more?")
    for control in (("next",), ("hold",), ("repeat",), ("extend", "5"), ("end",)):
        told = antiphon("chat", control[0], "tonight", *control[1:])
        assert told.startswith("1 Nothing was changed. The chat has not begun"), told
    assert antiphon("chat", "go-on", "tonight").startswith("1 Nothing was changed. The chat is not held.")
    assert antiphon("chat", "hide", "tonight", "2").startswith("1 Nothing was changed. Q2 is not out.")
    assert antiphon("chat", "show", "2001-01-01").startswith("1 There is no such chat in the plan. Planned: tonight.")
    assert "command line" in antiphon("audit")


def test_a_chat_is_held_at_the_keyboard_and_goes_on(antiphon: Run, sqlite_url: str, tmp_path: Path) -> None:
    planned(sqlite_url, tmp_path / "content", datetime.now(UTC) - timedelta(minutes=1))
    assert "Held." in antiphon("chat", "hold", "tonight")
    assert "– held" in antiphon("chat", "show")
    assert "It goes on" in antiphon("chat", "go-on", "tonight")
