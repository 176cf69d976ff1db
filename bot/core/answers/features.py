"""How near each entry of a FAQ is to a question, seen from several sides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from bot.core.answers.fitted import Weights
from bot.core.answers.learning import separate
from bot.core.answers.meaning import Encoder
from bot.core.answers.sparse import LETTERS, WORDS, Floats, Index, Integers
from bot.core.answers.spelling import Speller
from bot.core.words import COMMON, stem

SIDES = (
    "learnt", "letters", "letters, three best", "meaning", "meaning, three best",
    "letters of the answer", "meaning of the answer", "words", "coverage",
)  # fmt: skip
_SHARPNESS = np.float32(2)
SHORTLIST = 8
"""Entries compared closely."""


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
        flat = [tokens for texts in phrasings for tokens in texts]
        self._entries, self._texts = len(phrasings), len(flat)
        self._sizes = np.array([len(texts) for texts in phrasings], np.int64)
        self._learnt_from = self._texts + len(background)
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)]).astype(np.int64)
        self._held = np.arange(self._sizes.max(initial=0)) < self._sizes[:, None]
        self._plain = [" ".join(tokens) for tokens in flat]
        self._index = Index([*flat, *background, *answers])
        self._stems = [
            frozenset(stem(token) for tokens in (*texts, answer) for token in tokens)
            for texts, answer in zip(phrasings, answers, strict=True)
        ]
        self.speller = Speller({token for tokens in flat for token in tokens}, encoder.language)
        meanings = encoder.encode([*self._plain, *map(" ".join, background), *map(" ".join, answers)])
        self._meaning, self._answer_meaning = np.split(meanings, [self._learnt_from])
        self._lines, self._without = self._learnt([*flat, *background])

    def _learnt(self, flat: Sequence[Sequence[str]]) -> tuple[Floats, Integers]:
        """The lines between the entries, and for each text the entry that would have it if it were new."""
        if not flat:
            return np.zeros((0, 0), np.float32), np.zeros(0, np.int64)
        alike = self._bent(self._meaning @ self._meaning.T)
        for row, tokens in zip(alike, flat, strict=True):
            row += np.float32(self._weights.lexical) * self._index.compare(tokens)[:, : self._learnt_from].sum(axis=0)
        # What is asked elsewhere is one more entry, which only says how far all others are from it.
        owner = np.repeat(np.arange(self._entries + 1), [*self._sizes, self._learnt_from - self._texts])
        labels = np.where(owner[:, None] == np.arange(self._entries + 1), 1.0, -1.0).astype(np.float32)
        lines, without = separate(alike, labels, self._weights.softness)
        return lines, without[:, : self._entries].argmax(axis=1)

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
            return Near((), np.zeros((0, 9), np.float32), 0.0, 0.0, 0.0, 0)
        cosines = self._index.compare(tokens)
        own = self._encoder.encode([" ".join(tokens)])[0]
        meaning, lexical = self._meaning @ own, (cosines[WORDS] + cosines[LETTERS]) * np.float32(0.5)
        letters = np.float32(2 * self._weights.lexical) * lexical[: self._learnt_from]
        learnt = (letters + self._bent(meaning[: self._learnt_from])) @ self._lines
        best, best_three = self._tops(np.stack([lexical[: self._texts], meaning[: self._texts]]))
        by_answer = lexical[self._learnt_from :], self._answer_meaning @ own
        sides = np.stack([learnt[: self._entries], best[0], best_three[0], best[1], best_three[1], *by_answer], axis=1)
        order = self._shortlist(sides)
        weights = self._weighed(tokens)
        close = np.stack([self._word_by_word(tokens, order), self._coverage(weights, order)], axis=1)
        return Near(
            order.tolist(),
            np.concatenate([sides[order], close], axis=1),
            float(np.max(meaning[self._texts :], initial=0.0)),
            float(learnt[self._entries]),
            _share(weights, self._index.knows),
            sum(token not in COMMON for token in tokens),
        )

    def _tops(self, scores: Floats) -> tuple[Floats, Floats]:
        """For each entry its best phrasing's score, and the mean of its best three. `scores` has a row a kind."""
        table = np.full((*scores.shape[:-1], self._entries, self._held.shape[1]), -1.0, np.float32)
        table[..., self._held] = scores
        table.partition(table.shape[-1] - min(3, table.shape[-1]), axis=-1)
        best = table[..., -3:]
        there = best > -1.0
        return best.max(axis=-1), (best * there).sum(axis=-1) / there.sum(axis=-1)

    def _shortlist(self, sides: Floats) -> Integers:
        rough = sides @ np.array(self._weights.ranking[: sides.shape[1]], np.float32)
        return np.argsort(-rough, kind="stable")[:SHORTLIST]

    def _word_by_word(self, tokens: Sequence[str], order: Integers) -> Floats:
        """How alike the question and the nearest phrasing of each entry are for rapidfuzz: 0 to 1."""
        texts = [text for entry in order for text in self._plain[self._starts[entry] : self._starts[entry + 1]]]
        ratios = process.cdist([" ".join(tokens)], texts, scorer=fuzz.token_set_ratio, dtype=np.float32)[0]
        sizes = self._sizes[order]
        best = np.maximum.reduceat(ratios, np.cumsum(sizes) - sizes) / np.float32(100)
        return best.astype(np.float32)

    def _weighed(self, tokens: Sequence[str]) -> Sequence[tuple[str, float]]:
        """The stems of the telling words, each with how much it tells."""
        return [(root := stem(token), self._index.rarity(root)) for token in tokens if token not in COMMON]

    def _coverage(self, weights: Sequence[tuple[str, float]], order: Integers) -> Floats:
        """How much of the question's weight each entry knows."""
        return np.array([_share(weights, self._stems[entry].__contains__) for entry in order], np.float32)


def _share(weights: Sequence[tuple[str, float]], known: Callable[[str], bool]) -> float:
    total = sum(weight for _, weight in weights)
    return sum(weight for root, weight in weights if known(root)) / total if total else 0.0
