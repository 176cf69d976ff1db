"""How much a post is about a question, by its words."""

import re
from collections.abc import Sequence

from bot.core.words import COMMON, stem, words

_TAGS_AROUND = re.compile(r"\A(?:\W*[#@]\w+)+|(?:\s*[#@]\w+)+\W*\Z")
_TOPIC_LABEL = re.compile(r"\W*(?:t|topic)\W?\d", re.IGNORECASE)
_POINTING = frozenset({"one", "again", "question", "answer", "topic"})
"""They point at a question, and are not what it is about: "the lunch one"."""
_RESTATED, _LEAST, _LONGER = 0.8, 4, 1.6
"""A post puts a question again if it has this share of its words, of which there are at least so many, and is at most
so much longer."""


def telling(text: str) -> frozenset[str]:
    """The stems of the words that say what a text is about. Labels, numbers and the hashtags around it say nothing."""
    return frozenset(
        stem(word)
        for word in words(_TAGS_AROUND.sub(" ", text))
        if word not in COMMON and word not in _POINTING and len(word) > 2 and not any(c.isdigit() for c in word)
    )


class Topic:
    """What a question is about: its own words."""

    __slots__ = ("own", "with_t")

    def __init__(self) -> None:
        self.own: frozenset[str] = frozenset()
        self.with_t = False

    def word(self, text: str) -> None:
        """Its wording, or another one that it has as well."""
        self.own |= telling(text)
        self.with_t |= _TOPIC_LABEL.match(text) is not None

    def shared(self, found: frozenset[str]) -> int:
        """How many of these words are in the question."""
        return len(found & self.own)


def closest(found: frozenset[str], topics: Sequence[tuple[int, Topic]]) -> tuple[int, int]:
    """The question with which a text shares most words, and how many more than with any other."""
    shared = sorted(((topic.shared(found), number) for number, topic in topics), reverse=True)
    if not shared:
        return 0, 0
    return shared[0][1], shared[0][0] - (shared[1][0] if len(shared) > 1 else 0)


def restates(found: frozenset[str], topic: Topic) -> bool:
    """Whether these words are the question itself."""
    own = topic.own
    if len(own) < _LEAST or len(found) > _LONGER * len(own):
        return False
    return len(found & own) >= _RESTATED * len(own)
