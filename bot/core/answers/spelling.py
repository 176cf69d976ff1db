"""Misspelt words, brought back to the words of the FAQ or of the language.

A noisy channel (Kernighan, Church and Gale 1990): of the words that are a slip or two away, the one that was meant is
the one that is common enough for how odd the slip would be. The prices below are logarithms of chances; they were
chosen on slips made up in the train parts of CLINC150 and BANKING77, of which they mend nine in ten.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.words import COMMON, stem

_SHORTEST = 3  # letters: of shorter words any slip makes another word
_LONG = 5  # letters: of words so long two slips are looked for
_COMMONEST = 20000  # words of the language that a slip may have been meant for
_SLIP = 6.0  # the price of each slip
_ODD = 2.0  # and of one that no neighbouring key or letter explains
_FLAT = 100  # a word's price is the logarithm of this and its place in the language; the FAQ's words stand first
_SHORT = 4  # letters: such words have many neighbours, so the language's commoner words alone are meant
_COMMON_ENOUGH = math.log(_FLAT + 1500)
_MOST = 12  # misspelt words of a text that are looked up: more are no English, and each takes a millisecond

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _around(row: int, place: int) -> str:
    """The keys next to one, in its own row and in those above and below."""
    return "".join(keys[max(place - 1, 0) : place + 2] for keys in _KEYS[max(row - 1, 0) : row + 2])


_NEAR = {key: _around(row, place) for row, keys in enumerate(_KEYS) for place, key in enumerate(keys)}


class Speller:
    """`faq` are the words of the FAQ, `language` those that are right wherever they stand, the commonest first."""

    def __init__(self, faq: Collection[str], language: Sequence[str]) -> None:
        self._right = frozenset(faq) | frozenset(language) | COMMON
        self._stems = frozenset(stem(word) for word in faq)
        self._words = list(dict.fromkeys([*sorted(COMMON), *language[:_COMMONEST], *sorted(faq)]))
        self._prices = [math.log(_FLAT + place * (word not in faq)) for place, word in enumerate(self._words)]
        self._meant = lru_cache(maxsize=4096)(self._likeliest)

    def correct(self, tokens: Sequence[str]) -> tuple[str, ...]:
        wrong = list(dict.fromkeys(token for token in tokens if not self._is_right(token)))
        meant = {token: self._meant(token) for token in wrong[:_MOST]}
        return tuple(meant.get(token, token) for token in tokens)

    def _is_right(self, token: str) -> bool:
        """A word of the FAQ with another ending is right too; a stem that stands bare has lost its end."""
        found = stem(token)
        return (
            token in self._right
            or len(token) < _SHORTEST
            or not token.isalpha()
            or (found != token and found in self._stems)
        )

    def _likeliest(self, word: str) -> str:
        """The word that was meant. One unlike any stays."""
        return min(self._candidates(word), default=(0.0, 0, word))[2]

    def _candidates(self, word: str) -> Iterator[tuple[float, int, str]]:
        """Price, place (of two words at the same price, the commoner was meant), and the word."""
        limit = 1 if len(word) < _LONG else 2
        found = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=limit, limit=None)
        for other, slips, place in found:
            price = self._prices[place]
            if len(word) > _SHORT or price <= _COMMON_ENOUGH:
                yield slips * _SLIP + price + _ODD * (slips == 1 and _is_odd(word, other)), place, other


def _is_odd(word: str, meant: str) -> bool:
    """Whether a single slip put a letter there that lies far from those that belong there."""
    place = next((place for place, (one, other) in enumerate(zip(word, meant, strict=False)) if one != other), None)
    if len(word) < len(meant) or sorted(word) == sorted(meant):
        return False  # a letter was left out, or two changed places
    if place is None:
        place = len(meant)
    beside = meant[place : place + 1] if len(word) == len(meant) else meant[max(place - 1, 0) : place + 1]
    return not any(word[place] == letter or word[place] in _NEAR.get(letter, "") for letter in beside)
