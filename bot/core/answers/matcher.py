"""From a message to a ranking of entries, with the probability that the first is right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from bot.core.answers.features import SIDES, Likeness, Near
from bot.core.answers.fitted import FITTED, Weights
from bot.core.answers.meaning import Encoder, NoMeaning
from bot.core.answers.sparse import Floats
from bot.core.answers.spelling import Speller
from bot.core.answers.synonyms import Synonyms
from bot.core.content import FaqEntry
from bot.core.words import is_telling, stem, words

_EXACT = 0.98
"""How sure we are when a question stands in the FAQ word for word."""
_BEND = 0.5
"""Logarithm of the odds: of -1 to 1.5, in halves, the one with which questions of another kind are judged best."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The closest entries, best first, and how sure we are of the first."""

    entries: tuple[FaqEntry, ...] = ()
    confidence: float = 0.0


class Matcher:
    """Built once for a FAQ: building costs far more than matching.

    `labels` are the hashtags that people put on anything, whatever they ask; `synonyms` groups of words that mean
    the same, `elsewhere` questions that are none of ours.
    """

    def __init__(
        self,
        faq: Sequence[FaqEntry],
        encoder: Encoder | None = None,
        *,
        labels: Sequence[str] = (),
        synonyms: Sequence[Sequence[str]] = (),
        elsewhere: Sequence[str] = (),
    ) -> None:
        encoder = encoder or NoMeaning()
        self._faq = tuple(sorted(faq, key=lambda entry: entry.id))
        self._labels = [label for label in map(words, labels) if label]
        self._synonyms = Synonyms(synonyms)
        self._weights: Weights = FITTED[encoder.name]
        asked = [[words(text) for text in (entry.question, *entry.phrasings)] for entry in self._faq]
        terms = map(words, (*labels, *chain.from_iterable(synonyms)))
        known = [*chain.from_iterable(asked), *terms]
        others = list(map(words, elsewhere))
        self._joined = {
            (stem(before), stem(after))
            for texts in asked
            for tokens in texts
            for before, link, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
            if link == "and"
        }
        read = [[self._unified(tokens) for tokens in texts] for texts in asked]
        self._exact: dict[tuple[str, ...], set[int]] = {}
        for number, texts in enumerate(read):
            for tokens in texts:
                self._exact.setdefault(tokens, set()).add(number)
        background = [self._unified(tokens) for tokens in others]
        self._none_of_ours = frozenset(background) - self._exact.keys()
        self.likeness = Likeness(
            read,
            [self.read(entry.answer) for entry in self._faq],
            background,
            encoder,
            self._weights,
        )
        # After the learning, in the room that it has left: nothing of it is needed before.
        self._speller = Speller(known, encoder.language, chain.from_iterable(others))

    def read(self, text: str) -> tuple[str, ...]:
        """As it is written: right, when it is our own."""
        return self._unified(words(text))

    def heard(self, text: str) -> tuple[str, ...]:
        """As it was meant."""
        return self._unified(words(text, self._speller.correct))

    def readings(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """As it was meant, and as it may have been meant too: mostly the same."""
        return self.heard(text), self._unified(words(text, self._speller.second_guess))

    def _unified(self, tokens: Sequence[str]) -> tuple[str, ...]:
        return self._synonyms.unified(self._without_labels(tokens))

    def _without_labels(self, tokens: Sequence[str]) -> Sequence[str]:
        """Without the labels, unless they are all that the question is about ("what is #AMillionDecisions?")."""
        rest = list(tokens)
        for label in self._labels:
            size, place = len(label), 0
            while place + size <= len(rest):
                if tuple(rest[place : place + size]) == label:
                    del rest[place : place + size]
                else:
                    place += 1
        return rest if is_telling(rest) else tokens

    def together(self, before: str, after: str) -> bool:
        """Whether a phrasing of the FAQ has these two words with an "and" between them."""
        return (stem(before), stem(after)) in self._joined

    def near(self, text: str) -> Near:
        return self.likeness.look(*self.readings(text))

    def meanings(self, texts: Sequence[str]) -> Floats:
        """Of a length of one, without what all questions have in common: their products tell like from unlike."""
        return self.likeness.meanings([self.read(text) for text in texts])

    def nearest_without(self, id: str, place: int) -> str:
        """The entry that is nearest to a phrasing of `id` (0 is its question) by all the others."""
        number = next(number for number, entry in enumerate(self._faq) if entry.id == id)
        return self._faq[self.likeness.nearest_without(number, place)].id

    def explained(self, text: str) -> list[str]:
        """How a text was read, and how near the closest entries are from each side."""
        near = self.near(text)
        lines = [f"read as: {' '.join(reading)}" for reading in dict.fromkeys(self.readings(text))]
        lines += [f"{near.elsewhere:6.2f}  asked elsewhere (content/not-for-us.yaml)"]
        for number, score, row in zip(near.entries, near.scores, near.sides, strict=True):
            sides = "  ".join(f"{name} {value:.2f}" for name, value in zip(SIDES, row, strict=True))
            lines.append(f"{score:6.2f}  {self._faq[number].id:<24} {sides}")
        return lines

    def rank(self, text: str) -> Ranking:
        tokens, second_guess = self.readings(text)
        near = self.likeness.look(tokens, second_guess)
        if not near.entries:
            return Ranking()
        entries = tuple(self._faq[number] for number in near.entries)
        if tokens in self._none_of_ours:
            return Ranking(entries)
        # Nothing from any side: no part of the question is known.
        confidence = probability(signs(near), self._weights) if near.sides[0].any() else 0.0
        if (exact := self._asked_exactly(tokens)) is not None:
            rest = tuple(entry for entry in entries if entry is not exact)
            return Ranking((exact, *rest), max(confidence, _EXACT))
        return Ranking(entries, confidence)

    def _asked_exactly(self, tokens: tuple[str, ...]) -> FaqEntry | None:
        """The one entry that has these very words among its phrasings."""
        numbers = self._exact.get(tokens, set())
        return self._faq[min(numbers)] if len(numbers) == 1 else None


def signs(near: Near) -> tuple[float, ...]:
    """What tells a right first entry from a wrong one, or from a question that none answers."""
    learnt, _, answer = near.sides[0].tolist()
    second = float(near.sides[1][0]) if len(near.entries) > 1 else 0.0
    return learnt, second, near.elsewhere, near.nearest, answer, 1.0


def bent(total: float) -> tuple[float, float, float]:
    """What the signs add up to, below the bend and above it, and a constant: what is doubtful is more doubtful than
    the signs alone would say, and what is sure is less sure."""
    past = total - _BEND
    return min(past, 0.0), max(past, 0.0), 1.0


def probability(signs: Sequence[float], weights: Weights) -> float:
    odds = _weighed(bent(_weighed(signs, weights.confidence)), weights.bend)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _weighed(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))
