"""A workshop's notes become boxes: the campaign's own document, and sticky notes typed one a line."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.board.notes import Notes, read_notes
from bot.core.board.values import Box, Point

CAFE = Path(__file__).parents[3] / "shared/seeds/001_cc6e22fa2f38b162.txt"
LISTS = (
    "**Café**\nWhat works?\t<b>What else</b>\n"
    "<ul><li>• Cards</li> <li>• More: <ul><li>○ small</li></ul> </li></ul>\t<ul><li>Logos</li></ul>"
)


def read(text: str, prompt: str = "") -> Notes:
    found = read_notes(text, prompt)
    assert isinstance(found, Notes), found
    return found


def wrong(text: str, prompt: str = "") -> list[tuple[int, str]]:
    found = read_notes(text, prompt)
    assert not isinstance(found, Notes)
    return [(problem.row, problem.cause) for problem in found]


def test_the_four_boxes_of_the_campaigns_own_cafe_are_read() -> None:
    if not CAFE.exists():
        pytest.skip("the campaign's own notes are not at hand")
    notes = read(CAFE.read_text(encoding="utf-8"))
    assert [len(box.points) for box in notes.boxes] == [16, 10, 10, 8]
    assert [len(point.under) for box in notes.boxes for point in box.points if point.under] == [2]
    assert [box.goes_on for box in notes.boxes] == [False, False, False, True]
    assert "Espresso Café" in notes.title
    assert not any(sign in str(notes) for sign in ("•", "○", "<", "\\t"))


def test_cells_of_lists_are_boxes_below_their_questions() -> None:
    notes = read(LISTS)
    assert (notes.title, notes.lines) == ("Café", ((3, 3), (3,)))
    assert [(box.prompt, box.points) for box in notes.boxes] == [
        ("What works?", (Point("Cards"), Point("More:", (Point("small"),)))),
        ("What else", (Point("Logos"),)),
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_sticky_notes_are_a_point_a_line(ends: str) -> None:
    text = ends.join(
        ["# Café", "## What works?", "Cards", "- Logos", "  - small", "  large", "", "## What else?", "* Badges"]
    )
    first, second = read(text).boxes
    assert first.points == (Point("Cards"), Point("Logos", (Point("small"), Point("large"))))
    assert (second.prompt, second.points) == ("What else?", (Point("Badges"),))


def test_sticky_notes_without_a_question_have_the_one_that_was_named() -> None:
    assert [(box.prompt, len(box.points)) for box in read("Cards\nLogos", "What works?").boxes] == [("What works?", 2)]


def test_the_head_of_the_paper_above_the_title_is_left_out() -> None:
    assert read(f"*A million decisions*\nCILIP\n{LISTS}") == replace(read(LISTS), lines=((5, 5), (5,)))


def test_a_table_above_the_title_is_read() -> None:
    title, questions, cells = LISTS.split("\n")
    assert read(f"{questions}\n{cells}\n{title}") == replace(read(LISTS), lines=((2, 2), (2,)))
    assert read(f"One?\n<ul><li>x</li></ul>\n{title}").boxes == (Box("One?", (Point("x"),)),)


def test_questions_in_bold_are_no_title() -> None:
    notes = read("**One?**\t**Two?**\n<ul><li>x</li></ul>\t<ul><li>y</li></ul>")
    assert (notes.title, len(notes.boxes)) == ("", 2)


def test_a_note_in_bold_is_no_title() -> None:
    assert read("**Cards**", "Why?").title == ""


def test_a_soft_line_break_is_within_a_note_and_moves_no_line() -> None:
    notes = read("# Café\n## Why?\nCards\x0bof paper\u2028or more\r\n## Else?\nLogos")
    assert [box.points for box in notes.boxes] == [(Point("Cards of paper or more"),), (Point("Logos"),)]
    assert notes.lines == ((3,), (5,))


@pytest.mark.parametrize("text", [f"## {'why ' * 61}\nCards", "Cards"])
def test_a_question_that_no_round_takes_is_a_problem(text: str) -> None:
    ((_, cause),) = wrong(text, "why " * 61)
    assert "characters, and 240 fit." in cause


def test_everything_that_is_wrong_is_told_at_once_by_line() -> None:
    text = (
        "Q1?\tQ2?\n<ul><li>•</li></ul>\tloose <ul><li>open</ul>\n"
        "Q3?\n<ul><li>fine</li></ul>\n<ul><li>x</li></ul>\n<ul></li>"
    )
    assert wrong(text) == [
        (2, "A bullet has no words."),
        (2, "A list or a bullet is not closed where it should be."),
        (2, "“loose” is in no bullet."),
        (6, "A list or a bullet is not closed where it should be."),
        (6, "This is box 5."),
    ]


@pytest.mark.parametrize(
    ("text", "row", "cause"),
    [
        ("", 1, "There is nothing in it."),
        ("Cards", 1, "There is no question above this note."),
        ("## Why?\nCards\n-\n", 3, "This note has no words."),
        ("<ul><li>x</li></ul>", 1, "There is no question above this box."),
        ("**T3**\n<ul><li>one</li></ul>", 2, "There is no question above this box."),
        ("# T3\n<ul><li>one</li></ul>", 2, "There is no question above this box."),
        (f"{LISTS}\nAn afterthought", 4, "There is no box below “An afterthought”."),
        (LISTS.replace("else</b>", "else</b>\tLost?"), 2, "There is no box below “Lost?”."),
        (LISTS.replace("Café**", "Café**\nA word before"), 2, "There is no box below “A word before”."),
        (f"{LISTS}\n**Second title**", 4, "There is no box below “**Second title**”."),
        ("# Café\n## Why?\nCards\n# Second", 4, "“Second” is a second title."),
    ],
)
def test_notes_that_cannot_be_read_say_why(text: str, row: int, cause: str) -> None:
    assert (row, cause) in wrong(text)


def test_notes_whose_lines_end_as_on_an_old_mac_are_as_many_as_they_are() -> None:
    assert read_notes("Cards\rChats\r", "What works?") == read_notes("Cards\nChats\n", "What works?")
