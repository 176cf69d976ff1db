"""Whether a post that names no question answers the one that it replies to, or that is running.

The signs are the shape of the post (its length, who it speaks of, when) and a few social words. They were chosen by
what holds in chats that were left out of the fit: lists of what people do, or chat about, did not.
"""

from collections.abc import Sequence
from math import exp, log

from bot.core.qn.about import Topic
from bot.core.qn.fitted import CAUTION, WEIGHTS
from bot.core.qn.talk import Talk

SIGNS = (
    "always", "to question", "to answer", "length", "i", "my", "they", "asks", "opens asking", "numbers", "minutes",
    "in question", "denies", "joins", "points", "sentences", "time", "emoji", "greets", "thanks",
    "leaves", "logistics",
)  # fmt: skip
_LONGEST = 600.0
"""Seconds after the question from which on it makes no difference."""


def signs(
    talk: Talk,
    topic: Topic,
    found: frozenset[str],
    seconds: float,
    *,
    to_question: bool = False,
    to_answer: bool = False,
) -> tuple[float, ...]:
    """What speaks for and against, in the order of SIGNS. `found` are the telling words, `seconds` those since the
    running question; `to_question` and `to_answer` say what it replies to."""
    return (
        1.0,
        float(to_question),
        float(to_answer),
        log(1 + talk.words) - 2.5,
        float(talk.first_person),
        float(talk.mine),
        float(talk.third_person),
        float(talk.asks),
        float(talk.opens_asking),
        float(talk.numbers),
        min(seconds, _LONGEST) / _LONGEST,
        float(min(topic.shared(found), 3)),
        float(talk.denies),
        float(talk.joins),
        float(talk.points),
        float(min(talk.sentences, 3)),
        float(min(talk.times, 2)),
        float(talk.emoji),
        float(talk.greets),
        float(talk.thanks),
        float(talk.leaves),
        float(min(talk.logistics, 2)),
    )


def weighed(found: Sequence[float]) -> float:
    """The log-odds that it answers, in chats such as those that the weights come from."""
    return sum(WEIGHTS[name] * value for name, value in zip(SIGNS, found, strict=True))


def chance(odds: float) -> float:
    """The probability of such log-odds."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))


def confidence(odds: float) -> float:
    """The same with a margin: another chat is never quite such as those."""
    return chance(odds - CAUTION)
