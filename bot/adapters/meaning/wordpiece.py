"""Text to the numbers of word pieces, as BERT's uncased vocabulary has it: a word, or the pieces that it falls into."""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

_VOCABULARY = Path(__file__).parent / "data" / "vocab.txt"
_TOKEN = re.compile(r"[^\W_]+|[^\s\w]|_")
_LONGEST = 100  # letters of a word; BERT gives up on longer ones
_WORD = re.compile(r"[a-z]{2,}")
_SHORT = re.compile(r"(?=.*[aeiouy]).{2,3}")
_USUAL = 8000  # of the whole words


class WordPieces:
    """`whole_words` are no names of signs or letters; the commonest come first, as the vocabulary has them.

    Among rare short ones there are too many that are only a slip away from a common one ("te", "fir"); without a
    vowel they are rather abbreviations.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.count = len(vocabulary)
        words = [piece for piece in vocabulary if _WORD.fullmatch(piece)]
        self.whole_words = [word for place, word in enumerate(words) if place < _USUAL or not _SHORT.fullmatch(word)]
        # Sorted to be looked up in: a dict takes 2 MB more, and saves a microsecond in words that are new.
        self._numbers = array("i", sorted(range(self.count), key=vocabulary.__getitem__))
        self._sorted = [vocabulary[number] for number in self._numbers]
        self.start, self.end, self._unknown = (self._longest(name)[0] for name in ("[CLS]", "[SEP]", "[UNK]"))
        self._pieces = lru_cache(maxsize=8192)(self._split)

    def numbers(self, text: str) -> list[int]:
        return [number for word in _TOKEN.findall(_plain(text)) for number in self._pieces(word)]

    def _split(self, word: str) -> tuple[int, ...]:
        """The longest piece that the word begins with, then the longest that the rest begins with, and so on."""
        found: list[int] = []
        rest = word if len(word) <= _LONGEST else ""
        while rest:
            number, length = self._longest(rest, "##" if found else "")
            if length == 0:
                return (self._unknown,)
            found.append(number)
            rest = rest[length:]
        return tuple(found) or (self._unknown,)

    def _longest(self, rest: str, mark: str = "") -> tuple[int, int]:
        """The number of the longest piece that it begins with, and how much of it that is."""
        for end in range(len(rest), 0, -1):
            piece = mark + rest[:end]
            place = bisect_left(self._sorted, piece)
            if self._sorted[place : place + 1] == [piece]:
                return self._numbers[place], end
        return 0, 0


def _plain(text: str) -> str:
    """Lower case and without accents."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


@cache
def word_pieces() -> WordPieces:
    return WordPieces(_VOCABULARY.read_text(encoding="utf-8").splitlines())
