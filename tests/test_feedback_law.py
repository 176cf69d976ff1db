"""Whatever people write: no road in fails at it, and on no road out is it anything but words."""

import csv
import io
import re
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from unicodedata import normalize
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.adapters.db import open_database
from bot.adapters.feedback_files import feedback_file
from bot.adapters.sheets.long import packed_lines, read_words
from bot.adapters.slack import blocks
from bot.adapters.teams.cards import text_card
from bot.adapters.x.wire import create_arguments
from bot.core.board.markdown import to_markdown
from bot.core.board.notes import read_notes
from bot.core.board.odt import to_odt
from bot.core.board.page import to_page
from bot.core.board.values import Board, boxes
from bot.core.bodies import Text
from bot.core.events import Message, Noted, Platform
from bot.core.feedback import Feedback, Row, readable
from bot.core.feedback_rows import Line, csv_lines, json_lines, read_rows
from bot.core.feedback_sheet import Format
from bot.core.outbox import Post
from bot.web.feedback_form import LONGEST, FeedbackForm, Limit
from tests.core.test_feedback_sheet import LONDON
from tests.fakes import FakeClock, FakeDatabase
from tests.handlers.desk import NOW, Desk, person
from tests.samples import sample_content

CONTENT = sample_content()
PIECES = [
    "\u200b", "\u200d", "\ufeff", "\u202e", "\u2066", "\u0301", "＝１＋１", "＠ａ", "\0", "\ud83d", "\udc00", "\ufffe",
    "\x1b[31m", "\x07", "\x0b", "\u2028", "\r", "\n", "\r\n", "\t", " ", "\xa0", "<!channel>", "<!here|x>",
    "<@U0MEMBER>",
    "<#C0CHAT>", "@everyone", "@channel", "@someone", "<at>Antiphon</at>", "=1+1", "=HYPERLINK(\"http://x.example\")",
    "+1", "-1", "@SUM(A1)", "|cmd", "'", "''=1", '"', ",", ";", "\\", "`", "*b*", "[a](http://x.example)", "_x0041_",
    "&lt;",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "]]>", "<!--", "</li></ul>", "{slash}", "{0}", "%s",
    "- ", "# ", "## ", "1. ", "delete 1", "export", "done 1 x", "07700 900123", "943 476 5919", "a@example.org",
    "http://x.example/a?b=c", "nhs.uk", "é", "漢字", "🙂", "word",
]  # fmt: skip
ANYTHING = st.one_of(
    st.text(st.characters(), max_size=20), st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
)
HUGE = ["x" * 1_000_000, "=" * 1_000_000, "\u202e<" * 500_000, "- a\n" * 250_000, "<a" * 500_000, " \0" * 500_000]
PAGE_TAGS = {"html", "head", "meta", "title", "style", "body", "header", "main", "h1", "h2", "p", "section", "ul", "li",
             "form", "input", "label", "span", "textarea", "fieldset", "legend", "button", "div", "blockquote", "a",
             "strong"}  # fmt: skip

_HEAD = 1_000
"""Characters of a title: a megabyte is tried as a point."""

Road = Callable[[Desk, str], Awaitable[object]]


async def form(desk: Desk, text: str) -> None:
    await desk.submit("feedback", text=text, region=text, role=text, contact=text, may_quote="named")


async def mention(desk: Desk, text: str) -> None:
    await desk.mention(f"feedback {text}")


async def command(desk: Desk, text: str) -> None:
    await desk.command(f"feedback {text}")


async def answer(desk: Desk, text: str) -> None:
    await desk.command(f"answer 1 {text}")


async def answer_form(desk: Desk, text: str) -> None:
    await desk.submit("round-answer:1.1", text=text, region=text)


async def reply(desk: Desk, text: str) -> None:
    new = desk.new("member")
    place = replace(new.pop("place"), channel="room", thread="remote")  # type: ignore[type-var]
    await desk.send(Message(**new, place=place, text=text, message_id="reply"))  # type: ignore[arg-type]


async def own_mark(desk: Desk, text: str) -> None:
    new = desk.new("member")
    noted = Noted(**new, said_by=person(desk.platform, "member"), text=text, message_id=text)  # type: ignore[arg-type]
    await desk.send(noted)


