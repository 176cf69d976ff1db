"""Misspelt words, brought back to the words of the FAQ or of the language."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.words import COMMON, stem

_SHORTEST = 3  # letters: of shorter words any slip makes another word
_COMMONEST = 12000  # words of the language that a slip may have been meant for


class Speller:
    """`faq` are the words of the FAQ, `language` those that are right wherever they stand, the commonest first."""

    def __init__(self, faq: Collection[str], language: Sequence[str]) -> None:
        self._right = frozenset(faq) | frozenset(language) | COMMON
        self._stems = frozenset(stem(word) for word in faq)
        # Of two words that are as near, and begin alike, the commoner was meant: it stands before the other.
        place = dict.fromkeys(COMMON, -1) | {word: place for place, word in enumerate(language)}
        self._faq = sorted(faq, key=lambda word: (place.get(word, len(place)), word))
        self._common = list(dict.fromkeys([*sorted(COMMON), *language[:_COMMONEST]]))
        self._meant = lru_cache(maxsize=4096)(self._nearest)

    def correct(self, tokens: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            token
            if token in self._right or len(token) < _SHORTEST or stem(token) in self._stems
            else self._meant(token)
            for token in tokens
        )

    def _nearest(self, word: str) -> str:
        """The word that was meant: the FAQ's before another that is as near. A word unlike any stays."""
        if any(letter.isdigit() for letter in word):
            return word
        limit = 1 if len(word) < 6 else 2
        best, fewest = word, limit + 1
        for vocabulary in (self._faq, self._common):
            found = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=limit, limit=10)
            meant = [
                (int(slips), other[0] != word[0], place)
                for other, slips, place in found
                if _plausible(word, other, int(slips))
            ]
            if meant and min(meant)[0] < fewest:
                fewest, _, place = min(meant)
                best = vocabulary[place]
        return best


def _plausible(word: str, other: str, distance: int) -> bool:
    """Whether a slip makes `word` from `other`: first letters seldom slip, and short words have neighbours."""
    if len(other) < _SHORTEST:
        return False
    if sorted(word) == sorted(other):
        return True
    if len(word) <= 4 and len(other) <= 4:
        return distance == 1 and word[0] == other[0] and word[-1] == other[-1]
    return word[0] == other[0] or (distance == 1 and word[1:] == other)
