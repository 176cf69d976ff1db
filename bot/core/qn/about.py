"""How much a post is about a question, by its words."""

import re
from collections.abc import Mapping

from bot.core.words import COMMON, stem, words

_TAGS_AROUND = re.compile(r"\A(?:\W*[#@]\w+)+|(?:\s*[#@]\w+)+\W*\Z")
_TOPIC_LABEL = re.compile(r"\W*(?:t|topic)\W?\d", re.IGNORECASE)
_POINTING = frozenset({"one", "again", "question", "answer", "topic"})
"""They point at a question, and are not what it is about: "the lunch one"."""
_RESTATED, _LEAST, _LONGER = 0.8, 4, 1.6
"""A post puts a question again if it has this share of its words, of which there are at least so many, and is at most
so much longer."""
_LATE = re.compile(
    r"\b(?:late|later|belated\w*|earlier|(?:back|returning|further) (?:to|on)|(?:going|coming|thinking) back"
    r"|(?:catching|caught) up|one more|missed"
    r"|still (?:thinking|on)|thinking (?:more |again )?about|forgot|(?:to|should|would|can i|let me|must) add|add to"
    r"|also on|as for|re|(?:left|leave) (?:it|that|this) (?:out|off)"
    r"|(?:meant|wanted) to (?:say|add|mention)|should have (?:said|added|mentioned)"
    r"|(?:about|on|re|to|for) the (?:\w+ ){1,4}(?:question|topic|one))\b"
    r"|\A(?:\W*[@#]\w+)*\W*(?:(?:so|and|but|also|oh|ok|more|sorry|just|regarding)\W+)*"
    r"(?:(?:on|about|regarding)\s[^.:,!?]{2,40}(?::|\sagain\b)|(?:about|regarding)\s[^.:,!?]{2,40},)",
    re.IGNORECASE,
)
""" "Still thinking about …", "I forgot", "On new starters: …"."""
_OPENING = re.compile(
    r"\A(?:\W*[@#]\w+)*\W*(?:(?:so|and|but|also|oh|ok|sorry|still|just|only|now|yes|thinking|coming|going|returning"
    r"|getting|back|catching up|caught up|late|to)\b\W*)*"
    r"(?:(?:on|re|about|regarding|to|for|as for|concerning)\s)?(?P<topic>[\w'’&-]+(?:\s[\w'’&-]+){0,5})\s?[:,–—]",
    re.IGNORECASE,
)
""" "On the new starters again, …": what a post says at its start that it is about."""
_LEARNT = 5_000
"""Words that are remembered: a chat of an hour seldom has more, and what it costs is bounded."""
_MOST = 3.0
"""What words of a question count for together: from there on it is its subject."""


def says_that_it_is_late(text: str) -> bool:
    """Whether it says that it comes back to something: "still thinking about …"."""
    return _LATE.search(text) is not None


def opening_topic(text: str) -> str:
    """What a text says at its start that it is about: "On the new starters again, …"; empty if it does not."""
    opening = _OPENING.match(text)
    return opening["topic"] if opening else ""


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


class Vocabulary:
    """The words of a chat: those of its questions, and what was used in answers so far."""

    def __init__(self, topics: Mapping[int, Topic]) -> None:
        self._topics = topics
        self._used = set[str]()

    def learn(self, found: frozenset[str]) -> None:
        """The words of a question, or of an answer."""
        if len(self._used) < _LEARNT:
            self._used |= found

    def known(self, found: frozenset[str]) -> int:
        """How many of these words have been learnt."""
        return len(found & self._used)

    def of_question(self, number: int, found: frozenset[str]) -> float:
        """How far these words are those of the question and of no other one."""
        shared = found & self._topics[number].own
        return min(sum(1 / sum(word in topic.own for topic in self._topics.values()) for word in shared), _MOST)


def restates(found: frozenset[str], topic: Topic) -> bool:
    """Whether these words are the question itself."""
    own = topic.own
    if len(own) < _LEAST or len(found) > _LONGER * len(own):
        return False
    return len(found & own) >= _RESTATED * len(own)
