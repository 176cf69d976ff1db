"""How well one word stands after another, in English and in the FAQ.

What a slip was meant for is told by the words beside it: "a bok of the year" is a book, and neither a boy nor a box.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from bot.core.answers.meaning import Language

EDGE = ""
"""Stands before the first word of a text and after the last."""

_ENGLISH = 0.4  # what English at large weighs, beside the words themselves
_MOST, _LEAST = 6.0, -3.0  # logarithms: nothing that English at large has to say counts for more
_OWN, _OFTEN = 0.7, 0.3  # for a pair that the FAQ has, and for the logarithm of how often
_UNSEEN = -math.log(2)  # of a pair that is too rare for the table: half as often as the rarest there


class Neighbours:
    """`faq` are the texts of the FAQ, in words."""

    def __init__(self, faq: Iterable[Sequence[str]], language: Language) -> None:
        self._own = Counter(pair for tokens in faq for pair in pairwise((EDGE, *tokens, EDGE)))
        self._often = language.often
        self._all = language.often_in_all
        self.fit = lru_cache(maxsize=8192)(self._fit)

    def _fit(self, before: str, after: str) -> float:
        """In logarithms of chances: 0 is as often as by chance, or nobody knows."""
        own = self._own.get((before, after))
        return self._in_english(before, after) + (_OWN + _OFTEN * math.log(own) if own else 0.0)

    def _in_english(self, before: str, after: str) -> float:
        one, other = self._often(before), self._often(after)
        if one is None or other is None:
            return 0.0
        both = self._often(f"{before} {after}")
        by_chance = one + other - self._all
        # A pair that is not in the table is rare; how rare nobody knows, so it is no reason to like it.
        fit = both - by_chance if both is not None else min(0.0, _UNSEEN - by_chance)
        return _ENGLISH * max(_LEAST, min(_MOST, fit))
