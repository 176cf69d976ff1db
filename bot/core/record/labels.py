"""Which question a post answers, by the plain rule: its label, else what it replies to, else the running question."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.heard import Asked, HeardPost
from bot.core.record.values import Contribution

_LABEL = re.compile(r"(?<![\w#@/])[AQT]\.? ?(\d{1,2})[a-z]?\b", re.IGNORECASE)


def labelled(posts: Iterable[HeardPost], asked: Sequence[Asked]) -> Iterable[Contribution]:
    """The posts in the order of time, as contributions."""
    numbers = {question.number for question in asked}
    answers: dict[str, tuple[int, ...]] = {id_: (question.number,) for question in asked for id_ in question.posts}
    in_order = sorted(asked, key=lambda question: question.at)
    starts = [question.at for question in in_order]
    for post in sorted(posts, key=lambda one: one.at):
        one = Contribution(post)
        named = tuple(dict.fromkeys(n for found in _LABEL.findall(post.text) if (n := int(found)) in numbers))
        running = bisect_right(starts, post.at)
        if named:
            one = replace(one, questions=named, how="label", confidence=0.95)
        elif post.in_reply_to and (above := answers.get(post.in_reply_to)):
            one = replace(one, questions=above, how="reply", confidence=0.9)
        elif running and not post.in_reply_to:
            one = replace(one, questions=(in_order[running - 1].number,), how="running", confidence=0.5)
        if one.questions:
            answers[post.id] = one.questions
        yield one
