"""What the matcher asks of whatever knows the meaning of words. The tiers differ in this alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.core.answers.sparse import Floats


def _unknown(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Language:
    """`words` are spelt right wherever they stand, the commonest first.

    `often` tells of a word, or of two with a space between them, the logarithm of how many times oftener than the
    rarest it knows they stand in English text, or None; `often_in_all` is the same of all words together.
    """

    words: Sequence[str] = ()
    often: Callable[[str], float | None] = _unknown
    often_in_all: float = 0.0


class Encoder(Protocol):
    """`name` says which fitted numbers belong to it."""

    @property
    def name(self) -> str: ...

    @property
    def language(self) -> Language: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row of length 1 (or of zeros) for each text: the nearer two rows, the nearer what is meant.

        Pure: the same text has the same row, whatever stands beside it."""


@dataclass(frozen=True, slots=True)
class NoMeaning:
    """Compares letters and words alone: what is left when there are no vectors at all."""

    name: str = "letters"
    language: Language = Language()

    def encode(self, texts: Sequence[str]) -> Floats:
        return np.zeros((len(texts), 1), np.float32)
