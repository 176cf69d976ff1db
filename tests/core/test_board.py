"""A round's answers as a board: page, Markdown, OpenDocument."""

import io
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.board.markdown import to_markdown
from bot.core.board.odt import to_odt
from bot.core.board.page import printable, to_page
from bot.core.board.values import Board, Box, Point, as_text, boxes, points_in

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DEEP = Point("Patients", (Point("For consultants"), Point("For patients", (Point("At home"),))))


@pytest.mark.parametrize(
    ("said", "points"),
    [
        ("Slower, please", (Point("Slower, please"),)),
        ("Slower,\n  please", (Point("Slower, please"),)),
        ("Patients:\n- at home\n- on the ward", (Point("Patients:", (Point("at home"), Point("on the ward"))),)),
        ("- Cards\n- Logos", (Point("Cards"), Point("Logos"))),
        ("• Cards\n  ○ small\n    ones\n• Logos", (Point("Cards", (Point("small ones"),)), Point("Logos"))),
        ("Cards:\n- small\nLogos", (Point("Cards:", (Point("small"),)), Point("Logos"))),
        ("  - deep\n- not", (Point("deep"), Point("not"))),
        (" \n ", ()),
    ],
)
def test_an_answer_becomes_points(said: str, points: tuple[Point, ...]) -> None:
    assert points_in(said) == points


def test_bullets_below_bullets_end_at_the_fourth_level() -> None:
    said = "\n".join(" " * depth + "- x" for depth in range(5000))
    deepest, level = points_in(said)[0], 1
    while deepest.under:
        deepest, level = deepest.under[0], level + 1
    assert level == 4


line = st.text("ab é", min_size=1, max_size=9).map(lambda text: " ".join(text.split())).filter(bool)
points = st.recursive(
    st.builds(Point, line), lambda below: st.builds(Point, line, st.lists(below, max_size=3).map(tuple)), max_leaves=6
)


def depth(point: Point) -> int:
    return 1 + max(map(depth, point.under), default=0)


@given(points.filter(lambda point: depth(point) <= 4))
def test_a_point_written_as_an_answer_is_the_same_point_again(point: Point) -> None:
    assert points_in(as_text(point)) == (point,)


def test_each_prompt_has_its_box_and_a_repeated_one_goes_on() -> None:
    found = boxes(("How?", "Why?", "Why?"), [(3, "c"), (1, "a"), (1, "b")])
    assert [[point.text for point in box.points] for box in found] == [["a", "b"], [], ["c"]]
    assert [box.heading for box in found] == ["How?", "Why?", "Why? (continued)"]


BOARD = Board(
    "Espresso Café", "Tuesday 1 December 2026.", (Box("What works?", (DEEP, Point("*Cards*"))), Box("Why?", ()))
)


def test_markdown_keeps_what_stands_below_what() -> None:
    assert to_markdown(BOARD) == (
        "# Espresso Café\n\nTuesday 1 December 2026.\n\n## What works?\n\n- Patients\n  - For consultants\n"
        "  - For patients\n    - At home\n- \\*Cards\\*\n\n## Why?\n\nNobody answered this.\n"
    )


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_has_a_list_for_each_box_and_nothing_from_elsewhere() -> None:
    page = to_page(BOARD)
    assert [Tags(page).found.count(tag) for tag in ("section", "h1", "h2", "ul", "li", "script")] == [2, 1, 2, 3, 5, 0]
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page


def opened(board: Board) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(to_odt(board))) as parts:
        first = parts.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert set(parts.namelist()) == {"mimetype", "content.xml", "META-INF/manifest.xml"}
        return ElementTree.fromstring(parts.read("content.xml"))


def test_the_document_has_two_boxes_a_row_and_lists_in_lists() -> None:
    document = opened(Board("T", "", (*BOARD.boxes, Box("Third", (Point("x"),)))))
    rows = [row.findall(f"{TABLE}table-cell") for row in document.iter(f"{TABLE}table-row")]
    assert [len(cells) for cells in rows] == [2, 2]
    first = rows[0][0]
    assert [head.text for head in first.findall(f"{TEXT}h")] == ["What works?"]
    outer = first.findall(f"{TEXT}list/{TEXT}list-item/{TEXT}p")
    assert [one.text for one in outer] == ["Patients", "*Cards*"]
    assert len(list(first.iter(f"{TEXT}list-item"))) == 5


@settings(max_examples=50)
@given(st.lists(st.text(), min_size=1, max_size=4))
def test_whatever_was_said_every_board_can_be_read(said: list[str]) -> None:
    board = Board(said[0], said[-1], (Box(said[0], tuple(Point(text, (Point(text),)) for text in said)),))
    shown = [node.text or "" for node in opened(board).iter(f"{TEXT}p")]
    # XML takes every end of a line for one, and so do browsers.
    kept = [printable(text) for text in said for _ in (1, 2)]
    assert shown[1:] == kept
    page = Tags(to_page(board))
    assert page.found.count("li") == 2 * len(said)
    assert set(page.found) <= {"html", "head", "meta", "title", "style", "body", "header", "h1", "p", "main", "section",
                               "h2", "ul", "li"}  # fmt: skip
    assert len(to_markdown(board).splitlines()) >= 2 * len(said)
