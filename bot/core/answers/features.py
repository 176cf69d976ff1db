"""How near each entry of a FAQ is to a question, seen from several sides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.answers.fitted import Weights
from bot.core.answers.learning import separate
from bot.core.answers.meaning import Encoder
from bot.core.answers.sparse import Floats, Index, Integers

SIDES = ("learnt", "letters of the answer", "meaning of the answer")
CLOSEST = 8
"""Entries that a question is told."""

_SHARPNESS = np.float32(2)
_CENTRED = np.float32(0.7)
_SECOND = np.float32(1 / 3)
_FEW_PILLARS = 1024
_TEXTS_PER_PILLAR = 6


@dataclass(frozen=True, slots=True)
class Near:
    """The closest entries, by number, best first; `sides` has a row for each of them, `scores` what it comes to.

    `elsewhere` is how surely the learnt lines take the question for one that is asked elsewhere,
    `nearest` how alike the text is that is most like it.
    """

    entries: Sequence[int]
    sides: Floats
    scores: Sequence[float]
    elsewhere: float
    nearest: float


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
        self._ranking = np.array(weights.ranking, np.float32)
        flat = [tokens for texts in phrasings for tokens in texts]
        learnt_from = [*flat, *background]
        self._starts = np.cumsum([0, *map(len, phrasings)])
        meanings = self._encoded([*learnt_from, *answers])
        self._middle = _CENTRED * meanings[: len(learnt_from)].sum(axis=0) / np.float32(max(len(learnt_from), 1))
        meaning, self._answer_meaning = np.split(self._centred(meanings), [len(learnt_from)])
        self._index, pillars = Index([*learnt_from, *answers]), _pillars(len(learnt_from))
        # What is asked elsewhere is one more entry, which only says how far all others are from it.
        owner = np.repeat(np.arange(len(phrasings) + 1), [*map(len, phrasings), len(background)])
        alike = self._bent(meaning @ meaning[pillars].T)
        for column, pillar in enumerate(pillars):
            alike[:, column] += self._lexical(self._index.compare(learnt_from[pillar])[: len(learnt_from)])
        # A question is compared with the pillars and the answers alone.
        self._meaning = meaning[pillars]
        self._index = self._index.narrowed(np.concatenate([pillars, np.arange(len(learnt_from), self._index.size)]))
        labels = np.where(owner[:, None] == np.arange(len(phrasings) + 1), 1, -1).astype(np.float32)
        self._lines, without = separate(alike, pillars, labels, weights.softness)
        self._without = without[: len(flat), :-1].argmax(axis=1) if flat else np.zeros(0, np.int64)

    def _lexical(self, likeness: Floats) -> Floats:
        weighed: Floats = np.float32(2 * self._weights.lexical) * likeness
        return weighed

    def _bent(self, cosines: Floats) -> Floats:
        """Cosines of meaning as the learner takes them: what is really near counts for more than many that are not far.
        Written over those that are given, because of a whole FAQ they are many.

        The exponential of a cosine is a kernel like the cosine itself (a Gaussian on the sphere)."""
        cosines -= 1
        cosines *= _SHARPNESS
        np.exp(cosines, out=cosines)
        cosines *= np.float32(self._weights.meaning)
        return cosines

    def _centred(self, rows: Floats) -> Floats:
        """Without most of what all texts have in common: they are questions, in English, about a campaign."""
        rows = rows - self._middle
        centred: Floats = rows / np.maximum(np.sqrt((rows * rows).sum(axis=-1, keepdims=True)), np.float32(1e-9))
        return centred

    def meanings(self, texts: Sequence[Sequence[str]]) -> Floats:
        return self._centred(self._encoded(texts))

    def _encoded(self, texts: Sequence[Sequence[str]]) -> Floats:
        return self._encoder.encode([" ".join(tokens) for tokens in texts])

    def nearest_without(self, entry: int, place: int) -> int:
        """The entry that would have one of the phrasings if it were new."""
        return int(self._without[self._starts[entry] + place])

    def look(self, tokens: Sequence[str], second_guess: Sequence[str]) -> Near:
        """`second_guess` is another way to read the question, or the same: it counts for half as much."""
        seen = self._seen(tokens)
        if second_guess != tokens:
            seen = [one + _SECOND * (other - one) for one, other in zip(seen, self._seen(second_guess), strict=True)]
        alike, letters, meaning = seen
        learnt = alike @ self._lines
        sides = np.stack([learnt[:-1], letters, meaning])
        scores = self._ranking @ sides
        order = np.argsort(-scores, kind="stable")[:CLOSEST]
        return Near(
            order.tolist(), sides[:, order].T, scores[order].tolist(), float(learnt[-1]), float(alike.max(initial=0.0))
        )

    def _seen(self, tokens: Sequence[str]) -> list[Floats]:
        """How alike a question is to the pillars, and by letters and by meaning to the answers."""
        own, lexical, pillars = self.meanings([tokens])[0], self._index.compare(tokens), len(self._meaning)
        alike = self._lexical(lexical[:pillars]) + self._bent(self._meaning @ own)
        return [alike, lexical[pillars:], self._answer_meaning @ own]


def _pillars(texts: int) -> Integers:
    """Which texts all others are held against when the lines are learnt: all, or of very many some of each entry."""
    count = min(texts, max(_FEW_PILLARS, texts // _TEXTS_PER_PILLAR))
    return np.linspace(0, texts - 1, count).astype(np.int64) if count else np.zeros(0, np.int64)
