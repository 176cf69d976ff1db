"""A language in which every word of the catalogue is ⟦šţŕàñĝé⟧ and longer by a third, and what of a page is not in it.

No letter of it is one of English, and a test writes what people say in Greek letters: an English letter that is left on
a page is a word that nobody can translate.
"""

import re
from collections.abc import Iterator, Mapping
from gettext import NullTranslations
from html.parser import HTMLParser

from bot.web.language import Language

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STRANGE = "àƀçđéƒĝĥîĵķļɱñôþɋŕšţûṽŵẋýžÀƁÇĐÉƑĜĤÎĴĶĻṀÑÔÞɊŔŠŢÛṼŴẊÝŽ"
_LETTERS = str.maketrans(_PLAIN, _STRANGE)
_PLACE = re.compile(r"(%\(\w+\)s|%%)")
_MORE = "ôñé ţŵô ţĥŕéé ƒôûŕ ƒîṽé šîẋ šéṽéñ "


def strange(words: str) -> str:
    """Words in this language; their `%(places)s` stay."""
    parts = [part if _PLACE.fullmatch(part) else part.translate(_LETTERS) for part in _PLACE.split(words)]
    longer = (_MORE * (len(words) // len(_MORE) + 1))[: len(words) // 3 + 1].rstrip()
    return f"⟦{''.join(parts)} {longer}⟧"


class Pseudo(NullTranslations):
    """Knows the words of a catalogue, as its translator would: what is not in it stays English."""

    def __init__(self, known: frozenset[str]) -> None:
        super().__init__()
        self._known = known

    def gettext(self, message: str) -> str:
        return strange(message) if message in self._known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def languages(known: frozenset[str]) -> Mapping[str, Language]:
    return {"xx": Language("xx", Pseudo(known))}


def greek(_field: str) -> str:
    """What people write."""
    return "Αυτά τα λόγια"


WORDED = ("alt", "aria-label", "placeholder", "title")
"""Attributes that people read; so is what a script has from a `data-` one, but for options, which are JSON."""
QUOTED = ("blockquote", "code", "pre", "style", "svg", "textarea")
"""What stands in these is what people wrote, or what the platforms are sent; a plot's words are in its table too."""
_VOID = ("br", "img", "input", "link", "meta")


class Read(HTMLParser):
    """What people read on a page, in pieces."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._within: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._within.append(tag)
        self.pieces += [value or "" for name, value in attrs if name in WORDED or _told_to_a_script(name, value)]

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(tag in QUOTED for tag in self._within):
            self.pieces.append(" ".join(data.split()))


def _told_to_a_script(name: str, value: str | None) -> bool:
    return name.startswith("data-") and " " in (value or "") and not (value or "").startswith("{")


def english(page: str, data: re.Pattern[str]) -> Iterator[str]:
    """The pieces of a page with letters of English in them that are no part of what `data` describes."""
    for piece in Read(page).pieces:
        if re.search("[A-Za-z]", data.sub("", piece)):
            yield piece
