"""Which question a post that names none answers, if any: each that it may answer is weighed against "none".

The shape of the post (its length, who it speaks of, small talk) tells whether it answers anything; its place to each
question (what is running, whose words it shares) tells which. Replies have weights of their own: a question put to the
room is seldom an answer, one put to somebody who has just answered belongs to the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log

from bot.core.qn import fitted
from bot.core.qn.talk import Talk

SHAPE = (
    "always", "length", "i", "my", "they", "you", "asks", "opens asking", "numbers", "denies", "joins", "points",
    "sentences", "time", "emoji", "shouts", "greets", "thanks", "leaves", "logistics", "late", "minutes", "host",
    "addressed", "familiar", "strange", "we", "doing", "laughs", "codes",
)  # fmt: skip
PLACE = (
    "asked", "named", "elsewhere", "late and elsewhere", "late and one before", "question's words",
    "question's words elsewhere", "opening words", "opening words elsewhere",
)  # fmt: skip
SIGNS = (*SHAPE, *PLACE)
_LONGEST = 600.0
"""Seconds after the question from which on it makes no difference."""


class Kind(StrEnum):
    """Whether the post replies to one that was heard."""

    ALONE = "alone"
    REPLY = "reply"


WEIGHTS: Mapping[Kind, Sequence[float]] = {
    kind: [weights[place] for weights in (*fitted.SHAPE.values(), *fitted.PLACE.values())]
    for place, kind in enumerate(Kind)
}
"""In the order of SIGNS."""
CAUTION: Mapping[Kind, float] = {kind: fitted.CAUTION[kind] for kind in Kind}

Numbers = tuple[int, ...]
"""The questions that a post might answer together."""
Weigh = Callable[[Kind, Sequence[float], Mapping[Numbers, Sequence[float]]], Mapping[Numbers, float]]
"""Log-odds against "none" of each candidate, from the shape of a post and its place to each of them."""


def shape(
    talk: Talk, *, seconds: float, late: bool, host: bool, addressed: bool, familiar: float, strange: float
) -> tuple[float, ...]:
    """What speaks for and against its being an answer at all, in the order of SHAPE. `seconds`: since the running
    question. `familiar` and `strange`: how many of its words have been used in answers here, and how many not."""
    return (
        1.0,
        log(1 + talk.words) - 2.5,
        float(talk.first_person),
        float(talk.mine),
        float(talk.third_person),
        float(talk.second_person),
        float(talk.asks),
        float(talk.opens_asking),
        float(talk.numbers),
        float(talk.denies),
        float(talk.joins),
        float(talk.points),
        float(min(talk.sentences, 3)),
        float(min(talk.times, 2)),
        float(talk.emoji),
        float(talk.shouts),
        float(talk.greets),
        float(talk.thanks),
        float(talk.leaves),
        float(min(talk.logistics, 2)),
        float(late),
        min(seconds, _LONGEST) / _LONGEST,
        float(host),
        float(addressed),
        log(1 + familiar),
        log(1 + strange),
        float(talk.we),
        float(talk.doing),
        float(talk.laughs),
        float(talk.codes),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """How a post stands to a question. All are from 0 to 1 but the words, which may weigh more."""

    asked: float = 0.0
    """It replies to the question."""
    named: float = 0.0
    """So likely the last answer of whom it opens with was one to this question."""
    elsewhere: float = 0.0
    """The question is neither the running one nor that of whom it opens with."""
    late: float = 0.0
    """It says that it is late."""
    one_before: float = 0.0
    """The question is the one before the running one."""
    question: float = 0.0
    """The words that it shares with the question."""
    opening: float = 0.0
    """Those among them with which it opens."""

    def signs(self) -> tuple[float, ...]:
        """In the order of PLACE."""
        return (
            self.asked,
            self.named,
            self.elsewhere,
            self.late * self.elsewhere,
            self.late * self.one_before,
            self.question,
            self.question * self.elsewhere,
            self.opening,
            self.opening * self.elsewhere,
        )


def weighed(
    kind: Kind,
    shape: Sequence[float],
    places: Mapping[Numbers, Sequence[float]],
    weights: Mapping[Kind, Sequence[float]] = WEIGHTS,
) -> dict[Numbers, float]:
    """As in chats such as those that the weights come from."""
    common = _sum(weights[kind][: len(shape)], shape)
    apart = weights[kind][len(shape) :]
    return {numbers: common + _sum(apart, place) for numbers, place in places.items()}


def _sum(weights: Sequence[float], signs: Sequence[float]) -> float:
    return sum(weight * sign for weight, sign in zip(weights, signs, strict=True))


def likeliest(odds: Mapping[Numbers, float]) -> tuple[Numbers, float, float]:
    """The likeliest candidate, its probability, and that of any; "none" is one more of log-odds 0."""
    best = max(odds, key=lambda numbers: odds[numbers])
    most = max(0.0, odds[best])
    powers = sum(exp(value - most) for value in odds.values())
    total = powers + exp(-most)
    return best, exp(odds[best] - most) / total, powers / total


def with_margin(chance: float, margin: float) -> float:
    """Confidence of a probability, less a margin of log-odds: another chat is never quite such as those fitted."""
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    return 1 / (1 + exp(margin - log(chance / (1 - chance))))
