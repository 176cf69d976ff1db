"""Fits how a post that names no question is weighed: `python -m benchmarks.fitting.qn`, which rewrites
`bot/core/qn/fitted.py` and prints how well weights do on each chat that were fitted without it.

A logistic regression over the signs of `bot/core/qn/running.py`, drawn to no weight at all: the tuning half of the
labelled chats is small. The half that is kept apart is not read.
"""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.qn import Labelled, labelled_chats
from bot.core.qn import Labeller
from bot.core.qn.running import SIGNS, weighed

Numbers = npt.NDArray[np.float64]

FITTED_FILE = Path(__file__).parents[2] / "bot" / "core" / "qn" / "fitted.py"
PULL = 1.0
"""To no weight, on every sign but the first: an observation weighs at most a quarter of it."""
ALLOWED = 0.01
"""Of the posts that answer nothing so many may be above the margin, by weights from the other chats."""


class Seen(NamedTuple):
    chat: str
    signs: Numbers
    answers: bool


def main() -> None:
    chats = [chat for chat in labelled_chats() if not chat.kept]
    seen = [row for chat in chats for row in observed(chat)]
    left_out: list[tuple[float, bool]] = []
    for chat in chats:
        weights = fitted([row for row in seen if row.chat != chat.name])
        own = [(float(row.signs @ weights), row.answers) for row in seen if row.chat == chat.name]
        left_out += own
        right = sum((value > 0) == answers for value, answers in own)
        print(f"{chat.name}: {right} of {len(own)} right by the others' weights")
    nothing = sum(1 for chat in chats for row in chat.posts if not row["label"])
    caution = margin(left_out, nothing)
    print(f"{ALLOWED:.0%} of the {nothing} posts that answer nothing are above {caution:.2f}")
    for low, share, count in calibration(left_out):
        print(f"chance {low:.1f} to {low + 0.2:.1f}: {share:.2f} of {count} answer")
    FITTED_FILE.write_text(_source(fitted(seen), caution), encoding="utf-8")


def observed(chat: Labelled) -> list[Seen]:
    """The posts that are weighed: those without a label of their own."""
    met: list[Sequence[float]] = []

    def weigh(signs: Sequence[float]) -> float:
        met.append(signs)
        return weighed(signs)

    labeller = Labeller(chat.chat.questions, weigh)
    seen = []
    for row, post in sorted(zip(chat.posts, chat.chat.posts, strict=True), key=lambda pair: pair[1].at):
        met.clear()
        labeller.hear(post)
        running = [question.number for question in chat.chat.questions if question.at <= post.at][-1:]
        for signs in met:
            replies = any(signs[SIGNS.index(name)] for name in ("to question", "to answer"))
            answers = bool(row["label"]) if replies else row["label"] == running
            seen.append(Seen(chat.name, np.array(signs), answers))
    return seen


def fitted(seen: Sequence[Seen]) -> Numbers:
    """The weights of largest posterior, by Newton's method."""
    signs = np.array([row.signs for row in seen])
    answers = np.array([row.answers for row in seen], dtype=float)
    pull = np.array([PULL if name != "always" else PULL / 100 for name in SIGNS])
    weights = np.zeros(len(SIGNS))
    for _ in range(20):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (answers - chance) - pull * weights
        curve = (signs * (chance * (1 - chance))[:, None]).T @ signs + np.diag(pull)
        weights = weights + np.linalg.solve(curve, slope)
    return np.asarray(weights)


def margin(judged: Sequence[tuple[float, bool]], nothing: int) -> float:
    """The log-odds which only ALLOWED of the posts that answer nothing exceed. `nothing` counts all of those, also
    the ones that no weight decides."""
    values = sorted((value for value, answers in judged if not answers), reverse=True)
    return max(values[int(nothing * ALLOWED)], 0.0)


def calibration(judged: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, float, int]]:
    """For each fifth of the scale its lower end, the share that answers, and how many there are."""
    chances = [(1 / (1 + math.exp(-value)), answers) for value, answers in judged]
    for fifth in range(5):
        own = [answers for value, answers in chances if fifth / 5 <= value < (fifth + 1) / 5]
        yield fifth / 5, sum(own) / max(len(own), 1), len(own)


def _source(weights: Numbers, caution: float) -> str:
    rows = "".join(f'    "{name}": {weight:.2f},\n' for name, weight in zip(SIGNS, weights, strict=True))
    return (
        '"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""\n\n'
        f"CAUTION = {caution:.2f}\nWEIGHTS = {{\n{rows}}}\n"
    )


if __name__ == "__main__":
    main()
