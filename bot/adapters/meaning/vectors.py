"""Meaning from a table: a vector for each word piece, averaged over the text.

The table was distilled from a sentence encoder by `benchmarks/fitting/distil.py`: its columns go from the direction
that tells most to the one that tells least, so that the first few alone are a smaller table.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.adapters.meaning.wordpiece import word_pieces

Floats = npt.NDArray[np.float32]

TABLE = Path(__file__).parent / "data" / "vectors.npy"
"""A row of bytes for each column, so that the first columns can be read alone; beside it the scale of each piece."""


class Vectors:
    """`columns` of the table, of 192: half of them do nearly as well, and take 3 MB."""

    def __init__(self, name: str, columns: int) -> None:
        self.name = name
        self._pieces = word_pieces()
        table = np.load(TABLE, mmap_mode="r")
        self._rows: npt.NDArray[np.int8] = np.ascontiguousarray(table[:columns].T)
        self._scales: Floats = np.load(TABLE.with_name("scales.npy")).astype(np.float32)

    @property
    def language(self) -> Sequence[str]:
        return self._pieces.whole_words

    def encode(self, texts: Sequence[str]) -> Floats:
        found = np.zeros((len(texts), self._rows.shape[1]), np.float32)
        for place, text in enumerate(texts):
            if numbers := self._pieces.numbers(text):
                found[place] = (self._rows[numbers] * self._scales[numbers, None]).sum(axis=0)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        rows: Floats = found / np.maximum(lengths, np.float32(1e-9))
        return rows
