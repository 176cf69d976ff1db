"""Numbers that were fitted, by `benchmarks/fitting/fit.py`, which rewrites the table below. Do not edit it by hand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """`lexical` and `meaning` weigh the kernels, `softness` is the learner's; `ranking` has a weight for each side of
    an entry (`features.SIDES`), `confidence` one for each of `matcher.signs`, and `bend` one for each of
    `matcher.bent`."""

    lexical: float
    meaning: float
    softness: float
    ranking: tuple[float, ...]
    confidence: tuple[float, ...]
    bend: tuple[float, float, float]


# fmt: off
FITTED = {
    "letters": Weights(1.0, 0.0, 0.5,
        (6.85, 3.49, 1.5),
        (3.45, -2.84, -0.89, 0.48, 0.0, -1.91),
        (1.35, 0.54, 0.93)),
    "core": Weights(0.2, 1.33, 0.25,
        (9.18, 3.06, 2.41),
        (4.32, -1.68, -0.77, 0.09, 1.45, -0.03),
        (1.25, 0.74, 0.79)),
    "vectors": Weights(0.1, 1.6, 0.4,
        (10.37, 2.29, 2.92),
        (5.26, -1.63, -0.87, 0.27, 4.19, 0.06),
        (1.32, 0.74, 0.85)),
    "encoder": Weights(0.1, 1.6, 0.4,
        (10.6, 2.3, 2.87),
        (5.07, -2.01, -1.09, 0.49, 4.65, -0.95),
        (1.28, 0.78, 0.81)),
}
