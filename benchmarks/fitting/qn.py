"""Fits how a post that names no question is weighed: `python -m benchmarks.fitting.qn`, which rewrites
`bot/core/qn/fitted.py` and prints how well weights do on each chat that were fitted without it.

A choice model for posts that stand alone and one for replies (a softmax over the questions and "none"), drawn to no
weight at all: the labelled chats are small. Chats that are kept apart are not read. The kinds of post count as if
they stood in the proportions of a busy chat, whatever they are in the chats that we have: a chat made up to be hard has
more of what is hard.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.qn import Judged, Labelled, false_attribution, judged, labelled_chats, macro_f1
from bot.core.qn import Labeller
from bot.core.qn.weighing import SHAPE, SIGNS, Kind, weighed

Numbers = npt.NDArray[np.float64]
Weights = Mapping[Kind, Sequence[float]]

FITTED_FILE = Path(__file__).parents[2] / "bot" / "core" / "qn" / "fitted.py"
BUSY_CHAT = {"label": 0.45, "reply": 0.20, "running": 0.12, "late": 0.05, "none": 0.18}
"""The shares of the kinds of post."""
PULL = {Kind.ALONE: 0.3, Kind.REPLY: 1.0}
"""To no weight; the best for chats that were left out, of 0.1 to 3."""
PULL_OF = {"always": 0.01, "minutes": 10.0}
"""Times that on these signs. The first is drawn to nothing. When between two questions people chat is a habit of
whoever made a chat up: it told much about other chats of the same hand, and the wrong about those of another."""
SOCIAL = {"greets", "thanks", "leaves", "logistics"}
"""Too few replies have these signs: there the weights are drawn to what they are in posts that stand alone."""
ALLOWED = 0.015
"""Of the posts that answer nothing so many of each kind may be above its margin, by weights from the other chats: less
than the 3% that are bearable, because unseen chats do worse than those that the signs were chosen on."""
_ROUNDS = 3
"""What a post replies to has been weighed itself, so the signs depend on the weights; they settle at once."""


class Seen(NamedTuple):
    """A post that was weighed: its signs for each candidate, which of them is right (-1 for none), its style."""

    chat: str
    kind: Kind
    signs: Numbers
    right: int
    style: str


class Told(NamedTuple):
    """What is said of a post: the probability of its likeliest question, and whether that is right."""

    row: Seen
    chance: float
    right: bool


def main() -> None:
    chats = [chat for chat in labelled_chats() if not chat.kept]
    weights, seen = settled(chats)
    shares = weight_of_styles(chats)
    without = {chat.name: fitted([row for row in seen if row.chat != chat.name], shares) for chat in chats}
    nothing = sum(1 for chat in chats for row in chat.posts if not row["label"])
    told = unseen(seen, without)
    caution = {kind: margin([one for one in told if one.row.kind is kind], nothing) for kind in Kind}
    FITTED_FILE.write_text(_source(weights, caution), encoding="utf-8")
    print(*report(chats, without, caution), *calibration(told), sep="\n")


def settled(chats: Sequence[Labelled]) -> tuple[Weights, list[Seen]]:
    """Weights, and the signs as they are with such weights."""
    shares = weight_of_styles(chats)
    weights: Weights = {kind: [_AT_FIRST.get(name, 0.0) for name in SIGNS] for kind in Kind}
    for _ in range(_ROUNDS):
        seen = [row for chat in chats for row in observed(chat, weights)]
        weights = fitted(seen, shares)
    return weights, seen


_AT_FIRST = {"elsewhere": -2.0, "asked": 1.0}


def observed(chat: Labelled, weights: Weights) -> list[Seen]:
    """The posts that are weighed: those without a label of their own."""
    met: list[tuple[Kind, Sequence[float], Mapping[tuple[int, ...], Sequence[float]]]] = []

    def weigh(
        kind: Kind, shape: Sequence[float], places: Mapping[tuple[int, ...], Sequence[float]]
    ) -> dict[tuple[int, ...], float]:
        met.append((kind, shape, places))
        return weighed(kind, shape, places, weights)

    labeller = Labeller(chat.chat.questions, weigh)
    seen = []
    for row, post in sorted(zip(chat.posts, chat.chat.posts, strict=True), key=lambda pair: pair[1].at):
        met.clear()
        labeller.hear(post)
        for kind, shape, places in met:
            right = _right(row["label"], list(places))
            if right is not None:
                signs = np.array([[*shape, *place] for place in places.values()])
                seen.append(Seen(chat.name, kind, signs, right, row["style"]))
    return seen


def _right(label: Sequence[int], candidates: Sequence[tuple[int, ...]]) -> int | None:
    """The candidate that is right, or is so in part; None if there is none."""
    if not label:
        return -1
    return next((place for place, numbers in enumerate(candidates) if set(numbers) & set(label)), None)


def weight_of_styles(chats: Sequence[Labelled]) -> dict[str, float]:
    """What a post of each style counts for."""
    asked = {id for chat in chats for question in chat.chat.questions for id in question.posts}
    found = Counter(row["style"] for chat in chats for row in chat.posts if row["id"] not in asked)
    return {style: share * found.total() / found[style] for style, share in BUSY_CHAT.items()}


def fitted(seen: Sequence[Seen], counts: Mapping[str, float]) -> Weights:
    zero = np.zeros(len(SIGNS))
    alone = fit([row for row in seen if row.kind is Kind.ALONE], counts, PULL[Kind.ALONE], zero)
    towards = [weight if name in SOCIAL else 0.0 for name, weight in zip(SIGNS, alone, strict=True)]
    reply = fit([row for row in seen if row.kind is Kind.REPLY], counts, PULL[Kind.REPLY], np.array(towards))
    return {Kind.ALONE: alone.tolist(), Kind.REPLY: reply.tolist()}


def fit(seen: Sequence[Seen], counts: Mapping[str, float], pull: float, towards: Numbers) -> Numbers:
    """The weights of largest posterior, by Newton's method."""
    most = max(len(row.signs) for row in seen)
    signs = np.stack([np.pad(row.signs, ((0, most - len(row.signs)), (0, 0))) for row in seen])
    there = np.stack([np.arange(most) < len(row.signs) for row in seen])
    count = np.array([counts[row.style] for row in seen])
    right = np.stack([np.arange(most) == row.right for row in seen])
    pulls = np.array([pull * PULL_OF.get(name, 1.0) for name in SIGNS])
    weights = np.zeros(len(SIGNS))
    for _ in range(20):
        chance = _softmax(signs @ weights, there)
        mean = np.einsum("pc,pcs->ps", chance, signs)
        slope = np.einsum("pc,pcs->s", (right - chance) * count[:, None], signs) - pulls * (weights - towards)
        flat = signs.reshape(-1, len(SIGNS))
        curve = (flat * (chance * count[:, None]).reshape(-1, 1)).T @ flat - (mean * count[:, None]).T @ mean
        step = np.linalg.solve(curve + np.diag(pulls), slope)
        weights = weights + step
    return np.asarray(weights)


