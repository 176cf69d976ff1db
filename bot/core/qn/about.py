"""How much a post is about a question, by its words."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.core.words import COMMON, stem, words

_TOPIC_LABEL = re.compile(r"\W*(?:t|topic)\W?\d", re.IGNORECASE)
_RESTATED, _LEAST, _LONGER = 0.8, 4, 1.6
"""A post puts a question again if it has this share of its words, of which there are at least so many, and is at most
so much longer."""
_KEPT = 400
"""Words remembered of the answers to one question: enough to know what it turned to, and no more with every post."""


def telling(text: str) -> frozenset[str]:
    """The stems of the words that say what a text is about. Labels and numbers say nothing."""
    return frozenset(
        stem(word)
        for word in words(text)
        if word not in COMMON and len(word) > 2 and not any(c.isdigit() for c in word)
    )


class Topic:
    """What a question is about: its own words, and those of the answers to it."""

    __slots__ = ("answers", "own", "with_t")

    def __init__(self) -> None:
        self.own: frozenset[str] = frozenset()
        self.answers: Counter[str] = Counter()
        self.with_t = False

    def word(self, text: str) -> None:
        """Its wording, or another one that it has as well."""
        self.own |= telling(text)
        self.with_t |= _TOPIC_LABEL.match(text) is not None

    def learn(self, found: Iterable[str]) -> None:
        for word in found:
            if word in self.answers or len(self.answers) < _KEPT:
                self.answers[word] += 1

    def knows(self, word: str) -> bool:
        """Whether the question, or more than one answer to it, has this word."""
        root = stem(word)
        return root in self.own or self.answers[root] > 1

    def in_question(self, found: frozenset[str]) -> int:
        return len(found & self.own)

    def in_answers(self, found: frozenset[str]) -> int:
        return sum(1 for word in found if word in self.answers)


def closest(found: frozenset[str], topics: Sequence[tuple[int, Topic]]) -> tuple[int, int]:
    """The question with which a text shares most words, and how many more than with any other."""
    shared = sorted(((topic.in_question(found), number) for number, topic in topics), reverse=True)
    if not shared:
        return 0, 0
    return shared[0][1], shared[0][0] - (shared[1][0] if len(shared) > 1 else 0)


def restates(found: frozenset[str], topic: Topic) -> bool:
    """Whether these words are the question itself."""
    own = topic.own
    if len(own) < _LEAST or len(found) > _LONGER * len(own):
        return False
    return len(found & own) >= _RESTATED * len(own)
