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
        (6.71, 3.43, 1.5),
        (3.33, -2.74, -0.91, 0.5, 0.0, -1.92),
        (1.13, 0.76, 0.84)),
    "core": Weights(0.2, 1.33, 0.25,
        (9.27, 3.06, 2.41),
        (4.26, -1.67, -0.81, 0.15, 1.48, -0.11),
        (1.2, 0.82, 0.79)),
    "vectors": Weights(0.1, 1.6, 0.4,
        (10.45, 2.3, 2.91),
        (5.27, -1.7, -0.93, 0.28, 4.3, -0.03),
        (1.32, 0.84, 0.89)),
    "encoder": Weights(0.1, 1.6, 0.4,
        (10.68, 2.31, 2.86),
        (5.08, -2.07, -1.14, 0.51, 4.76, -1.05),
        (1.23, 0.92, 0.84)),
}
