"""Misspelt words, brought back to the words of the FAQ or of the language.

A noisy channel (Kernighan, Church and Gale 1990): of the ways in which a text may have been meant, the likeliest is the
one whose words are common enough for how odd the slips would be, and go together (Viterbi's algorithm finds it). The
prices below are logarithms of chances; they were chosen on slips made up in CLINC150, BANKING77 and our own questions.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from itertools import chain, islice, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.answers.meaning import Language
from bot.core.answers.neighbours import EDGE, Neighbours
from bot.core.words import COMMON, COURTESY, SHORT_FORMS, british, stem

_SHORTEST = 2  # letters: a slip of a single one may have been any
_LONG = 5  # letters: of words so long two slips are looked for
_COMMONEST = 20000  # words of the language that a slip may have been meant for
_SLIP = 6.0  # the price of each slip
_ODD = 2.0  # and of one that no neighbouring key or letter explains
_FLAT = 100  # a word's price is the logarithm of this and its place in the language; the FAQ's words stand first
_OFTEN = 0.3  # off the price, for the logarithm of how often the FAQ has the word
_RARE = 10.3  # the price of a word that is right, but none of the commonest
_STRANGE = 18.0  # the price of a word that is meant as it stands, though it is not known here
_STOOD = 3.0  # the price of doubting a word that is right where its neighbours do not know it
_UNSURE = 3.0  # a reading that costs no more than that above the likeliest may be the one that was meant
_DEAREST = {2: math.log(_FLAT), 3: math.log(_FLAT + 1500), 4: 2 + math.log(_FLAT + 1500)}
"""What a word may cost that is meant by one of so few letters: such words have many neighbours."""
_MOST = 12  # words of a text that are looked up: more are no English, and each takes a millisecond
_WAYS = 5  # in which one word may have been meant
_WAYS_BESIDE = 2  # in which each of two may have been meant when the space between them slipped too
_PARTS = frozenset(("s", "t", "ll", "ve"))  # of "it's", "can't", "we'll", "we've": no words that stand alone

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _around(row: int, place: int) -> str:
    """The keys next to one, in its own row and in those above and below."""
    return "".join(keys[max(place - 1, 0) : place + 2] for keys in _KEYS[max(row - 1, 0) : row + 2])


_NEAR = {key: _around(row, place) for row, keys in enumerate(_KEYS) for place, key in enumerate(keys)}


Words = tuple[str, ...]
Way = tuple[float, Words]
"""A price, and the words that were meant."""


class Speller:
    """`faq` are the texts of the FAQ, in words; `others` are words that are right wherever they stand, too."""

    def __init__(self, faq: Sequence[Sequence[str]], language: Language, others: Iterable[str] = ()) -> None:
        terms = Counter(chain.from_iterable(faq))
        usual = {*terms, *COMMON, *filter(lambda short: len(short) > 3, SHORT_FORMS)}
        self._stems = frozenset(map(stem, terms))
        words = dict.fromkeys([*language.words[:_COMMONEST], *sorted(usual)])
        self._prices = {
            word: math.log(_FLAT + place * (word not in usual)) - _OFTEN * math.log(1 + terms[word])
            for place, word in enumerate(words)
            if word not in _PARTS
        }
        self._words = list(self._prices)
        self._usual = dict.fromkeys(sorted(usual - _PARTS))
        self._right_too = frozenset(language.words[_COMMONEST:]).union(others, COMMON, COURTESY, SHORT_FORMS)
        self._often = language.often
        self._fit = Neighbours(faq, language).fit
        self._meant = lru_cache(maxsize=4096)(self._ways)
        self._read = lru_cache(maxsize=64)(self._readings)

    def correct(self, tokens: Sequence[str]) -> Words:
        return self._read(tuple(tokens))[0]

    def second_guess(self, tokens: Sequence[str]) -> Words:
        """The second likeliest reading where it is not sure which one was meant, else the same."""
        return self._read(tuple(tokens))[1]

    def _readings(self, tokens: Words) -> tuple[Words, Words]:
        doubtful = frozenset(islice(self._doubtful(tokens), _MOST))
        if not doubtful:
            return tokens, tokens
        first, *more = self._cheapest(tokens, doubtful)
        second = more[0] if more and more[0][0] - first[0] < _UNSURE else first
        return first[1], second[1]

    def _doubtful(self, tokens: Words) -> Iterator[int]:
        """Where it is not right, and where it is and goes with neither neighbour."""
        for place, token in enumerate(tokens):
            before, after = tokens[place - 1] if place else EDGE, (*tokens[place + 1 : place + 2], EDGE)[0]
            if not self._is_right(token) or self._stands_out(before, token, after):
                yield place

    def _stands_out(self, before: str, token: str, after: str) -> bool:
        if token in SHORT_FORMS or not token.isalpha():
            return False
        fit = self._fit(before, token) + self._fit(token, after)
        return fit < 0 or (fit == 0 and token not in self._usual)

    def _cheapest(self, tokens: Words, doubtful: frozenset[int]) -> list[Way]:
        """The two cheapest readings of the whole. Of those that end alike up to a place, two go on from there."""
        reached: list[dict[str, list[Way]]] = [{} for _ in range(len(tokens) + 1)]
        reached[0][EDGE] = [(0.0, ())]
        for place in range(len(tokens)):
            for end, price, words in self._steps(tokens, place, doubtful):
                for last, ways in reached[place].items():
                    step = price - self._fits((last, *words))
                    found = reached[end].setdefault(words[-1], [])
                    found[:] = nsmallest(2, [*found, *((so_far + step, path + words) for so_far, path in ways)])
        ends = ((price - self._fit(last, EDGE), path) for last, ways in reached[-1].items() for price, path in ways)
        return nsmallest(2, ends)

    def _fits(self, words: Words) -> float:
        return sum(map(self._fit, words, words[1:]))

    def _steps(self, tokens: Words, place: int, doubtful: frozenset[int]) -> Iterator[tuple[int, float, Words]]:
        """How it may go on from a place: to which other one, for what price, by which words."""
        token, following = tokens[place], tokens[place + 1 : place + 2]
        ways = self._meant(token) if place in doubtful else [(self._price(token), (token,))]
        yield from ((place + 1, price, words) for price, words in ways)
        if following and not doubtful.isdisjoint((place, place + 1)):
            yield from ((place + 2, price, words) for price, words in self._spaced(token, following[0]))

    def _spaced(self, one: str, other: str) -> Iterator[Way]:
        """Two words with the space a letter earlier or later, or with none: "ca ni" is "can i"."""
        if one + other in self._prices:
            yield _SLIP + self._prices[one + other], (one + other,)
        for halves in ((one[:-1], one[-1] + other), (one + other[0], other[1:])):
            known = [half in self._prices for half in halves]
            if all(known) or (any(known) and not (self._is_right(one) and self._is_right(other))):
                for (price, left), (more, right) in product(*map(self._alone, halves)):
                    yield _SLIP + price + more, (left, right)

    def _alone(self, word: str) -> list[tuple[float, str]]:
        """The ways in which it may have been meant as one word."""
        if word in self._prices:
            return [(self._prices[word], word)]
        if len(word) < _LONG:
            return []
        return [(price, words[0]) for price, words in self._meant(word) if len(words) == 1][:_WAYS_BESIDE]

    def _price(self, word: str) -> float:
        return self._prices.get(word, _RARE if self._is_right(word) else _STRANGE)

    def _is_right(self, token: str) -> bool:
        """A word of the FAQ with another ending is right too, as is any known one with an s ("everyone's"); a stem that
        stands bare has lost its end."""
        return (
            self._stands(token)
            or self._stands(british(token))
            or (len(token) >= _LONG and token.endswith("s") and not token.endswith("ss") and token[:-1] in self._prices)
            or len(token) < _SHORTEST
            or not token.isalpha()
            or (stem(token) != token and stem(token) in self._stems)
        )

    def _stands(self, token: str) -> bool:
        return (
            token in self._prices
            or token in self._right_too
            or (len(token) >= _LONG and self._often(token) is not None)
        )

    def _ways(self, word: str) -> list[Way]:
        """How a word may have been meant: as it stands, as another one, or as two."""
        ways: list[Way] = [(self._price(word), (word,))]
        if word.isalpha():
            doubt = _STOOD if self._is_right(word) else 0.0
            ways += ((doubt + price, words) for price, words in chain(self._others(word), self._parted(word)))
        return nsmallest(_WAYS, ways)

    def _others(self, word: str) -> Iterator[Way]:
        """What is right was meant for a word of the FAQ, if for another one."""
        right = self._is_right(word)
        limit = 1 if right or len(word) < _LONG else 2
        found = process.extract(
            word, list(self._usual) if right else self._words, scorer=OSA.distance, score_cutoff=limit, limit=None
        )
        dearest = math.inf if right else _DEAREST.get(len(word), math.inf)
        for other, slips, _ in found:
            if other != word and _stands_alone(other) and (price := self._prices[other]) <= dearest:
                yield slips * _SLIP + price + _ODD * (slips == 1 and _is_odd(word, other)), (other,)

    def _parted(self, word: str) -> Iterator[Way]:
        """A space was left out; of three letters ("apc") none was."""
        for place in range(1, len(word) if len(word) > 3 else 0):
            parts = word[:place], word[place:]
            if all(part in self._prices and _stands_alone(part) for part in parts):
                yield _SLIP + _ODD + self._prices[parts[0]] + self._prices[parts[1]], parts


def _stands_alone(word: str) -> bool:
    return len(word) > 1 or word in "ai"


def _is_odd(word: str, meant: str) -> bool:
    """Whether a single slip put a letter there that lies far from those that belong there."""
    place = next((place for place, (one, other) in enumerate(zip(word, meant, strict=False)) if one != other), None)
    if len(word) < len(meant) or sorted(word) == sorted(meant):
        return False  # a letter was left out, or two changed places
    if place is None:
        place = len(meant)
    beside = meant[place : place + 1] if len(word) == len(meant) else meant[max(place - 1, 0) : place + 1]
    return not any(word[place] == letter or word[place] in _NEAR.get(letter, "") for letter in beside)
