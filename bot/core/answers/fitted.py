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
        (6.92, 3.74, 1.5),
        (3.21, -2.68, -0.98, 0.3, 0.0, -1.73)),
    "core": Weights(0.2, 1.33, 0.25,
        (9.35, 3.07, 2.43),
        (4.41, -1.48, -0.75, -0.07, 1.39, 0.31)),
    "vectors": Weights(0.1, 1.6, 0.4,
        (10.49, 2.3, 2.93),
        (5.39, -1.67, -0.87, 0.12, 4.04, 0.28)),
    "encoder": Weights(0.1, 1.6, 0.4,
        (10.66, 2.31, 2.86),
        (5.15, -2.02, -1.08, 0.4, 4.5, -0.77)),
}
