"""Whether a message that Microsoft Graph shows is one that we sent. Pure.

Graph gives words back as it likes (plain, or as HTML with links and emojis of its own) and a card as JSON text
in which pictures have moved. So what is compared is what people read (words, labels, alternative texts), and of that
the letters and digits: a sign that Teams changes must not make a message that is there look absent, and so be sent
twice. No field of an activity is promised to come back unseen, so a post carries no mark of its own.
"""

import html
import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum, auto
from html.parser import HTMLParser
from typing import Any

from bot.adapters.teams.cards import CARD
from bot.adapters.teams.wire import instant

Json = Mapping[str, Any]

_BREAKS = frozenset({"br", "p", "div", "pre", "li", "tr", "td", "blockquote"})
_PICTURED = frozenset({"emoji", "img"})
_READ = ("text", "title", "label", "placeholder", "altText")
_INSIDE = ("body", "items", "columns", "inlines", "choices", "actions")


class Likeness(Enum):
    SAME = auto()
    UNCLEAR = auto()
    """It may be ours: its words are gone, or it has ours but is another app's."""
    OTHER = auto()


def likeness(activity: Json, message: Json, client_id: str) -> Likeness:
    """Of a Graph `chatMessage` to an activity of ours. `client_id` is the bot's, whose id Graph names as the sender."""
    sender = message.get("from") or {}
    deleted = bool(message.get("deletedDateTime"))
    app = sender.get("application")
    if app is None:
        return Likeness.UNCLEAR if deleted and not sender.get("user") else Likeness.OTHER
    ours = str(app.get("id")).lower() == client_id.lower()
    readings = set() if deleted else _readings(message)
    if not readings:
        return Likeness.UNCLEAR if ours else Likeness.OTHER
    if _sent(activity) not in readings:
        return Likeness.OTHER
    return Likeness.SAME if ours else Likeness.UNCLEAR


def created(message: Json) -> datetime:
    return instant(message["createdDateTime"])


def touched(message: Json) -> datetime:
    """When it was written, edited or reacted to last."""
    return instant(message.get("lastModifiedDateTime") or message["createdDateTime"])


def _sent(activity: Json) -> str:
    text = str(activity.get("text") or "")
    cards = [attachment["content"] for attachment in activity.get("attachments") or ()]
    return _bare(text if activity.get("textFormat") == "plain" else _plain(text), cards)


def _readings(message: Json) -> set[str]:
    """Its words; none where Graph leaves out a card. Plain words may be escaped or not: no page says which."""
    cards = [
        _parsed(attachment) for attachment in message.get("attachments") or () if attachment.get("contentType") == CARD
    ]
    if not all(cards):
        return set()
    body = message.get("body") or {}
    text, plain = str(body.get("content") or ""), body.get("contentType") == "text"
    return {_bare(reading, cards) for reading in ((text, html.unescape(text)) if plain else (_plain(text),))}


def _parsed(attachment: Json) -> Any:
    content = attachment.get("content")
    try:
        return json.loads(content) if isinstance(content, str) else content
    except ValueError:
        return None


def _bare(text: str, cards: list[Any]) -> str:
    """The letters and digits; all the signs where there are none."""
    words = unicodedata.normalize("NFC", " ".join([text, *(word for card in cards for word in _read(card))]))
    # Teams draws emojis itself, and drops the sign that asks for a coloured one.
    return "".join(filter(str.isalnum, words)) or "".join(words.replace("\ufe0f", "").split())


def _read(element: Any) -> Iterator[str]:
    """What people read of a card's element, in an order that does not hang on the order of its names."""
    if isinstance(element, list):
        for part in element:
            yield from _read(part)
    elif isinstance(element, dict):
        yield from (element[name] for name in _READ if isinstance(element.get(name), str))
        for name in _INSIDE:
            yield from _read(element.get(name))


def _plain(markup: str) -> str:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return "".join(reader.words)


class _Reader(HTMLParser):
    """Gathers the words of Teams' HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.words.append(" ")
        elif tag in _PICTURED:
            self.words.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
