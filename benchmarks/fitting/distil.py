"""Distils word vectors from the sentence encoder: `python -m benchmarks.fitting.distil`, which writes
`bot/adapters/meaning/data/vectors.npy`.

The vector of each word piece begins as what the encoder makes of the piece alone, weighed down the commoner it is.
A linear map brings sums of these near to what the encoder makes of whole sentences, and a sparse regression mends
single pieces. The sentences are the train parts of CLINC150 and BANKING77, without their labels. At last all is turned
so that the first columns tell most, cut to 128 of them and rounded to bytes.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.fitting.fit import TASKS, faq, ways
from bot.adapters.meaning.minilm import MiniLM, weights_file
from bot.adapters.meaning.vectors import TABLE
from bot.adapters.meaning.wordpiece import WordPieces, word_pieces

Floats = npt.NDArray[np.float32]

COLUMNS = 128
RARE = 1e-3  # the frequency at which a piece counts half; the vocabulary is in order of frequency, as Zipf has it
SPECIAL = 900  # pieces before the first ordinary one
PULL = np.float32(0.05)  # of the regression towards no change
STEPS = 30


def sentences() -> list[str]:
    tasks = ("clinc-kall", "banking-kall")
    return [text for task in tasks for entry in faq(TASKS / task / "faq.yaml") for text in ways(entry)]


class Bags:
    """Sentences as sets of pieces: the mean of their rows, and the way back from means to rows."""

    def __init__(self, texts: Sequence[str], pieces: WordPieces) -> None:
        found = [pieces.numbers(text) or [0] for text in texts]
        self._sentence = np.repeat(np.arange(len(texts)), [len(row) for row in found])
        self._piece = np.array([number for row in found for number in row])
        self._share = np.array([1 / len(row) for row in found for _ in row], np.float32)[:, None]
        self._count = len(texts)

    def means(self, rows: Floats) -> Floats:
        result = np.zeros((self._count, rows.shape[1]), np.float32)
        np.add.at(result, self._sentence, rows[self._piece] * self._share)
        return result

    def spread(self, means: Floats, size: int) -> Floats:
        result = np.zeros((size, means.shape[1]), np.float32)
        np.add.at(result, self._piece, means[self._sentence] * self._share)
        return result


def distilled(alone: Floats, bags: Bags, wanted: Floats) -> Floats:
    rank = np.arange(len(alone)).clip(SPECIAL + 1) - SPECIAL
    rows = alone * (RARE / (RARE + 0.1 / rank))[:, None].astype(np.float32)
    means = bags.means(rows)
    bend = means.T @ means + 1e-3 * len(wanted) / 100 * np.eye(rows.shape[1], dtype=np.float32)
    rows = (rows @ np.linalg.solve(bend, means.T @ wanted)).astype(np.float32)
    return rows + _mended(rows, bags, wanted)


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
    file = weights_file()
    assert file is not None, "install requirements/dev.txt first"
    encoder, pieces, texts = MiniLM(file), word_pieces(), sentences()
    wanted = encoder.encode(texts)
    rows = distilled(encoder.encode_pieces(), Bags(texts, pieces), wanted)
    turned = rows @ np.linalg.eigh(np.cov(wanted.T))[1][:, ::-1][:, :COLUMNS].astype(np.float32)
    scales = np.abs(turned).max(axis=1) / 127 + 1e-9
    np.save(TABLE, np.ascontiguousarray(np.round(turned / scales[:, None]).astype(np.int8).T))
    np.save(TABLE.with_name("scales.npy"), scales.astype(np.float16))


if __name__ == "__main__":
    main()
