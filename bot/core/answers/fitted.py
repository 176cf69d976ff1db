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
        (6.92, 3.67, 1.5),
        (0.34, 3.99, -1.01, 0.0, -1.87)),
    "core": Weights(0.33, 1.33, 0.25,
        (8.58, 2.76, 1.88),
        (1.56, 2.72, -1.24, 1.66, -1.06)),
    "vectors": Weights(0.2, 1.6, 0.4,
        (9.24, 2.91, 1.78),
        (1.69, 2.45, -1.15, 1.66, -0.7)),
    "minilm": Weights(0.1, 1.6, 0.4,
        (10.67, 2.0, 2.86),
        (2.2, 2.9, -1.25, 3.39, -0.79)),
}