def _softmax(odds: Numbers, there: npt.NDArray[np.bool_]) -> Numbers:
    most = np.maximum(odds.max(axis=1, initial=0.0, where=there), 0.0)[:, None]
    powers = np.exp(odds - most) * there
    return np.asarray(powers / (powers.sum(axis=1, keepdims=True) + np.exp(-most)))


def unseen(seen: Sequence[Seen], without: Mapping[str, Weights]) -> list[Told]:
    """What weights from the other chats say of each post."""
    told = []
    for row in seen:
        odds = row.signs @ np.array(without[row.chat][row.kind])
        chance = _softmax(odds[None], np.ones((1, len(odds)), bool))[0]
        told.append(Told(row, float(chance.max()), int(chance.argmax()) == row.right))
    return told


def margin(told: Sequence[Told], nothing: int) -> float:
    """The log-odds that only ALLOWED of the posts that answer nothing exceed. `nothing` counts all of these, whether
    they are weighed or not."""
    chances = sorted((one.chance for one in told if one.row.right < 0), reverse=True)
    bound = chances[int(nothing * ALLOWED)]
    return max(float(np.log(bound / (1 - bound))), 0.0)


def calibration(told: Sequence[Told]) -> Iterator[str]:
    """For each fifth of the scale how many posts there are, and which share of them is right."""
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        own = [one.right for one in told if low <= one.chance < low + 0.2]
        yield f"chance {low:.1f} to {low + 0.2:.1f}: {sum(own) / max(len(own), 1):.2f} of {len(own)} are right"


def report(chats: Sequence[Labelled], without: Mapping[str, Weights], caution: Mapping[Kind, float]) -> list[str]:
    """How well posts are matched in each chat, and in all, by weights that were fitted without it."""
    found = {chat.name: list(judged(chat, without[chat.name], caution)) for chat in chats}
    found["all"] = [post for posts in found.values() for post in posts]
    return [_line(name, posts) for name, posts in found.items()]


def _line(name: str, posts: Sequence[Judged]) -> str:
    styles = Counter(post.style for post in posts)
    right = Counter(post.style for post in posts if post.ours == post.truth)
    return (
        f"{name:<14} macro F1 {macro_f1((post.truth, post.ours) for post in posts):.3f}"
        f" (plain rule {macro_f1((post.truth, post.plain) for post in posts):.3f})"
        f", false {false_attribution(posts):.3f}, right "
        + ", ".join(f"{style} {right[style]}/{count}" for style, count in sorted(styles.items()))
    )


def _source(weights: Weights, caution: Mapping[Kind, float]) -> str:
    def rows(names: Sequence[str], first: int) -> str:
        return "".join(
            f'    "{name}": ({", ".join(f"{weights[kind][place]:.2f}" for kind in Kind)}),\n'
            for place, name in enumerate(names, first)
        )

    cautions = "".join(f'    "{kind}": {caution[kind]:.2f},\n' for kind in Kind)
    return (
        '"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand.\n\n'
        "The first of two is for posts that stand alone, the second for replies. "
        'CAUTION is a margin of log-odds."""\n\n'
        f"CAUTION = {{\n{cautions}}}\n"
        f"SHAPE = {{\n{rows(SHAPE, 0)}}}\n"
        f"PLACE = {{\n{rows(SIGNS[len(SHAPE) :], len(SHAPE))}}}\n"
    )


if __name__ == "__main__":
    main()
