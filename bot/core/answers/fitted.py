"""Numbers that were fitted, by `benchmarks/fitting/fit.py`, which rewrites the table below. Do not edit it by hand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """`lexical` and `meaning` weigh the kernels, `softness` is the learner's; `ranking` has a weight for each side of
    an entry (`features.SIDES`), `confidence` one for each of `matcher.signs`."""

    lexical: float
    meaning: float
    softness: float
    ranking: tuple[float, ...]
    confidence: tuple[float, ...]


# fmt: off
FITTED = {
    "letters": Weights(1.0, 0.0, 0.5,
        (6.92, 3.64, 1.5),
        (-1.47, 1.97, 6.16, -1.0, 0.0, -1.79)),
    "core": Weights(0.33, 1.33, 0.25,
        (8.52, 2.79, 1.84),
        (0.66, 1.34, 3.78, -1.15, 1.5, -0.78)),
    "vectors": Weights(0.2, 1.6, 0.4,
        (9.18, 2.98, 1.76),
        (1.0, 1.06, 3.18, -1.07, 1.59, -0.44)),
    "minilm": Weights(0.1, 1.6, 0.4,
        (10.68, 2.02, 2.81),
        (1.31, 1.64, 3.71, -1.17, 3.27, -0.23)),
}
