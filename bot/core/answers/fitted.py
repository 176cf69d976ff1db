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
        (8.0, 2.0, 0.0),
        (4.0, 4.0, -2.0, 0.0, -2.0)),
    "core": Weights(0.33, 1.33, 0.25,
        (7.7, 2.1, 1.4),
        (4.0, 4.0, -2.0, 1.0, -2.0)),
    "vectors": Weights(0.2, 1.6, 0.4,
        (8.4, 2.1, 1.4),
        (4.0, 4.0, -2.0, 1.0, -2.0)),
    "minilm": Weights(0.1, 1.6, 0.4,
        (8.4, 2.1, 1.4),
        (4.0, 4.0, -2.0, 1.0, -2.0)),
}
