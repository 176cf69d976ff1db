"""Fits how a post that names no question is weighed: `python -m benchmarks.fitting.qn`, which rewrites
`bot/core/qn/fitted.py` and prints how well weights do on each chat that were fitted without it.

A logistic regression over the signs of `bot/core/qn/running.py`, drawn to weights that a person would guess: the
tuning half of the labelled chats is small. The half that is kept apart is not read.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.qn import Labelled, labelled_chats
from bot.core.qn import Labeller
from bot.core.qn.running import SIGNS, weighed

Numbers = npt.NDArray[np.float64]

FITTED_FILE = Path(__file__).parents[2] / "bot" / "core" / "qn" / "fitted.py"
PRIOR: Mapping[str, float] = {
    "always": 0.5,
    "greets": -2.0,
    "introduces": -1.5,
    "thanks": -2.0,
    "leaves": -2.0,
    "logistics": -2.0,
    "now": -1.2,
    "doing": -1.0,
    "to all": -1.5,
    "everyday": -1.2,
    "misleads": -1.5,
    "announces": -2.0,
    "in question": 0.7,
    "practice": 0.4,
    "words": 0.5,
    "asks": -0.8,
    "sells": -1.0,
    "at once": -1.0,
    "long after": -1.0,
    "by host": -1.5,
}
PULL = 1.0
"""Of the prior on each weight: an observation weighs at most a quarter of it."""
CAUTION = 3.2
"""Log-odds taken off for the confidence. Three chats were written after the cues and tried before the cues were mended
by them: all but four of their 91 posts that answer nothing were below this."""


class Seen(NamedTuple):
    chat: str
    signs: tuple[float, ...]
    answers: bool


def main() -> None:
    seen = [row for chat in labelled_chats() if not chat.kept for row in observed(chat)]
    left_out: list[tuple[float, bool]] = []
    for name in sorted({row.chat for row in seen}):
        others = [row for row in seen if row.chat != name]
        weights = fitted(others)
        own = [(float(_sums([row], weights)[0]), row.answers) for row in seen if row.chat == name]
        left_out += own
        right = sum((value > 0) == answers for value, answers in own)
        print(f"{name}: {right} of {len(own)} right by the others' weights")
    print(f"by the others' weights, one in a hundred that answer nothing is above {_bound(left_out):.2f}")
    FITTED_FILE.write_text(_source(fitted(seen), CAUTION), encoding="utf-8")


def observed(chat: Labelled) -> list[Seen]:
    """The posts of which nothing but the running question could be the answer."""
    met: list[tuple[float, ...]] = []

    def weigh(signs: Sequence[float]) -> float:
        met.append(tuple(signs))
        return weighed(signs)

    labeller = Labeller(chat.chat.questions, weigh)
    seen = []
    for row, post in zip(chat.posts, chat.chat.posts, strict=True):
        met.clear()
        labeller.hear(post)
        running = [question.number for question in chat.chat.questions if question.at <= post.at][-1:]
        seen += [Seen(chat.name, signs, row["label"] == running) for signs in met]
    return seen


def fitted(seen: Sequence[Seen]) -> Numbers:
    """The weights of largest posterior, by Newton's method."""
    signs = np.array([row.signs for row in seen])
    answers = np.array([row.answers for row in seen], dtype=float)
    prior = np.array([PRIOR[name] for name in SIGNS])
    weights = prior.copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (answers - chance) - PULL * (weights - prior)
        curve = (signs * (chance * (1 - chance))[:, None]).T @ signs + PULL * np.eye(len(prior))
        weights = weights + np.linalg.solve(curve, slope)
    return np.asarray(weights)


def _sums(seen: Sequence[Seen], weights: Numbers) -> Numbers:
    return np.array([row.signs for row in seen]) @ weights


def _bound(judged: Sequence[tuple[float, bool]]) -> float:
    """What all but one in a hundred of those that answer nothing stay below."""
    nothing = sorted((value for value, answers in judged if not answers), reverse=True)
    return nothing[len(nothing) // 100]


def _source(weights: Numbers, caution: float) -> str:
    rows = "".join(f'    "{name}": {weight:.2f},\n' for name, weight in zip(SIGNS, weights, strict=True))
    return (
        '"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""\n\n'
        f"CAUTION = {caution:.2f}\nWEIGHTS = {{\n{rows}}}\n"
    )


if __name__ == "__main__":
    main()
