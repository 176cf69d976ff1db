"""Fits how a post that names no question is weighed: `python -m benchmarks.fitting.qn`, which rewrites
`bot/core/qn/fitted.py` and prints how well weights do on each chat that were fitted without it.

A logistic regression over the signs of `bot/core/qn/running.py`, drawn to no weight at all: the tuning half of the
labelled chats is small. The half that is kept apart is not read.
"""

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
ALLOWED = 0.02
"""Of the posts that answer nothing so many may be above the margin, by weights from the other chats: less than the 3%
that are bearable, because unseen chats do worse than those that the signs were chosen on."""


class Seen(NamedTuple):
    chat: str
    signs: Numbers
    answers: bool


def main() -> None:
    chats = [chat for chat in labelled_chats() if not chat.kept]
    seen = [row for chat in chats for row in observed(chat)]
    odds = np.zeros(len(seen))
    for chat in chats:
        own = np.array([row.chat == chat.name for row in seen])
        odds[own] = _signs([row for row in seen if row.chat == chat.name]) @ fitted(
            [row for row in seen if row.chat != chat.name]
        )
    nothing = sum(1 for chat in chats for row in chat.posts if not row["label"])
    caution = margin([value for value, row in zip(odds, seen, strict=True) if not row.answers], nothing)
    print(f"{ALLOWED:.0%} of the {nothing} posts that answer nothing are above {caution:.2f}")
    for low, share, count in calibration(odds, [row.answers for row in seen]):
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
    signs = _signs(seen)
    answers = np.array([row.answers for row in seen], dtype=float)
    pull = np.array([PULL if name != "always" else PULL / 100 for name in SIGNS])
    weights = np.zeros(len(SIGNS))
    for _ in range(20):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (answers - chance) - pull * weights
        curve = (signs * (chance * (1 - chance))[:, None]).T @ signs + np.diag(pull)
        weights = weights + np.linalg.solve(curve, slope)
    return np.asarray(weights)


def margin(odds: Sequence[float], nothing: int) -> float:
    """What only ALLOWED of the posts that answer nothing exceed. `odds` are those of the ones that are weighed,
    `nothing` counts all."""
    return max(sorted(odds, reverse=True)[int(nothing * ALLOWED)], 0.0)


def calibration(odds: Numbers, answers: Sequence[bool]) -> Iterator[tuple[float, float, int]]:
    """For each fifth of the scale its lower end, the share that answers, and how many there are."""
    chances = 1 / (1 + np.exp(-odds))
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        own = np.array(answers)[(chances >= low) & (chances < low + 0.2)]
        yield low, float(own.mean()), len(own)


def _signs(seen: Sequence[Seen]) -> Numbers:
    return np.array([row.signs for row in seen])


def _source(weights: Numbers, caution: float) -> str:
    rows = "".join(f'    "{name}": {weight:.2f},\n' for name, weight in zip(SIGNS, weights, strict=True))
    return (
        '"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""\n\n'
        f"CAUTION = {caution:.2f}\nWEIGHTS = {{\n{rows}}}\n"
    )


if __name__ == "__main__":
    main()
