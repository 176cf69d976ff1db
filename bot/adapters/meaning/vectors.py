"""Meaning from a table: a vector for each word piece, averaged over the text.

The table was distilled from a sentence encoder by `benchmarks/fitting/distil.py`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.adapters.meaning.english import english
from bot.adapters.meaning.wordpiece import word_pieces

Floats = npt.NDArray[np.float32]

TABLE = Path(__file__).parent / "data" / "vectors.npy"
"""96 bytes for each piece; beside it the scale of each."""


class Vectors:
    name = "core"

    def __init__(self) -> None:
        self.language = english()
        self._pieces = word_pieces()
        self._rows: npt.NDArray[np.int8] = np.load(TABLE)
        self._scales: Floats = np.load(TABLE.with_name("scales.npy")).astype(np.float32)

    def encode(self, texts: Sequence[str]) -> Floats:
        found = np.zeros((len(texts), self._rows.shape[1]), np.float32)
        for place, text in enumerate(texts):
            if numbers := self._pieces.numbers(text):
                found[place] = (self._rows[numbers] * self._scales[numbers, None]).sum(axis=0)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        rows: Floats = found / np.maximum(lengths, np.float32(1e-9))
        return rows
