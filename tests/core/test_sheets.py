"""What a sheet of key actions or chats means, cell by cell."""

from collections.abc import Sequence

import pytest

from bot.core import action_sheet, chat_sheet
from bot.core.events import Platform
from bot.core.faq_edits import NewEntry, id_for, new_entry
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
