"""How often words and pairs of words stand in English text: a table made by `benchmarks/fitting/pairs.py`."""

from array import array
from bisect import bisect_left
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np

from bot.adapters.meaning.wordpiece import word_pieces
from bot.core.answers import Language

TABLE = Path(__file__).parent / "data" / "pairs.npy"
"""A row for each word or pair, in order of their keys: 4 bytes of key, 1 of how often."""
PER_NAT = 24
_OFTEN_IN_ALL = 11.35  # the script tells it


def key(text: str) -> int:
    """With 320,000 rows one text of 13,000 that are not there finds the row of another."""
    return crc32(text.encode())


class _Often:
    """In arrays, not in a dict: 2 MB and not forty."""

    def __init__(self, file: Path) -> None:
        table = np.load(file)
        self._keys, self._often = array("I", table["key"].tobytes()), table["often"].tobytes()

    def __call__(self, text: str) -> float | None:
        wanted = key(text)
        place = bisect_left(self._keys, wanted)
        found = place < len(self._keys) and self._keys[place] == wanted
        return self._often[place] / PER_NAT if found else None


@cache
def english() -> Language:
    return Language(word_pieces().whole_words, _Often(TABLE), _OFTEN_IN_ALL)
