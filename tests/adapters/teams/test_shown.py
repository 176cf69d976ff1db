"""What Graph shows of a message, and whether it is the one that we sent."""

import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.teams.cards import text_card
from bot.adapters.teams.shown import Likeness, created, likeness, touched
from bot.adapters.teams.wire import card_activity, text_activity
from bot.core.bodies import Button

CLIENT = "0b7d8a6e-3f14-4f0e-8a52-6f1b9f6f2c11"
CARD = card_activity(text_card("A & B\nSecond line", [Button("Join", "faq", "join")], [("data:1", "A cat")]), "A & B")


def message(content: str = "Q1", kind: str = "text", **changes: Any) -> dict[str, Any]:
    """One of ours, as Graph has it."""
    shown: dict[str, Any] = {
        "id": "1505847600123",
        "createdDateTime": "2017-09-19T19:00:00.1234567Z",
        "lastModifiedDateTime": "2017-09-19T19:00:01Z",
        "deletedDateTime": None,
        "from": {"application": {"id": CLIENT.upper(), "applicationIdentityType": "bot"}, "user": None},
        "body": {"contentType": kind, "content": content},
        "attachments": [],
    }
    return shown | changes


def with_card(content: object) -> dict[str, Any]:
    card = {"id": "1", "contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return message('<attachment id="1"></attachment>', "html", attachments=[card])


@pytest.mark.parametrize(
    ("sent", "kind", "content"),
    [
        ("Q1 Which?", "text", "Q1 Which?"),
        ("A & B <b>", "text", "A & B <b>"),
        ("A & B <b>", "text", "A &amp; B &lt;b&gt;"),
        ("A & B <b>", "html", "<p>A &amp; B &lt;b&gt;</p>"),
        ("&amp; is a sign", "text", "&amp; is a sign"),
        ("One\n\nTwo  three", "html", "<div><p>One</p>\n<p>&nbsp;</p><p>Two&nbsp; three</p></div>"),
        ("One\nTwo", "html", "One<br>Two"),
        ("Well 😊!", "html", '<p>Well <emoji id="smile" alt="😊" title="Smile"></emoji>!</p>'),
        ("Well ❤️!", "html", '<p>Well <img alt="❤" src="https://x.example">!</p>'),
        ("Go to https://x.example/?a=1&b=2", "html", 'Go to <a href="https://x.example/">https://x.example/?a=1&amp;b=2</a>'),
        ("Dear Mel", "html", 'Dear <at id="0">Mel</at>'),
        ("cafe\u0301", "text", "café"),
        ("It's “here”...", "text", "It’s \"here\"…"),
        ("👍 ❤️", "html", '<p><img alt="👍"> <emoji alt="❤"></emoji></p>'),
    ],
)  # fmt: skip
def test_the_same_words_are_the_same_message(sent: str, kind: str, content: str) -> None:
    assert likeness(text_activity(sent), message(content, kind), CLIENT) is Likeness.SAME


@pytest.mark.parametrize("content", ["Q2", "Q1 and more", "q1", "?", ""])
def test_other_words_are_another_message(content: str) -> None:
    assert likeness(text_activity("Q1"), message(content), CLIENT) is Likeness.OTHER


def test_a_persons_words_are_never_ours() -> None:
    theirs = {"application": None, "user": {"id": "1"}}
    for changes in ({"from": theirs}, {"from": None}, {"from": theirs, "deletedDateTime": "2017-09-19T19:01:00Z"}):
        assert likeness(text_activity("Q1"), message(**changes), CLIENT) is Likeness.OTHER


@pytest.mark.parametrize(
    "changes",
    [
        {"deletedDateTime": "2017-09-19T19:01:00Z", "body": {"contentType": "html", "content": ""}},
        {"deletedDateTime": "2017-09-19T19:01:00Z", "from": None},
        {"from": {"application": {"id": "another"}}},
    ],
    ids=["ours, deleted", "anybody's, deleted", "another app's"],
)
def test_what_may_be_ours_is_not_decided(changes: dict[str, Any]) -> None:
    assert likeness(text_activity("Q1"), message(**changes), CLIENT) is Likeness.UNCLEAR


def test_a_card_is_known_by_what_people_read_of_it() -> None:
    ours = CARD["attachments"][0]["content"]
    hosted = {
        **ours,
        "body": [{**part, "url": "https://x.example"} if "url" in part else part for part in ours["body"]],
    }
    added = {"msteams": {"width": "Full"}, **dict(reversed(hosted.items()))}
    for content in (json.dumps(ours), json.dumps(added, indent=2), added):
        assert likeness(CARD, with_card(content), CLIENT) is Likeness.SAME
    without_button = {name: part for name, part in ours.items() if name != "actions"}
    assert likeness(CARD, with_card(json.dumps(without_button)), CLIENT) is Likeness.OTHER
    assert likeness(text_activity("A & B\nSecond line"), with_card(json.dumps(ours)), CLIENT) is Likeness.OTHER


@pytest.mark.parametrize("content", [None, "", "{", "null"])
def test_a_card_that_graph_leaves_out_is_not_decided(content: object) -> None:
    assert likeness(CARD, with_card(content), CLIENT) is Likeness.UNCLEAR


@given(st.text())
def test_any_words_are_known_again_plain_and_as_markup(words: str) -> None:
    markup = "<br>".join(html.escape(line) for line in words.split("\n"))
    for shown in (message(words), message(f"<p>{markup}</p>", "html")):
        assert likeness(text_activity(words), shown, CLIENT) is Likeness.SAME


def test_instants_are_read_to_the_microsecond_and_a_change_counts_from_its_own() -> None:
    assert created(message()).isoformat() == "2017-09-19T19:00:00.123456+00:00"
    assert touched(message()).isoformat() == "2017-09-19T19:00:01+00:00"
    assert touched(message(lastModifiedDateTime=None)) == created(message())
