"""A workshop's notes become boxes: the campaign's own document, and sticky notes typed one a line."""

from pathlib import Path

import pytest

from bot.core.board.notes import Notes, read_notes
from bot.core.board.values import Point

CAFE = Path(__file__).parents[3] / "shared/seeds/001_cc6e22fa2f38b162.txt"
LISTS = (
    "**Café**\nWhat works?\t<b>What else</b>\n"
    "<ul><li>• Cards</li> <li>• More: <ul><li>○ small</li></ul> </li></ul>\t<ul><li>Logos</li></ul>"
)


def read(text: str, prompt: str = "") -> Notes:
    found = read_notes(text, prompt)
    assert isinstance(found, Notes), found
    return found


def wrong(text: str) -> list[tuple[int, str]]:
    found = read_notes(text)
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
    assert (notes.title, notes.lines) == ("Café", (3, 3))
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
    ],
)
def test_notes_that_cannot_be_read_say_why(text: str, row: int, cause: str) -> None:
    assert (row, cause) in wrong(text)
