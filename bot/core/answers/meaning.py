"""What the matcher asks of whatever knows the meaning of words. The tiers differ in this alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.core.answers.sparse import Floats


class Encoder(Protocol):
    """`name` says which fitted numbers belong to it."""

    @property
    def name(self) -> str: ...

    @property
    def language(self) -> Sequence[str]:
        """Words that are spelt right wherever they stand, the commonest first. May be empty."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row of length 1 (or of zeros) for each text: the nearer two rows, the nearer what is meant.

        Pure: the same text has the same row, whatever stands beside it."""


@dataclass(frozen=True, slots=True)
class NoMeaning:
    """Compares letters and words alone: what is left when there are no vectors at all."""

    name: str = "letters"
    language: Sequence[str] = ()

    def encode(self, texts: Sequence[str]) -> Floats:
        return np.zeros((len(texts), 1), np.float32)
