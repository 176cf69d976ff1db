"""Makes the table of how often words and pairs of words stand in English: `python -m benchmarks.fitting.pairs FOLDER`,
which writes `bot/adapters/meaning/data/pairs.npy`.

FOLDER has the two dictionaries of the package symspellpy 6.10.1 (`pip download symspellpy==6.10.1`, unpacked): counts
of Google's Books Ngrams for the words of SCOWL. Of the short words those are left out that are rarer than the rarest
pair: most of them are slips of others.
"""

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bot.adapters.meaning.english import PER_NAT, TABLE, key

WORDS, PAIRS = "frequency_dictionary_en_82_765.txt", "frequency_bigramdictionary_en_243_342.txt"
LONG = 5  # letters


def counts(file: Path) -> Iterator[tuple[str, int]]:
    for line in file.read_text(encoding="utf-8-sig").splitlines():
        words, _, count = line.rpartition(" ")
        yield words, int(count)


def main(folder: Path) -> None:
    words, pairs = dict(counts(folder / WORDS)), dict(counts(folder / PAIRS))
    rarest = min(pairs.values())
    taken = {text: count for text, count in (words | pairs).items() if count >= rarest or len(text) >= LONG}
    often = {key(text): round(math.log(max(count, rarest) / rarest) * PER_NAT) for text, count in taken.items()}
    np.save(TABLE, np.array(sorted(often.items()), [("key", "<u4"), ("often", "u1")]))
    print(f"{len(often):,} rows; all words together: {math.log(sum(words.values()) / rarest):.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
