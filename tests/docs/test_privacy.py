"""What the page on privacy says is kept is what is kept."""

import re
from datetime import timedelta
from pathlib import Path

from bot.adapters.db.tables import metadata
from bot.core.privacy import AUTHORS_KEPT, FEEDBACK_KEPT, PRIVATE_POSTS_KEPT
from schedules.housekeeping import REMEMBERED

PAGE = (Path(__file__).parents[2] / "docs/privacy.md").read_text(encoding="utf-8")


def test_every_column_has_a_purpose_and_a_time() -> None:
    told = re.findall(r"`([a-z_]+\.[a-z_]+)`", "".join(line for line in PAGE.splitlines() if line.startswith("| `")))
    kept = {f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.c}
    assert sorted(told) == sorted(kept), "add the column to the table of docs/privacy.md, or take it out"


def test_the_times_are_those_that_the_bot_keeps() -> None:
    years = timedelta(days=365)
    assert f"| {AUTHORS_KEPT // years} year" in PAGE
    assert f"| {FEEDBACK_KEPT // years} years |" in PAGE
    assert f"| {PRIVATE_POSTS_KEPT.days} days |" in PAGE
    assert f"| {REMEMBERED.days} days after" in PAGE
