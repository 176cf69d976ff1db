"""One line between each entry's phrasings and all others', learnt in closed steps from how alike they are."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from bot.core.answers.sparse import Floats, Integers

Doubles = npt.NDArray[np.float64]
"""Texts that are all but the same make equations in which the rounding of single floats would show."""

_STEPS = 8
_FIRM = 1e-3  # keeps texts that are all but the same from being told apart by rounding errors
_BLOCKS = 10
"""In which a table is worked on: an old machine has no room for several whole ones of doubles."""


def separate(alike: Floats, pillars: Integers, labels: Floats, softness: float) -> tuple[Floats, Floats]:
    """Weights (pillar x entry) so that `alike_to_pillars @ weights` is high for the entry that fits; and what each
    phrasing would score if it had not been learnt from.

    `alike` is how alike each text (row) is to the pillars, which are some of the texts, or all (Nyström's method):
    time and memory grow with the texts, and not with their square. `labels` are +1 and -1.

    A linear support vector machine with squared hinge loss, one entry against the rest. Each step is a ridge
    regression on targets from which those are excused that are right by more than
    the margin; all steps share one inverse, and a little momentum makes few of them enough.
    """
    solver = _inverted(_ridge(alike, pillars, softness))
    last = target = labels.astype(np.float64)
    for step in range(_STEPS):
        wanted = _product(alike, solver @ _product(alike.T, target))
        np.copyto(wanted, labels, where=labels * wanted < 1)
        target, last = wanted + step / (step + 3) * (wanted - last), wanted
    lines = solver @ _product(alike.T, last)
    # A ridge regression knows in closed form what it would say without one of its examples.
    own = _squares(alike, solver)[:, None]
    without = (_product(alike, lines) - own * last) / (1 - own)
    return lines.astype(np.float32), without.astype(np.float32)


def _ridge(alike: Floats, pillars: Integers, softness: float) -> Doubles:
    """What the weights are multiplied with in the equations of the regression."""
    size = len(pillars)
    ridge = np.empty((size, size))
    for here in _blocks(size):
        column = _product(alike[:, here.start :].T, alike[:, here].astype(np.float64))
        ridge[here.start :, here], ridge[here, here.start :] = column, column.T
        ridge[:, here] += softness * alike[pillars, here]
    ridge.flat[:: size + 1] += softness * _FIRM
    return ridge


def _inverted(matrix: Doubles) -> Doubles:
    """In its own place, by Gauss and Jordan. Symmetric and positive definite, so that no pivot has to be looked for."""
    for here in _blocks(len(matrix)):
        column = matrix[:, here].copy()
        matrix[:, here] = np.eye(len(matrix), column.shape[1], -here.start)
        row = np.linalg.solve(column[here], matrix[here])
        column[here] = 0
        for others in _blocks(len(matrix)):
            matrix[others] -= column[others] @ row
        matrix[here] = row
    return matrix


def _product(left: Floats, right: Doubles) -> Doubles:
    product = np.empty((len(left), right.shape[1]))
    for here in _blocks(len(left)):
        product[here] = left[here].astype(np.float64) @ right
    return product


def _squares(rows: Floats, metric: Doubles) -> Doubles:
    """Each row times itself."""
    squares = np.empty(len(rows))
    for here in _blocks(len(rows)):
        block = rows[here].astype(np.float64)
        squares[here] = np.einsum("ij,ij->i", block @ metric, block)
    return squares


def _blocks(size: int) -> Iterator[slice]:
    rows = size // _BLOCKS + 1
    for start in range(0, size, rows):
        yield slice(start, start + rows)
