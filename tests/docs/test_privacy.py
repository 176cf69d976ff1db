"""What the page on privacy says is kept is what is kept."""

import re
from datetime import timedelta
from pathlib import Path

from bot.adapters.db.tables import metadata
from bot.core.privacy import AUTHORS_KEPT, FEEDBACK_KEPT, LEDGER_KEPT, PRIVATE_POSTS_KEPT, STOPPED, TALKS_KEPT
from schedules.housekeeping import REMEMBERED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")


def test_every_column_has_a_purpose_and_a_time() -> None:
    told = re.findall(r"`([a-z_]+\.[a-z_]+)`", "".join(line for line in PAGE.splitlines() if line.startswith("| `")))
    kept = {f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.c}
    assert sorted(told) == sorted(kept), "add the column to the table of docs/privacy.md, or take it out"


def test_whatever_the_ledger_has_of_people_is_told_and_can_be_erased() -> None:
    code = "".join(
        file.read_text(encoding="utf-8") for folder in ("bot", "handlers") for file in ROOT.glob(f"{folder}/**/*.py")
    )
    heads = {*re.findall(r'pseudonyms\.note\("([a-z ]+)"', code), *LEDGER_KEPT}
    assert heads == {*LEDGER_KEPT}, "add it to LEDGER_KEPT, so that an erasure finds it"
    told = re.findall(r"`([a-z ]+):…`", "".join(line for line in PAGE.splitlines() if line.startswith("| `")))
    assert {*told} >= {*heads, STOPPED}, "add it to the second table of docs/privacy.md"


def test_the_times_are_those_that_the_bot_keeps() -> None:
    years = timedelta(days=365)
    assert f"| {AUTHORS_KEPT // years} year" in PAGE
    assert f"| {FEEDBACK_KEPT // years} years |" in PAGE
    assert f"| {PRIVATE_POSTS_KEPT.days} days |" in PAGE
    assert f"| {REMEMBERED.days} days after" in PAGE
    for head, kept in LEDGER_KEPT.items():
        (line,) = [line for line in PAGE.splitlines() if line.startswith("| `") and f"`{head}:…`" in line]
        time = "1 year" if kept == AUTHORS_KEPT else f"{TALKS_KEPT.days} days"
        assert kept is None or f"| {time} after" in line
