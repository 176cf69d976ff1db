"""Whether a post that names no question and replies to nothing answers the question that is running."""

from collections.abc import Sequence
from math import exp, log

from bot.core.qn.about import Topic
from bot.core.qn.fitted import CAUTION, WEIGHTS
from bot.core.qn.labels import Labels
from bot.core.qn.talk import Talk

SIGNS = (
    "always", "greets", "introduces", "thanks", "leaves", "logistics", "now", "doing", "to all", "everyday", "misleads",
    "announces", "in question", "practice", "words", "asks", "sells", "at once", "long after", "by host",
)  # fmt: skip
_AT_ONCE, _LONG_AFTER = 12.0, 900.0
"""Seconds after the question within which nobody has typed an answer, and after which the talk has moved on."""


def signs(
    talk: Talk, labels: Labels, topic: Topic, found: frozenset[str], seconds: float, by_host: bool
) -> tuple[float, ...]:
    """What speaks for and against, in the order of SIGNS. `found` are the telling words, `seconds` those since the
    question."""
    everyday = sum(1 for word in talk.everyday if not topic.knows(word))
    return (
        1.0,
        float(talk.greets),
        float(talk.introduces),
        float(talk.thanks),
        float(talk.leaves),
        float(min(talk.logistics, 2)),
        float(min(talk.now, 2)),
        float(talk.doing),
        float(talk.to_all),
        float(min(everyday, 2)),
        float(labels.misleads),
        float(labels.announces),
        float(min(topic.shared(found), 3)),
        0.0 if talk.social else float(min(talk.practice, 3)),  # "thanks all for …" is no practice
        log(1 + talk.words) - 2.5,
        float(talk.asks),
        float(min(talk.sells, 1)),
        float(seconds < _AT_ONCE),
        float(seconds > _LONG_AFTER),
        float(by_host),
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
