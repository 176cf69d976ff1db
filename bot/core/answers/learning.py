"""One line between each entry's phrasings and all others', learnt in closed steps from how alike they are."""

import numpy as np

from bot.core.answers.sparse import Floats, Integers

_STEPS = 8
_FIRM = np.float32(1e-3)  # keeps texts that are all but the same from being told apart by rounding errors


def separate(alike: Floats, pillars: Integers, labels: Floats, softness: float) -> tuple[Floats, Floats]:
    """Weights (pillar x entry) so that `alike_to_pillars @ weights` is high for the entry that fits; and what each
    phrasing would score if it had not been learnt from.

    `alike` is how alike each text (row) is to the pillars, which are some of the texts, or all (Nyström's method):
    time and memory grow with the texts, and not with their square. `labels` are +1 and -1.

    A linear support vector machine with squared hinge loss, one entry against the rest. Each step is a ridge
    regression on targets from which those are excused that are right by more than
    the margin; all steps share one inverse, and a little momentum makes few of them enough.
    """
    size = len(pillars)
    ridge, same = np.float32(softness), np.eye(size, dtype=np.float32)
    # Coordinates of the texts, in which the products of two are how alike they are.
    turned: Floats = np.linalg.inv(np.linalg.cholesky(alike[pillars] + _FIRM * same)).T
    texts: Floats = alike @ turned
    solver: Floats = np.linalg.inv(texts.T @ texts + ridge * same).astype(np.float32) @ texts.T
    last: Floats = labels
    target: Floats = labels
    for step in range(_STEPS):
        scores = texts @ (solver @ target)
        wanted: Floats = np.where(labels * scores < 1, labels, scores)
        target, last = (wanted + np.float32(step / (step + 3)) * (wanted - last)).astype(np.float32), wanted
    lines: Floats = solver @ last
    # A ridge regression knows in closed form what it would say without one of its examples.
    own = np.einsum("ij,ji->i", texts, solver)[:, None]
    without: Floats = (texts @ lines - own * last) / (1 - own)
    return turned @ lines, without
