"""How near each entry of a FAQ is to a question, seen from several sides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from bot.core.answers.fitted import Weights
from bot.core.answers.learning import separate
from bot.core.answers.meaning import Encoder
from bot.core.answers.sparse import Floats, Index, Integers
from bot.core.answers.spelling import Speller
from bot.core.words import COMMON, stem

SIDES = (
    "learnt", "letters", "meaning", "letters of the answer", "meaning of the answer",
    "letters, three best", "meaning, three best", "words", "coverage",
)  # fmt: skip
_ALL = 5
"""Of these sides all entries are seen, the closest ones from the others too."""
_SHARPNESS = np.float32(2)
SHORTLIST = 8
"""Entries compared closely."""
PILLARS = 1024
"""Texts that others are held against when the lines are learnt; of a FAQ with fewer, all."""


@dataclass(frozen=True, slots=True)
class Near:
    """The closest entries, by number, best first; `sides` has a row of likenesses for each of them.

    `background` is how near the question is to what people ask elsewhere, by meaning, and `elsewhere` how sure the
    learnt line is that it is asked there; `known` how much of its weight the FAQ
    knows; `telling` the number of its words that say what it is about.
    """

    entries: Sequence[int]
    sides: Floats
    background: float
    elsewhere: float
    known: float
    telling: int


class Likeness:
    """Everything that is worked out once for a FAQ, and the comparison of a question with it."""

    def __init__(
        self,
        phrasings: Sequence[Sequence[Sequence[str]]],
        answers: Sequence[Sequence[str]],
        background: Sequence[Sequence[str]],
        encoder: Encoder,
        weights: Weights,
    ) -> None:
        self._encoder, self._weights = encoder, weights
        self._rough = np.array(weights.ranking[:_ALL], np.float32)
        self._rough[1:3] += np.array(weights.ranking[_ALL : _ALL + 2], np.float32)
        flat = [tokens for texts in phrasings for tokens in texts]
        self._entries, self._texts, self._learnt_from = len(phrasings), len(flat), len(flat) + len(background)
        self._sizes = np.array([len(texts) for texts in phrasings], np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._plain = [" ".join(tokens) for tokens in flat]
        self._index = Index([*flat, *background, *answers])
        self._stems = [
            frozenset(stem(token) for tokens in (*texts, answer) for token in tokens)
            for texts, answer in zip(phrasings, answers, strict=True)
        ]
        self.speller = Speller({token for tokens in flat for token in tokens}, encoder.language)
        meanings = encoder.encode([*self._plain, *map(" ".join, background), *map(" ".join, answers)])
        self._meaning, self._answer_meaning = np.split(meanings, [self._learnt_from])
        self._pillars = np.unique(np.linspace(0, self._learnt_from - 1, min(self._learnt_from, PILLARS)).astype(int))
        self._lines, self._without = self._learnt([*flat, *background])

    def _learnt(self, flat: Sequence[Sequence[str]]) -> tuple[Floats, Integers]:
        """The lines between the entries, and for each text the entry that would have it if it were new."""
        if not flat:
            return np.zeros((0, 0), np.float32), np.zeros(0, np.int64)
        alike = self._bent(self._meaning @ self._meaning[self._pillars].T)
        for column, pillar in enumerate(self._pillars):
            alike[:, column] += self._lexical(self._index.compare(flat[pillar])[: self._learnt_from])
        # What is asked elsewhere is one more entry, which only says how far all others are from it.
        owner = np.repeat(np.arange(self._entries + 1), [*self._sizes, self._learnt_from - self._texts])
        labels = np.where(owner[:, None] == np.arange(self._entries + 1), 1.0, -1.0).astype(np.float32)
        lines, without = separate(alike, self._pillars, labels, self._weights.softness)
        return lines, without[:, : self._entries].argmax(axis=1)

    def _lexical(self, likeness: Floats) -> Floats:
        weighed: Floats = np.float32(2 * self._weights.lexical) * likeness
        return weighed

    def _bent(self, cosines: Floats) -> Floats:
        """Cosines of meaning as the learner takes them: what is really near counts for more than many that are not far.

        The exponential of a cosine is a kernel like the cosine itself (a Gaussian on the sphere)."""
        bent: Floats = np.float32(self._weights.meaning) * np.exp(_SHARPNESS * (cosines - 1))
        return bent

    def meanings(self, texts: Sequence[Sequence[str]]) -> Floats:
        return self._encoder.encode([" ".join(tokens) for tokens in texts])

    def nearest_without(self, entry: int, place: int) -> int:
        """The entry that would have one of the phrasings if it were new."""
        return int(self._without[self._starts[entry] + place])

    def look(self, tokens: Sequence[str]) -> Near:
        """`tokens` are spelt right already."""
        if not self._entries:
            return Near((), np.zeros((0, len(SIDES)), np.float32), 0.0, 0.0, 0.0, 0)
        text = " ".join(tokens)
        own = self._encoder.encode([text])[0]
        meaning, lexical = self._meaning @ own, self._index.compare(tokens)
        learnt = (self._lexical(lexical[self._pillars]) + self._bent(meaning[self._pillars])) @ self._lines
        by_answer = lexical[self._learnt_from :], self._answer_meaning @ own
        best = (np.maximum.reduceat(kind[: self._texts], self._starts) for kind in (lexical, meaning))
        rough = np.stack([learnt[: self._entries], *best, *by_answer])
        order = np.argsort(-(self._rough @ rough), kind="stable")[:SHORTLIST]
        weights = self._weighed(tokens)
        close = [self._closely(text, entry, lexical, meaning, weights) for entry in order.tolist()]
        return Near(
            order.tolist(),
            np.concatenate([rough[:, order].T, np.array(close, np.float32)], axis=1),
            float(np.max(meaning[self._texts : self._learnt_from], initial=0.0)),
            float(learnt[self._entries]),
            _share(weights, self._index.knows),
            sum(token not in COMMON for token in tokens),
        )

    def _closely(
        self, text: str, entry: int, lexical: Floats, meaning: Floats, weights: Sequence[tuple[str, float]]
    ) -> tuple[float, ...]:
        """The three best phrasings by letters and by meaning, the best by rapidfuzz, and what the entry knows."""
        start, size = int(self._starts[entry]), int(self._sizes[entry])
        letters, meant = lexical[start : start + size], meaning[start : start + size]
        nearest = self._plain[start + int(letters.argmax())]
        ratio = fuzz.token_set_ratio(text, nearest) / 100
        return _three(letters), _three(meant), ratio, _share(weights, self._stems[entry].__contains__)

    def _weighed(self, tokens: Sequence[str]) -> Sequence[tuple[str, float]]:
        """The stems of the telling words, each with how much it tells."""
        return [(root := stem(token), self._index.rarity(root)) for token in tokens if token not in COMMON]


def _three(scores: Floats) -> float:
    """The mean of the best three."""
    best = sorted(scores.tolist())[-3:]
    return sum(best) / len(best)


def _share(weights: Sequence[tuple[str, float]], known: Callable[[str], bool]) -> float:
    total = sum(weight for _, weight in weights)
    return sum(weight for root, weight in weights if known(root)) / total if total else 0.0
