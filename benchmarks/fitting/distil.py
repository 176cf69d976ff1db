"""Distils word vectors from the sentence encoder: `python -m benchmarks.fitting.distil`, which writes
`bot/adapters/meaning/data/vectors.npy`.

The vector of each word piece begins as what the encoder makes of the piece alone, weighed down the commoner it is. A
linear map brings means of these near to what the encoder makes of whole sentences, without what all sentences have in
common; all is turned so that the first columns tell most, and cut; a sparse regression mends single pieces. The
sentences are the train parts of CLINC150 and BANKING77, without their labels. At last the numbers are rounded to bytes.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.fitting.fit import TASKS, faq, ways
from bot.adapters.meaning.sentences import BGE, Sentences, weights
from bot.adapters.meaning.vectors import TABLE
from bot.adapters.meaning.wordpiece import WordPieces, word_pieces
from bot.core.words import words

Floats = npt.NDArray[np.float32]

COLUMNS = 96
RARE = 1e-3  # the frequency at which a piece counts half; the vocabulary is in order of frequency, as Zipf has it
SPECIAL = 900  # pieces before the first ordinary one
PULL = np.float32(0.05)  # of the regression towards no change
STEPS = 15


def sentences() -> list[str]:
    """As the matcher reads them."""
    tasks = ("clinc-kall", "banking-kall")
    found = {
        " ".join(words(text)) for task in tasks for entry in faq(TASKS / task / "faq.yaml") for text in ways(entry)
    }
    return sorted(found)


class Bags:
    """Sentences as sets of pieces: the mean of their rows, and the way back from means to rows."""

    def __init__(self, texts: Sequence[str], pieces: WordPieces) -> None:
        found = [pieces.numbers(text) or [0] for text in texts]
        sizes = np.array([len(row) for row in found])
        self._piece = np.array([number for row in found for number in row])
        self._starts = np.cumsum(sizes) - sizes
        self._sizes: Floats = sizes[:, None].astype(np.float32)
        order = np.argsort(self._piece, kind="stable")
        self._used, self._firsts = np.unique(self._piece[order], return_index=True)
        self._sentence = np.repeat(np.arange(len(texts)), sizes)[order]

    def means(self, rows: Floats) -> Floats:
        result: Floats = np.add.reduceat(rows[self._piece], self._starts, axis=0).astype(np.float32) / self._sizes
        return result

    def spread(self, means: Floats, size: int) -> Floats:
        result = np.zeros((size, means.shape[1]), np.float32)
        result[self._used] = np.add.reduceat((means / self._sizes)[self._sentence], self._firsts, axis=0)
        return result


def distilled(alone: Floats, bags: Bags, wanted: Floats) -> Floats:
    rank = np.arange(len(alone)).clip(SPECIAL + 1) - SPECIAL
    rows = alone * (RARE / (RARE + 0.1 / rank))[:, None].astype(np.float32)
    means = bags.means(rows)
    bend = means.T @ means + 1e-3 * len(wanted) / 100 * np.eye(rows.shape[1], dtype=np.float32)
    turn = np.linalg.eigh(np.cov(wanted.T))[1][:, ::-1][:, :COLUMNS].astype(np.float32)
    rows = rows @ (np.linalg.solve(bend, means.T @ wanted) @ turn).astype(np.float32)
    rows += _mended(rows, bags, wanted @ turn)
    return rows


def _mended(rows: Floats, bags: Bags, wanted: Floats) -> Floats:
    """Conjugate gradients for the ridge regression of what is still missing."""
    change = np.zeros_like(rows)
    rest = bags.spread(wanted - bags.means(rows), len(rows))
    way, size = rest.copy(), float((rest * rest).sum())
    for _ in range(STEPS):
        bent = bags.spread(bags.means(way), len(rows)) + PULL * way
        step = np.float32(size / float((way * bent).sum()))
        change += step * way
        rest -= step * bent
        new = float((rest * rest).sum())
        way, size = rest + np.float32(new / size) * way, new
    return change


def main() -> None:
    file = weights(BGE)
    assert file is not None, "install requirements/dev.txt first"
    teacher, pieces, texts = Sentences("teacher", [file]), word_pieces(), sentences()
    wanted, alone = teacher.encode(texts), np.stack([teacher.row([number]) for number in range(pieces.count)])
    rows = distilled(alone - alone.mean(axis=0), Bags(texts, pieces), wanted - wanted.mean(axis=0))
    scales = np.abs(rows).max(axis=1) / 127 + 1e-9
    np.save(TABLE, np.round(rows / scales[:, None]).astype(np.int8))
    np.save(TABLE.with_name("scales.npy"), scales.astype(np.float16))


if __name__ == "__main__":
    main()
