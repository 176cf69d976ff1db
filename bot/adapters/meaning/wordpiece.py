"""Text to the numbers of word pieces, as BERT's uncased vocabulary has it: a word, or the pieces that it falls into."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path

_VOCABULARY = Path(__file__).parent / "data" / "vocab.txt"
_TOKEN = re.compile(r"[^\W_]+|[^\s\w]|_")
_LONGEST = 100  # letters of a word; BERT gives up on longer ones
_WORD = re.compile(r"[a-z]{2,}")


class WordPieces:
    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self._unknown = (self._numbers["[UNK]"],)
        self.count = len(vocabulary)
        self.start, self.end = self._numbers["[CLS]"], self._numbers["[SEP]"]
        self._pieces = lru_cache(maxsize=8192)(self._split)

    @cached_property
    def whole_words(self) -> Sequence[str]:
        """Those that are no names of signs or letters, the commonest first, as the vocabulary has them."""
        return [piece for piece in self._numbers if _WORD.fullmatch(piece)]

    def numbers(self, text: str) -> list[int]:
        return [number for word in _TOKEN.findall(_plain(text)) for number in self._pieces(word)]

    def _split(self, word: str) -> tuple[int, ...]:
        """The longest piece that the word begins with, then the longest that the rest begins with, and so on."""
        found: list[int] = []
        rest = word if len(word) <= _LONGEST else ""
        while rest:
            end = next((end for end in range(len(rest), 0, -1) if self._piece(rest[:end], found) is not None), 0)
            if end == 0:
                return self._unknown
            found.append(self._numbers[self._spelt(rest[:end], found)])
            rest = rest[end:]
        return tuple(found) or self._unknown

    def _piece(self, start: str, found: list[int]) -> int | None:
        return self._numbers.get(self._spelt(start, found))

    @staticmethod
    def _spelt(start: str, found: list[int]) -> str:
        return f"##{start}" if found else start


def _plain(text: str) -> str:
    """Lower case and without accents."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


@cache
def word_pieces() -> WordPieces:
    return WordPieces(_VOCABULARY.read_text(encoding="utf-8").splitlines())
