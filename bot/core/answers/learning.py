"""One line between each entry's phrasings and all others', learnt in closed steps from how alike they are."""

import numpy as np

from bot.core.answers.sparse import Floats

_STEPS = 8


def separate(alike: Floats, labels: Floats, softness: float) -> tuple[Floats, Floats]:
    """Weights (phrasing x entry) so that `alike_to_phrasings @ weights` is high for the entry that fits; and what each
    phrasing would score if it had not been learnt from.

    A linear support vector machine with squared hinge loss, one entry against the rest: `labels` are +1 and -1.
    Each step is a ridge regression on targets from which those are excused that are right by more than
    the margin; all steps share one inverse, and a little momentum makes few of them enough.
    """
    size = len(alike)
    ridge = np.float32(softness)
    inverse: Floats = np.linalg.inv(alike + ridge * np.eye(size, dtype=np.float32)).astype(np.float32)
    last: Floats = labels
    target: Floats = labels
    for step in range(_STEPS):
        scores = target - ridge * (inverse @ target)
        wanted: Floats = np.where(labels * scores < 1, labels, scores)
        target, last = (wanted + np.float32(step / (step + 3)) * (wanted - last)).astype(np.float32), wanted
    weights: Floats = inverse @ last
    # A ridge regression knows in closed form what it would say without one of its examples.
    without: Floats = last - weights / np.diag(inverse)[:, None]
    return weights, without
