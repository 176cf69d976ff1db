"""What a sheet of key actions or chats means, cell by cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import action_sheet, chat_sheet
from bot.core.action_sheet import Comparison
from bot.core.events import Platform
from bot.core.faq_edits import NewEntry, id_for, new_entry
from bot.core.plan import Entry, Standing
from bot.core.sheets import Row, cell_name
from tests.samples import sample_content
from tests.web.pages.reader import NOW

CONTENT = sample_content()


def rows(head: Sequence[str], *cells: Sequence[str]) -> list[Row]:
    return [Row(n, tuple(row)) for n, row in enumerate([head, *cells], 1)]


@pytest.mark.parametrize(("column", "name"), [(0, "A2"), (25, "Z2"), (26, "AA2"), (701, "ZZ2"), (702, "AAA2")])
def test_a_cell_is_called_as_spreadsheets_call_it(column: int, name: str) -> None:
    assert cell_name(2, column) == name


def test_a_key_is_one_of_an_action_and_stands_once() -> None:
    head = ("date", "time", "text", "key")
    twice = ("3/12/2026", "9am", "Share.", "action:abc")
    sheet = rows(head, twice, ("4/12/2026", "9am", "Post.", "action:abc"), ("5/12/2026", "9am", "Ask.", "No key!"))
    _, problems = action_sheet.parse(sheet, CONTENT, NOW, Platform)
    assert [(problem.row, problem.field) for problem in problems] == [(3, "key"), (4, "key")]


@pytest.mark.parametrize("typed", ["Tues 12th January", "12/1/27", "12 Jan"])
def test_a_chats_day_may_be_written_as_people_do_also_without_its_year(typed: str) -> None:
    (chat,), problems = chat_sheet.parse(rows(("date", "topic"), (typed, "Plans")), CONTENT, NOW)
    assert problems == ()
    assert chat.fields["date"] == "2027-01-12"


def taken_in(stored: Mapping[str, Entry], cells: Sequence[Sequence[str]], on: Iterable[Platform]) -> Comparison:
    wanted, problems = action_sheet.parse(rows(("date", "time", "text", "platforms"), *cells), CONTENT, NOW, on)
    assert problems == ()
    return action_sheet.compared(wanted, stored)


EARLIER, SHARE = (Platform.X, Platform.SLACK), ("3/12/2026", "9am", "Share.")


@pytest.mark.parametrize(
    ("cells", "changed", "added"),
    [
        pytest.param([(*SHARE, "")], [{*Platform}], [], id="a platform was connected since"),
        pytest.param([(*SHARE, "X")], [{Platform.X}], [], id="the cell was filled in since"),
        pytest.param([(*SHARE, "X"), (*SHARE, "Slack")], [{Platform.X}], [{Platform.SLACK}], id="a row for each"),
        pytest.param([(*SHARE, "Teams")], [], [{Platform.TEAMS}], id="for another platform"),
        pytest.param([(*SHARE[:2], "Ask.", "")], [], [{*Platform}], id="other words"),
        pytest.param([("4/12/2026", *SHARE[1:], "")], [], [{*Platform}], id="another day"),
    ],
)
def test_what_is_queued_already_is_not_queued_again_under_another_key(
    cells: Sequence[Sequence[str]], changed: list[set[Platform]], added: list[set[Platform]]
) -> None:
    before = taken_in({}, [(*SHARE, "")], EARLIER).added
    found = taken_in({entry.key: entry for entry in before}, cells, Platform)
    assert [set(after.bodies) for _, after in found.changed] == changed
    assert [was.key for was, _ in found.changed] == [after.key for _, after in found.changed]
    assert [set(entry.bodies) for entry in found.added] == added


def test_what_went_out_is_not_sent_once_more_where_a_platform_was_connected_since() -> None:
    (before,) = taken_in({}, [(*SHARE, "")], EARLIER).added
    found = taken_in({before.key: replace(before, standing=Standing.RELEASED)}, [(*SHARE, "")], Platform)
    assert ([entry.key for entry in found.over], found.empty) == ([before.key], True)


def test_a_row_whose_time_has_passed_is_known_although_a_platform_was_connected_since() -> None:
    (before,) = taken_in({}, [(*SHARE, "")], EARLIER).added
    later, sheet = before.due + timedelta(hours=1), rows(("date", "time", "text"), SHARE)
    (wanted,), problems = action_sheet.parse(sheet, CONTENT, later, Platform, {before.key: before})
    assert (wanted.entry, problems) == (before, ())


def test_a_chat_on_a_regular_day_keeps_its_month_and_a_far_one_is_doubted() -> None:
    head = ("date", "topic", "minutes")
    (chat,), _ = chat_sheet.parse(rows(head, ("15/12/2026", "A year", "45")), CONTENT, NOW)
    assert (chat.id, chat.fields["month"], chat.fields["date"]) == ("2026-12-15", "2026-12", None)
    _, problems = chat_sheet.parse(rows(head, ("15/12/2036", "A decade", "x")), CONTENT, NOW)
    assert [problem.field for problem in problems] == ["date", "minutes"]
    _, problems = chat_sheet.parse(rows(head, ("19/1/2027", "", "45")), CONTENT, NOW)
    assert [str(problem) for problem in problems] == ["Row 2, topic: The topic is missing. Write it."]


def test_an_entry_has_an_id_of_its_own_and_limits() -> None:
    assert id_for("How do I use the logo?", ["use-logo"]) == "use-logo-2"
    assert id_for("???", []) == "entry"
    long = {"question": "Q?", "phrasings": "a\nb\nc", "answer": "w " * 81, "short": "s" * 251, "source": "us"}
    made = new_entry(long, [])
    assert not isinstance(made, NewEntry)
    assert [problem.field for problem in made] == ["answer", "short"]
