"""Texts compared letter by letter and word by word: sparse vectors, and the cosine between them."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt

from bot.core.words import stem

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int_ | np.int32]

_SHORTEST, _LONGEST = 3, 4  # letters


def _letters(token: str) -> Iterator[str]:
    """The letters within a word, three or four at a time, with its edges."""
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
    """Texts to compare with. Their parts are weighed by rarity (tf-idf, with the logarithm of the count).

    A text is compared by its words and by its letters, and the two cosines count the same.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.size = len(texts)
        self._by_word = _numbered(part for tokens in texts for part in _words(tokens))
        letters = (part for token in _distinct(texts) for part in _letters(token))
        self._by_letter = _numbered(letters, first=len(self._by_word))
        # Knows nothing of this index, which would live on in the cache of the one that it is narrowed to.
        self._letters_of = lru_cache(maxsize=8192)(partial(_letters_known, self._by_letter))
        found = (part * self.size + text for text, tokens in enumerate(texts) for part in self._parts(tokens))
        # Each part's texts stand together, in rising order.
        held, counts = np.unique(np.fromiter(found, np.int64), return_counts=True)
        part, text = np.divmod(held, max(self.size, 1))
        self._texts = text.astype(np.int32)
        self._lengths = np.bincount(part, minlength=len(self._by_word) + len(self._by_letter))
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._rarity = np.log((1 + self.size) / (1 + self._lengths)) + 1
        self._weights = self._rarity[part] * (1 + np.log(counts))
        text[part >= len(self._by_word)] += self.size  # each has two lengths, by words and by letters
        self._weights /= np.sqrt(2 * np.bincount(text, self._weights * self._weights))[text]

    def _parts(self, tokens: Sequence[str]) -> list[int]:
        """The numbers of the parts that are known: words, and after them letters."""
        known = self._by_word
        parts = [known[part] for part in _words(tokens) if part in known]
        for token in tokens:
            parts += self._letters_of(token)
        return parts

    def narrowed(self, texts: Integers) -> "Index":
        """These texts alone, in this order, weighed as among all."""
        number = np.full(self.size, -1, np.int32)
        number[texts] = np.arange(len(texts))
        part = np.repeat(np.arange(len(self._lengths)), self._lengths)
        kept = number[self._texts] >= 0
        other = copy(self)
        other.size = len(texts)
        other._texts, other._weights = number[self._texts[kept]], self._weights[kept]
        other._lengths = np.bincount(part[kept], minlength=len(self._lengths))
        other._starts = np.cumsum(other._lengths) - other._lengths
        return other

    def compare(self, tokens: Sequence[str]) -> Floats:
        """How near every text is, from 0 to 1: the mean of the cosines by words and by letters."""
        parts, counts = np.unique(np.array(self._parts(tokens), np.int64), return_counts=True)
        weights = self._rarity[parts] * (1 + np.log(counts))
        words = int(parts.searchsorted(len(self._by_word)))
        for kind in (weights[:words], weights[words:]):
            kind /= max(math.sqrt(2 * float(kind @ kind)), 1e-9)
        lengths = self._lengths[parts]
        ends = np.cumsum(lengths)
        # Where each part's texts stand, one part after the other.
        places = np.repeat(self._starts[parts] - ends + lengths, lengths) + np.arange(lengths.sum())
        sums = np.bincount(self._texts[places], np.repeat(weights, lengths) * self._weights[places], self.size)
        return sums.astype(np.float32)


def _letters_known(numbers: Mapping[str, int], token: str) -> list[int]:
    return [numbers[part] for part in _letters(token) if part in numbers]


def _numbered(parts: Iterable[str], first: int = 0) -> dict[str, int]:
    return {part: number for number, part in enumerate(dict.fromkeys(parts), first)}


def _distinct(texts: Sequence[Sequence[str]]) -> Iterable[str]:
    return dict.fromkeys(token for tokens in texts for token in tokens)
