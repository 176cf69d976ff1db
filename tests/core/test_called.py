"""What people are called where others read who did something."""

from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot.core.audit import AuditEntry
from bot.core.called import LINK_OF, at_the_start, called
from bot.core.live_words import log_line

OLIVE = "slack:T1/U0OLIVE"


@pytest.mark.parametrize(
    ("ref", "shown"),
    [
        (OLIVE, "somebody on Slack (U0OLIVE)"),
        ("teams:tenant/29:1x", "somebody on Teams (29:1x)"),
        ("x:12345", "somebody on X (12345)"),
        ("web:maria", "maria"),
        ("person-0123456789abcdef01234567", "somebody who was erased"),
        ("command line", "the command line"),
        (f"{LINK_OF}{OLIVE}", "Zoe, by a one-time link of somebody on Slack (U0OLIVE)"),
    ],
)
def test_somebody_without_a_known_name_is_told_as_people_understand_it(ref: str, shown: str) -> None:
    assert called(ref, "Zoe" if ref.startswith(LINK_OF) else "") == shown


def test_a_name_that_was_noted_comes_before_one_that_is_known() -> None:
    assert called(OLIVE, "Olive B", {OLIVE: "Olive"}) == "Olive B"
    assert called(OLIVE, "", {OLIVE: "Olive"}) == "Olive"
    assert called(f"{LINK_OF}{OLIVE}", "Zoe", {OLIVE: "Olive"}) == "Zoe, by a one-time link of Olive"


def test_a_sentence_begins_with_a_capital_and_a_name_as_it_is_written() -> None:
    assert at_the_start(called(OLIVE)) == "Somebody on Slack (U0OLIVE)"
    assert at_the_start("danah") == "danah"


@pytest.mark.parametrize(("name", "told"), [("", "Olive"), ("Olive B", "Olive B")])
def test_a_host_is_named_in_the_log_of_a_chat_as_was_noted_or_else_is_known(name: str, told: str) -> None:
    entry = AuditEntry(datetime(2026, 12, 15, 20, 20, tzinfo=UTC), OLIVE, "chat hold", "chat:1", "Held.", name)
    line = log_line(entry, ZoneInfo("Europe/London"), partial(called, known={OLIVE: "Olive"}))
    assert line == f"8:20pm, {told}: Held."
