"""What was done to the plan: told as differences, and undone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.bodies import Media, Text
from bot.core.events import Platform
from bot.core.journal import HOLD, UNDO_WITHIN, Change, Deed, compared, differences, held_for_a_while, undone
from bot.core.plan import Entry, Standing, moved
from tests.samples import an_entry

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
ENTRY = an_entry()
LATER = moved(ENTRY, ENTRY.due + timedelta(days=1))


def change(before: Entry | None, after: Entry | None, what: Deed = Deed.CHANGE) -> Change:
    return Change(at=NOW, who="web:maria", what=what, about=ENTRY.key, before=before, after=after)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_difference_has_all_of_both_texts_in_their_order(old: str, new: str) -> None:
    strokes = compared(old, new)
    assert "".join(stroke.text for stroke in strokes if stroke.kind != "new") == old
    assert "".join(stroke.text for stroke in strokes if stroke.kind != "old") == new


def test_what_is_different_is_told_as_people_see_it() -> None:
    after = replace(
        LATER, bodies={**ENTRY.bodies, Platform.X: Text("Tell a colleague #AMillionDecisions", (Media("a.png", "A"),))}
    )
    told = {it.label: (it.old, it.new) for it in differences(ENTRY, after, LONDON)}
    assert told == {
        "When": ("Monday 7 December 2026 at 9am", "Tuesday 8 December 2026 at 9am"),
        "On X": ("Tell a manager #AMillionDecisions", "Tell a colleague #AMillionDecisions"),
        "Picture on X": ("", "a.png: A"),
    }
    words = differences(ENTRY, after, LONDON)[1].strokes
    assert [(it.kind, it.text) for it in words[1:3]] == [("old", "manager"), ("new", "colleague")]


def test_a_change_is_undone_and_then_done_again() -> None:
    back = undone(change(ENTRY, LATER, Deed.MOVE), replace(LATER, version=3), NOW)
    assert back == replace(ENTRY, version=3, edited=True)
    assert isinstance(back, Entry)
    again = undone(change(LATER, back, Deed.UNDO), replace(back, version=4), NOW)
    assert again == replace(LATER, version=4, edited=True)


def test_what_was_added_is_taken_out_and_what_was_taken_out_comes_back() -> None:
    out = undone(change(None, ENTRY, Deed.ADD), ENTRY, NOW)
    assert isinstance(out, Entry)
    assert out.standing is Standing.CANCELLED
    assert undone(change(ENTRY, out, Deed.UNSCHEDULE), out, NOW) == replace(ENTRY, edited=True)


def test_whether_it_waits_for_approval_is_no_later_change() -> None:
    held = replace(LATER, standing=Standing.HELD, version=7)
    assert isinstance(undone(change(ENTRY, LATER), held, NOW), Entry)


@pytest.mark.parametrize(
    ("present", "now", "said"),
    [
        (replace(LATER, title="Another"), NOW, "changed again since"),
        (replace(LATER, standing=Standing.RELEASED), NOW, "or has gone out"),
        (None, NOW, "changed again since"),
        (LATER, NOW + UNDO_WITHIN + timedelta(seconds=1), "more than 30 days ago"),
        (LATER, ENTRY.due, "has passed"),
    ],
)
def test_what_cannot_be_undone_says_why(present: Entry | None, now: datetime, said: str) -> None:
    assert said in str(undone(change(ENTRY, LATER), present, now))


def test_an_approval_is_not_undone() -> None:
    assert "nothing to undo" in str(undone(change(ENTRY, ENTRY, Deed.APPROVE), ENTRY, NOW))


def test_nothing_goes_out_within_the_hold() -> None:
    assert held_for_a_while(ENTRY, NOW) == ENTRY
    assert held_for_a_while(ENTRY, ENTRY.due).due == ENTRY.due + HOLD
