"""Misspelt words, brought back to the words of the FAQ or of the language.

A noisy channel (Kernighan, Church and Gale 1990): of the words that are a slip or two away, the one that was meant is
the one that is common enough for how odd the slip would be. The prices below are logarithms of chances; they were
chosen on slips made up in CLINC150, BANKING77 and our own questions, of which they mend close on nine in ten.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.words import COMMON, COURTESY, SHORT_FORMS, british, stem

_SHORTEST = 2  # letters: a slip of a single one may have been any
_LONG = 5  # letters: of words so long two slips are looked for
_COMMONEST = 20000  # words of the language that a slip may have been meant for
_SLIP = 6.0  # the price of each slip
_ODD = 2.0  # and of one that no neighbouring key or letter explains
_FLAT = 100  # a word's price is the logarithm of this and its place in the language; the FAQ's words stand first
_OFTEN = 0.3  # off the price, for the logarithm of how often the FAQ has the word
_STRANGE = 18.0  # the price of a word that is meant as it stands, though it is not known here
_UNSURE = 3.0  # a word that costs no more than that above the likeliest may be the one that was meant
_DEAREST = {2: math.log(_FLAT), 3: math.log(_FLAT + 1500), 4: math.log(_FLAT + 1500)}
"""What a word may cost that is meant by one of so few letters: such words have many neighbours."""
_MOST = 12  # misspelt words of a text that are looked up: more are no English, and each takes a millisecond
_PARTS = frozenset(("s", "t", "ll", "ve"))  # of "it's", "can't", "we'll", "we've": no words that stand alone

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _around(row: int, place: int) -> str:
    """The keys next to one, in its own row and in those above and below."""
    return "".join(keys[max(place - 1, 0) : place + 2] for keys in _KEYS[max(row - 1, 0) : row + 2])


_NEAR = {key: _around(row, place) for row, keys in enumerate(_KEYS) for place, key in enumerate(keys)}


Candidate = tuple[float, int, str]
"""Price, place (of two words at the same price, the commoner was meant), and the word."""


class Speller:
    """`faq` are the words of the FAQ, as often as they stand there, `language` those that are right wherever they
    stand, the commonest first."""

    def __init__(self, faq: Iterable[str], language: Sequence[str]) -> None:
        terms = Counter(faq)
        usual = {*terms, *COMMON, *filter(lambda short: len(short) > 3, SHORT_FORMS)}
        self._stems = frozenset(map(stem, terms))
        words = dict.fromkeys([*language[:_COMMONEST], *sorted(usual)])
        self._prices = {
            word: math.log(_FLAT + place * (word not in usual)) - _OFTEN * math.log(1 + terms[word])
            for place, word in enumerate(words)
            if word not in _PARTS
        }
        self._words = list(self._prices)
        self._right_too = frozenset(language[_COMMONEST:]).union(COMMON, COURTESY, SHORT_FORMS)
        # Of two words that cost no more, none could be meant for two others.
        self._cheap = _SLIP + 2 * min(self._prices.values(), default=0.0)
        self._meant = lru_cache(maxsize=4096)(self._likeliest)

    def correct(self, tokens: Sequence[str]) -> tuple[str, ...]:
        return self._mended(tokens, 0)

    def second_guess(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """The same, with the second likeliest word where it is not sure which one was meant."""
        return self._mended(tokens, 1)

    def _mended(self, tokens: Sequence[str], guess: int) -> tuple[str, ...]:
        wrong = list(dict.fromkeys(token for token in tokens if not self._is_right(token)))
        meant = {token: self._meant(token) for token in wrong[:_MOST]}
        found = list(tokens)
        prices = [meant[token][0][0] if token in meant else self._prices.get(token, 0.0) for token in tokens]
        for place in range(len(found) - 1):
            price = prices[place] + prices[place + 1]
            if price > self._cheap and (moved := self._spaced(found[place], found[place + 1], price)):
                found[place : place + 2] = moved
                prices[place + 1] = self._prices[moved[1]]
        return tuple(meant[token][guess][-1] if token in meant else token for token in found)

    def _spaced(self, one: str, other: str, price: float) -> tuple[str, str] | None:
        """Two words with the space a letter earlier or later, where that costs less: "ca ni" is "can i"."""
        moved = ((one[:-1], one[-1] + other), (one + other[0], other[1:]))
        best = min(moved, key=self._price_of_both)
        return best if _SLIP + self._price_of_both(best) < price else None

    def _price_of_both(self, pair: tuple[str, str]) -> float:
        return sum(self._prices.get(word, math.inf) for word in pair)

    def _is_right(self, token: str) -> bool:
        """A word of the FAQ with another ending is right too; a stem that stands bare has lost its end."""
        return (
            self._stands(token)
            or self._stands(british(token))
            or len(token) < _SHORTEST
            or not token.isalpha()
            or (stem(token) != token and stem(token) in self._stems)
        )

    def _stands(self, token: str) -> bool:
        return token in self._prices or token in self._right_too

    def _likeliest(self, word: str) -> tuple[Candidate, Candidate]:
        """The word that was meant: itself, when it is unlike any other; and the one that may have been, or again it."""
        first, second = nsmallest(2, [(_STRANGE, 0, word), (math.inf, 0, word), *self._candidates(word)])
        return first, second if second[0] - first[0] < _UNSURE else first

    def _candidates(self, word: str) -> Iterator[Candidate]:
        limit = 1 if len(word) < _LONG else 2
        found = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=limit, limit=None)
        for other, slips, place in found:
            price = self._prices[other]
            if price <= _DEAREST.get(len(word), math.inf):
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
