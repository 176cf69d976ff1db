"""Which question of a chat each post answers, on the labelled chats of tests/chats, beside a plain rule; and what a
post costs in a large chat."""

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from benchmarks.result import Result, Row, Target
from bot.core.heard import HeardPost
from bot.core.qn import CONFIDENT, Labeller
from bot.core.qn.chat_file import ChatFile, parse_chat
from bot.core.qn.weighing import CAUTION, WEIGHTS, Kind, weighed

CHATS = Path(__file__).parents[1] / "tests" / "chats"

Label = frozenset[int]
NOTHING: Label = frozenset({0})
"""The class of the posts that answer nothing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A post with the questions that it answers, those found by us and by a plain rule, and our confidence."""

    style: str
    truth: Label
    ours: Label
    confidence: float
    plain: Label


@dataclass(frozen=True, slots=True)
class Labelled:
    """A chat of the labelled set. `kept`: it was not looked at while tuning."""

    name: str
    kept: bool
    chat: ChatFile
    posts: Sequence[Any]


@cache
def labelled_chats() -> Sequence[Labelled]:
    return [
        Labelled(chat["name"], chat["kept"], parse_chat(chat), chat["posts"])
        for name in ("labelled", "fresh", "wider")
        for chat in json.loads((CHATS / f"{name}.json").read_text(encoding="utf-8"))["chats"]
    ]


def judged(
    chat: Labelled, weights: Mapping[Kind, Sequence[float]] = WEIGHTS, caution: Mapping[Kind, float] = CAUTION
) -> Iterator[Judged]:
    plain = plain_rule(chat.chat)
    labeller = Labeller(chat.chat.questions, partial(weighed, weights=weights), caution)
    found = {post.id: labeller.hear(post) for post in sorted(chat.chat.posts, key=lambda post: post.at)}
    for row in chat.posts:
        ours = found[row["id"]]
        yield Judged(
            row["style"], frozenset(row["label"]), frozenset(ours.questions), ours.confidence, plain[row["id"]]
        )


def plain_rule(chat: ChatFile) -> dict[str, Label]:
    """The label in the text, else what the post replied to answers, else the running question."""
    numbers = {question.number for question in chat.questions}
    found = {post: frozenset({question.number}) for question in chat.questions for post in question.posts}
    for post in sorted(chat.posts, key=lambda post: post.at):
        if post.is_repost:
            found[post.id] = frozenset()
            continue
        named = frozenset(int(digits) for digits in re.findall(r"\b[QAT]\W?(\d{1,2})", post.text)) & numbers
        put = [question.number for question in chat.questions if question.at <= post.at]
        above = found.get(post.in_reply_to or "", frozenset())
        found[post.id] = named or above or frozenset(put[-1:])
    return found


def macro_f1(pairs: Iterable[tuple[Label, Label]]) -> float:
    """The mean over the classes (each question's number, and "none") of F1, for pairs of truth and finding."""
    right, found, true = Counter[int](), Counter[int](), Counter[int]()
    for truth, finding in ((one or NOTHING, other or NOTHING) for one, other in pairs):
        right.update(truth & finding)
        found.update(finding)
        true.update(truth)
    classes = found.keys() | true.keys()
    return sum(2 * right[name] / (found[name] + true[name]) for name in classes) / max(len(classes), 1)


def false_attribution(posts: Iterable[Judged]) -> float:
    """The share of the posts that answer nothing which were given a question with confidence."""
    given = [bool(post.ours) and post.confidence >= CONFIDENT for post in posts if not post.truth]
    return sum(given) / max(len(given), 1)


def false_attribution_by_rule(posts: Iterable[Judged]) -> float:
    given = [bool(post.plain) for post in posts if not post.truth]
    return sum(given) / max(len(given), 1)


def large(posts: int) -> tuple[ChatFile, list[HeardPost]]:
    """A made-up chat in which so many posts are heard within the hour: copies of the labelled ones, each in words of
    its own, under ids and by people of their own."""
    chat = max((labelled.chat for labelled in labelled_chats()), key=lambda chat: len(chat.posts))
    copies = [
        replace(
            post,
            id=f"{post.id}/{copy}",
            author=f"{post.author}{copy}",
            text=f"{post.text} copy {copy}",
            in_reply_to=f"{post.in_reply_to}/{copy}" if post.in_reply_to else None,
        )
        for copy in range(posts // len(chat.posts) + 1)
        for post in chat.posts
    ]
    return chat, sorted(copies, key=lambda post: post.at)[:: len(copies) // posts][:posts]


def cost(posts: int) -> float:
    """Microseconds of a processor for a post, in a chat of so many."""
    chat, heard = large(posts)
    labeller = Labeller(chat.questions)
    begun = time.process_time()
    for post in heard:
        labeller.hear(post)
    return (time.process_time() - begun) / posts * 1e6


def run(posts: int = 10_000, few: int = 1_000, rounds: int = 5) -> Result:
    """`posts` and `few`: of the chats whose costs are compared. `rounds`: how often the small one is heard."""
    halves = {
        kept: [post for chat in labelled_chats() if chat.kept is kept for post in judged(chat)]
        for kept in (False, True)
    }
    kept, tuning = halves[True], halves[False]
    cost(few)  # the first one warms up
    at_first = statistics.median(cost(few) for _ in range(rounds))
    return Result(
        name="qn",
        about=f"posts matched with a chat's questions: {len(kept)} kept apart, {len(tuning)} for tuning",
        rows=[
            *_rows("", kept, Target(at_least=0.95), Target(at_most=0.01)),
            *_rows("tuning: ", tuning),
            *(_found(style, kept) for style in sorted({post.style for post in kept})),
            Row(
                name=f"a post of {posts:,}",
                value=cost(posts),
                unit="µs",
                against=f"a post of {few:,}",
                baseline=at_first,
                targets=(Target(at_most=1.2, of_ratio=True),),
            ),
        ],
        figures={"macro_f1": _ours(kept), "false_attribution": false_attribution(kept)},
    )


def _ours(posts: Sequence[Judged]) -> float:
    return macro_f1((post.truth, post.ours) for post in posts)


def _rows(prefix: str, posts: Sequence[Judged], *targets: Target) -> Iterator[Row]:
    plain = macro_f1((post.truth, post.plain) for post in posts)
    yield Row(name=f"{prefix}macro_f1", value=_ours(posts), against="plain rule", baseline=plain, targets=targets[:1])
    yield Row(
        name=f"{prefix}false attribution",
        value=false_attribution(posts),
        against="plain rule",
        baseline=false_attribution_by_rule(posts),
        targets=targets[1:],
    )


def _found(style: str, posts: Sequence[Judged]) -> Row:
    chosen = [post for post in posts if post.style == style]
    return Row(
        name=f"right by style: {style} ({len(chosen)} posts)",
        value=sum(post.ours == post.truth for post in chosen) / len(chosen),
        against="plain rule",
        baseline=sum(post.plain == post.truth for post in chosen) / len(chosen),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.qn", description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000, help="of the large chat whose cost a post is measured")
    sys.stdout.write(run(parser.parse_args().posts).words() + "\n")
