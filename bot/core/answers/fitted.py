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
        (6.93, 3.64, 1.5),
        (3.28, -2.75, -0.98, 0.26, 0.0, -1.73)),
    "core": Weights(0.33, 1.33, 0.25,
        (8.55, 2.78, 1.87),
        (4.2, -1.58, -1.11, -0.4, 1.68, 0.15)),
    "vectors": Weights(0.2, 1.6, 0.4,
        (9.2, 2.98, 1.77),
        (4.21, -1.5, -1.06, -0.4, 1.72, 0.48)),
    "minilm": Weights(0.1, 1.6, 0.4,
        (10.64, 2.08, 2.79),
        (5.55, -1.9, -1.12, -0.36, 3.56, 0.68)),
}
