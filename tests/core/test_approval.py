"""A second pair of eyes: for what exactly an approval is one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.approval import Approval, Needs, Verdict, needs, print_of, waiting
from bot.core.bodies import Media, Poll, Text
from bot.core.events import Platform
from bot.core.plan import Entry, Kind, Standing
from tests.samples import an_entry

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
KINDS = frozenset({Kind.ACTION, Kind.CARD, Kind.CHAT})


def approval(entry: Entry, verdict: Verdict = Verdict.YES) -> Approval:
    return Approval(about=entry.key, print=print_of(entry), verdict=verdict, by="web:maria", name="Maria", at=NOW)


def bodies(entry: Entry, changed: Text) -> dict[Platform, Text]:
    return {**entry.bodies, Platform.SLACK: changed}


@pytest.mark.parametrize(
    "change",
    [
        {"due": NOW + timedelta(days=9)},
        {"bodies": bodies(an_entry(), Text("Tell a manager  #AMillionDecisions"))},
        {"bodies": bodies(an_entry(), Text("Tell a manager #AMillionDecisions", (Media("a.png", "A"),)))},
        {"bodies": bodies(an_entry(), Text("Tell a manager #AMillionDecisions", poll=Poll(("Yes", "No"))))},
        {"bodies": {Platform.X: an_entry().bodies[Platform.X]}},
        {"key": "action:another"},
    ],
)
def test_an_approval_lapses_with_any_change_that_people_would_see(change: dict[str, Any]) -> None:
    entry = an_entry()
    assert needs(entry, KINDS, approval(entry)) is Needs.APPROVED
    assert needs(replace(entry, **change), KINDS, approval(entry)) is Needs.WAITS


def test_an_approval_outlives_what_nobody_sees() -> None:
    entry = an_entry()
    shuffled = dict(sorted(entry.bodies.items(), reverse=True))
    same = replace(entry, version=9, standing=Standing.HELD, edited=True, bodies=shuffled)
    assert needs(same, KINDS, approval(entry)) is Needs.APPROVED


def test_what_comes_from_the_files_needs_none_until_somebody_changes_it() -> None:
    entry = an_entry(source="content")
    assert needs(entry, KINDS, None) is Needs.NOTHING
    assert needs(replace(entry, edited=True), KINDS, None) is Needs.WAITS
    assert needs(an_entry(kind=Kind.ANNOUNCEMENT), KINDS, None) is Needs.NOTHING
    assert needs(an_entry(kind=Kind.CHAT, key="chat:2026-12-15:q1"), KINDS, None) is Needs.NOTHING


def test_only_what_could_still_go_out_waits() -> None:
    entry = an_entry()
    over = an_entry(key="action:over", cut_off=NOW)
    entries = [entry, over, an_entry(key="action:sent", standing=Standing.RELEASED)]
    assert waiting(entries, KINDS, {}, NOW) == [entry]
    assert waiting(entries, KINDS, {entry.key: approval(entry, Verdict.NO)}, NOW) == []