async def mark(desk: Desk, text: str) -> None:
    new = desk.new("organiser")
    noted = Noted(**new, said_by=person(desk.platform, "member"), text=text, message_id="m")  # type: ignore[arg-type]
    for post in await desk.send(noted):
        if isinstance(post.body, Text) and post.body.buttons:
            await desk.press(post.body.buttons[0].action, post.body.buttons[0].value)


# Teams differs from Slack in nothing that a handler sees, so there is one road of each kind.
ROADS: Sequence[tuple[Platform, Road]] = [
    *((Platform.SLACK, road) for road in (form, mention, command, answer, answer_form, reply, own_mark, mark)),
    (Platform.TEAMS, form),
    (Platform.X, mention),
]


WHOLE = (form, reply, answer_form, own_mark, mark)
"""Roads on which all of it is feedback: elsewhere the first words may call something."""


@cache
def with_a_round() -> FakeDatabase:
    """A database with an open round whose first prompt is out on each platform."""
    database = FakeDatabase()
    desk = Desk(content=CONTENT, database=database)
    coroutine = desk.submit("round", who="organiser", title="Café", prompt1="What works?", where="everywhere")
    with pytest.raises(StopIteration):  # the fakes wait for nothing
        coroutine.send(None)
    rows = database.kept.outbox.rows
    rows.update({key: replace(post, remote_id="remote") for key, post in rows.items()})
    return database


async def said_by_all_roads(text: str) -> tuple[list[Feedback], list[Post]]:
    kept, posts = list[Feedback](), list[Post]()
    for platform, road in ROADS:
        database = FakeDatabase()
        database.kept = with_a_round().kept.copy()
        before = set(database.kept.outbox.rows)
        desk = Desk(platform, CONTENT, database)
        await road(desk, text)
        await as_it_is(desk)
        found = list(database.kept.feedback.rows_by_key.values())
        assert road not in WHOLE or {one.text for one in found} <= {readable(text)}
        kept += found
        posts += [post for key, post in database.kept.outbox.rows.items() if key not in before]
    return kept, posts


async def as_it_is(desk: Desk) -> None:
    """Where there is something personal in it: send it all the same."""
    for post in list(desk.posts):
        if isinstance(post.body, Text) and len(post.body.buttons) == 2:
            button = post.body.buttons[1]
            await desk.press(button.action, button.value)


