"""Texts compared letter by letter and word by word: sparse vectors, and the cosine between them."""

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bot.core.words import stem

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

WORDS, LETTERS = 0, 1
"""The two kinds of part that texts are compared by; each has a cosine of its own."""

_SHORTEST, _LONGEST = 2, 5  # letters


def _letters(token: str) -> Iterator[str]:
    """The letters within a word, two to five at a time, with its edges."""
    padded = f" {token} "
    for size in range(_SHORTEST, min(_LONGEST, len(padded)) + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


def _words(tokens: Sequence[str]) -> Iterator[str]:
    """Stems, and pairs of them."""
    stems = [stem(token) for token in tokens]
    yield from stems
    yield from map(" ".join, itertools.pairwise(stems))


class Index:
    """Texts to compare with. Their parts are weighed by rarity (tf-idf, with the logarithm of the count)."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.size = len(texts)
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._letters_of = lru_cache(maxsize=8192)(self._letters_known)
        for tokens in texts:
            for part in _words(tokens):
                self._numbers[WORDS].setdefault(part, self._count())
            for part in (part for token in tokens for part in _letters(token)):
                self._numbers[LETTERS].setdefault(part, self._count())
        count = self._count()
        self._kind = np.zeros(count, np.int64)
        self._kind[list(self._numbers[LETTERS].values())] = LETTERS
        self._rarity = np.ones(count, np.float32)
        counted = [self._counted(tokens) for tokens in texts]
        held = np.concatenate([np.zeros(0, np.int64), *(parts for parts, _ in counted)])
        self._lengths = np.bincount(held, minlength=count)
        self._rarity = (np.log((1 + self.size) / (1 + self._lengths)) + 1).astype(np.float32)
        # The numbers of the texts as they are told apart by letters follow those by words: one sum serves both.
        text = np.repeat(np.arange(self.size), [len(parts) for parts, _ in counted])
        order = np.argsort(held, kind="stable")
        self._texts = (text + self._kind[held] * self.size)[order]
        self._weights = np.concatenate([np.zeros(0, np.float32), *(self._weighed(*pair) for pair in counted)])[order]
        self._starts = np.cumsum(self._lengths) - self._lengths

    def _count(self) -> int:
        return sum(map(len, self._numbers))

    def _letters_known(self, token: str) -> tuple[int, ...]:
        known = self._numbers[LETTERS]
        return tuple(known[part] for part in _letters(token) if part in known)

    def _counted(self, tokens: Sequence[str]) -> tuple[Integers, Integers]:
        """The parts of a text that are known, in rising order, and how often each stands in it."""
        known = self._numbers[WORDS]
        found = [known[part] for part in _words(tokens) if part in known]
        for token in tokens:
            found += self._letters_of(token)
        return np.unique(np.array(found, np.int64), return_counts=True)

    def _weighed(self, parts: Integers, counts: Integers) -> Floats:
        """The parts of one text by weight; each kind has length 1."""
        weights = self._rarity[parts] * (1 + np.log(counts.astype(np.float32)))
        squares = np.bincount(self._kind[parts], weights * weights, 2)
        result: Floats = weights / np.sqrt(squares).astype(np.float32)[self._kind[parts]]
        return result

    def rarity(self, root: str) -> float:
        """How much a stem tells, by how few texts have it. A stem that none has tells most."""
        number = self._numbers[WORDS].get(root)
        return math.log(1 + self.size) + 1 if number is None else float(self._rarity[number])

    def knows(self, root: str) -> bool:
        return root in self._numbers[WORDS]

    def compare(self, tokens: Sequence[str]) -> Floats:
        """The cosines with every text: a row by words, and a row by letters."""
        parts, counts = self._counted(tokens)
        if not len(parts):
            return np.zeros((2, self.size), np.float32)
        lengths = self._lengths[parts]
        ends = np.cumsum(lengths)
        # Where each part's texts stand, one part after the other.
        places = np.repeat(self._starts[parts] - ends + lengths, lengths) + np.arange(ends[-1])
        weights = np.repeat(self._weighed(parts, counts), lengths) * self._weights[places]
        sums = np.bincount(self._texts[places], weights, 2 * self.size)
        return sums.astype(np.float32).reshape(2, self.size)
