"""An encoder that remembers the texts of the FAQ from one start to the next."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from bot.core.answers import Encoder, Language

Floats = npt.NDArray[np.float32]

_SAME = 1e-3  # processors add up in different orders
_MANY = 2  # texts at once: those of a FAQ. A single one is somebody's question, and is not kept.


class Remembered:
    """Keeps the rows of the last FAQ in `folder`. A file that is damaged or cannot be written costs only time."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder, self._file = encoder, folder / f"{encoder.name}.npz"
        self._known: dict[str, Floats] | None = None

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def language(self) -> Language:
        return self._encoder.language

    def encode(self, texts: Sequence[str]) -> Floats:
        if len(texts) < _MANY:
            return self._encoder.encode(texts)
        known = self._read() if self._known is None else self._known
        missing = sorted({text for text in texts if text not in known})
        if missing:
            known |= dict(zip(missing, self._encoder.encode(missing), strict=True))
            self._known = {text: known[text] for text in texts}
            self._write(self._known)
        return np.stack([known[text] for text in texts])

    def _read(self) -> dict[str, Floats]:
        try:
            with np.load(self._file, allow_pickle=False) as kept:
                known = dict(zip(kept["texts"].tolist(), kept["rows"], strict=True))
        except (OSError, ValueError, KeyError, BadZipFile):
            return {}
        return known if self._agrees(known) else {}

    def _agrees(self, known: Mapping[str, Floats]) -> bool:
        """Another release may have another model, or make other rows of it: one text is worked out to see."""
        text, row = next(iter(known.items()))
        now = self._encoder.encode([text])[0]
        return now.shape == row.shape and np.allclose(now, row, atol=_SAME)

    def _write(self, known: dict[str, Floats]) -> None:
        # Whole or not at all: two processes may start at once.
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, texts=np.array(list(known)), rows=np.stack(list(known.values())))
                Path(name).replace(self._file)
            finally:
                Path(name).unlink(missing_ok=True)