async def said_in_the_form(text: str) -> list[Feedback]:
    database = FakeDatabase()
    app = Starlette(routes=FeedbackForm(database, CONTENT, FakeClock(NOW), Limit()).routes)
    transport = httpx.ASGITransport(app, client=("203.0.113.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as browser:
        sent = urlencode({"text": text, "region": text}, errors="replace").encode()
        for more in (b"", b"&personal=keep"):
            page = await browser.post("/feedback", content=sent + more)
            assert page.status_code in (200, 413, 422)
            assert tags(page.text) <= PAGE_TAGS
            assert "<script" not in page.text
    kept = list(database.kept.feedback.rows_by_key.values())
    assert bool(kept) is (bool(readable(text)) and len(sent) <= LONGEST)
    return kept


def tags(page: str) -> set[str]:
    found: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.add(tag)  # type: ignore[method-assign]
    parser.feed(page)
    return found


def only_words(post: Post) -> None:
    """On every platform what is posted calls nobody and links nowhere but by an address that shows."""
    if not isinstance(post.body, Text):
        return
    said = blocks.content(post.body)["text"] if post.platform is Platform.SLACK else ""
    assert all(re.match(r"<https?://[^<>|]*>", said[at.start() :]) for at in re.finditer("<", said)), said
    card = text_card(post.body.text) if post.platform is Platform.TEAMS else {"body": []}
    assert {block["type"] for block in card["body"]} <= {"RichTextBlock"}
    if post.platform is Platform.X and post.key.startswith("feedback-told"):
        assert not re.search(r"[@＠]\w", create_arguments(post, post.body, [])["text"])


async def told_to_everybody(feedback: Feedback) -> list[Post]:
    """The posts of "you said, we did", as far as it may be quoted."""
    desk = Desk(Platform.SLACK, CONTENT)
    async with desk.database.transaction() as tx:
        await tx.feedback.add(feedback)
    await desk.command("feedback done 1 Larger", who="moderator")
    await desk.press("feedback-tell", '[1, "Larger"]', who="moderator")
    return list(desk.database.kept.outbox.rows.values())


def runs(cell: str) -> bool:
    """Whether a spreadsheet could take a cell for a formula."""
    return normalize("NFKC", cell.lstrip()[:1])[:1] in tuple("=+-@") or cell[:1] in tuple("\t\r\n")


def the_same_again(rows: Sequence[Row], folder: Path) -> None:
    """Every export is read back as the same rows, and none has anything alive in it."""
    for kind in Format:
        file = folder / f"feedback.{kind}"
        with feedback_file(file, kind, LONDON, personal=True) as sheet:
            sheet.write(rows)
        lines = lines_of(file, kind)
        found, wrong = read_rows(lines, LONDON, NOW)
        assert wrong == ()
        fields = ("number", "source", "prompt", "region", "role", "consent", "status", "text", "contact")
        came = [tuple(getattr(one, name) for name in fields) for _, one in found]
        assert came == [tuple(getattr(row, name) for name in fields) for row in rows]
    nothing_runs(folder)


def lines_of(file: Path, kind: Format) -> Sequence[Line]:
    match kind:
        case Format.CSV:
            return csv_lines(read_words(file), [])
        case Format.XLSX:
            return packed_lines(file)
        case Format.JSONL:
            return list(json_lines(read_words(file), []))


def nothing_runs(folder: Path) -> None:
    before = csv.field_size_limit(16_000_000)
    text = (folder / "feedback.csv").read_bytes().decode("utf-8-sig")
    assert not any(runs(cell) for cells in csv.reader(io.StringIO(text, newline="")) for cell in cells)
    csv.field_size_limit(before)
    with zipfile.ZipFile(folder / "feedback.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet


def boards_hold(kept: Sequence[Feedback]) -> None:
    said = [(1, one.text) for one in kept]
    head = kept[0].text[:_HEAD]
    board = Board(head, head, boxes((head, "Why?"), said))
    assert tags(to_page(board)) <= PAGE_TAGS
    with zipfile.ZipFile(io.BytesIO(to_odt(board))) as parts:
        ElementTree.fromstring(parts.read("content.xml"))
    assert not re.search(r"(?<!\\)<(?!https?://)", to_markdown(board))


async def law(texts: Sequence[str], folder: Path, url: str) -> None:
    stored = list[Feedback]()
    for text in texts:
        kept, posts = await said_by_all_roads(text)
        kept += await said_in_the_form(text)
        read_notes(text, "Why?")
        for post in [*posts, *((await told_to_everybody(kept[0])) if kept else [])]:
            only_words(post)
        stored += [replace(one, key=f"{len(stored)}:{at}") for at, one in enumerate(kept[:2])]
    database = open_database(url)
    await database.migrate()
    async with database.transaction() as tx:
        await tx.feedback.forget(NOW.replace(year=2100))
        for one in stored:
            await tx.feedback.add(one)
        rows = await tx.feedback.rows(limit=len(stored) + 1, personal=True)
    await database.close()
    assert sorted(row.text for row in rows) == sorted(one.text for one in stored)
    if stored:
        boards_hold(stored)
        the_same_again(rows, folder)


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(ANYTHING, min_size=1, max_size=4))
async def test_whatever_is_said_is_kept_and_given_back_as_words(
    texts: list[str], tmp_path: Path, sqlite_url: str
) -> None:
    await law(texts, tmp_path, sqlite_url)


@pytest.mark.soak
@settings(max_examples=1000, suppress_health_check=list(HealthCheck), database=None)
@given(texts=st.lists(ANYTHING, min_size=100, max_size=100))
async def test_a_hundred_thousand_strings_are_kept_and_given_back_as_words(
    texts: list[str], tmp_path: Path, sqlite_url: str
) -> None:
    await law(texts, tmp_path, sqlite_url)


@pytest.mark.soak
@pytest.mark.parametrize("text", HUGE, ids=range(len(HUGE)))
async def test_a_megabyte_is_kept_and_given_back_as_words(text: str, tmp_path: Path, sqlite_url: str) -> None:
    await law([text], tmp_path, sqlite_url)
