"""`antiphon …` as somebody types it, in a folder of its own."""

import shutil
import sys
from functools import cache
from pathlib import Path

import pytest
import typer.main

from bot import cli
from bot.config import Settings
from tests.databases import put_sqlite

ROOT = Path(__file__).parents[1]
Told = tuple[int, str, str]
"""The exit code, what was said, and what was said of mistakes."""
_command = cache(typer.main.get_command)
"""Every command of ours, made of its function once, as in a process of its own."""


def own_folder(folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    """Make a folder one to start the bot in: the content, a database, these settings, and none of the machine's."""
    shutil.copytree(ROOT / "content", folder / "content")
    put_sqlite(folder / "var" / "antiphon.db")
    monkeypatch.chdir(folder)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    if settings:
        write_settings(folder, **settings)


def write_settings(folder: Path, **values: str) -> None:
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))


def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> Told:
    monkeypatch.setattr(sys, "argv", ["antiphon", *words])
    monkeypatch.setattr(typer.main, "get_command", _command)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command says; its exit code first where it fails."""
    code, out, err = typed(monkeypatch, capsys, *words)
    return f"{code} {err}" if code else out
