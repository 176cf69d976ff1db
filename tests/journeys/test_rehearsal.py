"""The chat of 19 September 2017 on a clock sixty times as fast as the wall's."""

import json
import subprocess
import sys
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.yaml_content import load
from bot.core.chat import run_sheet
from bot.core.events import Platform

ROOT = Path(__file__).parents[2]
CHAT = "2017-09-19"


@pytest.fixture(scope="module")
def timetable() -> list[dict[str, Any]]:
    printed = subprocess.run(
        [sys.executable, "-m", "bot", "rehearse", CHAT, "--speed", "60", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=True,
    )  # fmt: skip
    rows: list[dict[str, Any]] = json.loads(printed.stdout)
    return rows


def test_every_entry_is_on_every_platform_once_and_in_order(timetable: list[dict[str, Any]]) -> None:
    content = load(ROOT / "content")
    sheet = run_sheet(CHAT, content.chats[CHAT], content, tuple(Platform))
    assert sorted(row["key"] for row in timetable) == sorted(
        f"{entry.key}:{platform}" for entry in sheet for platform in entry.bodies
    )
    for platform in Platform:
        rows = [row for row in timetable if row["platform"] == platform.value]
        assert all(earlier["sent"] < later["sent"] for earlier, later in pairwise(rows))


def test_the_timetable_says_what_was_sent_and_what_it_costs(timetable: list[dict[str, Any]]) -> None:
    fields = {"key", "planned", "sent", "platform", "text", "weighted_length", "cost"}
    assert all(set(row) == fields for row in timetable)
    assert all(row["weighted_length"] <= 280 for row in timetable if row["platform"] == "x")
    assert all((row["cost"] > 0) == (row["platform"] == "x") for row in timetable)


def test_no_post_is_early(timetable: list[dict[str, Any]]) -> None:
    for row in timetable:
        assert datetime.fromisoformat(row["sent"]) >= datetime.fromisoformat(row["planned"])
