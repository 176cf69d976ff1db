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
        (4.51, 1.04, 1.5, 2.27, 0.9, 1.75, 0.9, 2.03, 2.24),
        (1.09, 1.23, 0.8, -3.58, -1.85, 0.0, 0.0, 0.0, -0.46, -0.28, -0.11, 0.0, -0.39, 1.7, -5.07)),
    "core": Weights(0.33, 1.33, 0.25,
        (5.55, 1.56, 2.13, 1.72, 0.94, 0.8, 1.59, 0.78, 0.95),
        (0.55, 1.07, 0.79, 0.35, -1.03, 0.55, -1.45, 1.54, -1.61, -0.11, -0.44, 0.25, -0.68, 0.66, -1.58)),
    "vectors": Weights(0.2, 1.6, 0.25,
        (5.74, 1.79, 2.35, 1.63, 1.12, 1.0, 1.81, 0.99, 0.76),
        (0.48, 1.16, 0.62, 0.93, -1.16, -0.22, -2.39, 1.54, -1.2, -0.29, -0.19, -0.18, -0.82, 0.28, -0.4)),
    "minilm": Weights(0.2, 1.6, 0.25,
        (6.45, 1.73, 2.31, 1.06, 2.34, 0.88, 2.22, 1.43, 0.2),
        (0.44, 1.52, 0.95, 1.79, -2.77, -1.4, -1.71, 2.2, -0.74, 0.06, -0.42, -0.46, -0.77, 0.2, 0.0)),
}
