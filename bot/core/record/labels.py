"""Which question each post of a record answers."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.qn import Held, Labeller
from bot.core.record.values import Contribution


def labelled(
    posts: Iterable[HeardPost], asked: Sequence[Asked], passed: Collection[tuple[Platform, str]] = ()
) -> Iterator[Contribution]:
    """The posts in the order of time, as contributions.

    Only adverts wait for a moderator: what is off the topic stands beside the questions, and what is said twice is
    shown once. `passed` are the posts that one has let through, by platform and id.
    """
    labeller = Labeller(asked)
    for post in sorted(posts, key=lambda one: one.at):
        yield label(labeller, post, passed)


def labels(
    posts: Sequence[HeardPost], asked: Sequence[Asked], passed: Collection[tuple[Platform, str]] = ()
) -> Sequence[Contribution]:
    """The same at once. Of the chats looked at last it is remembered: it takes a millisecond or two for each post."""
    make = _labels if len(posts) <= _MOST_REMEMBERED else _labels.__wrapped__
    return make(tuple(posts), tuple(asked), frozenset(passed))


_MOST_REMEMBERED = 5_000
"""Posts. A chat of more is labelled anew each time, so that a few of them do not fill the memory."""


@lru_cache(maxsize=8)
def _labels(
    posts: tuple[HeardPost, ...], asked: tuple[Asked, ...], passed: frozenset[tuple[Platform, str]]
) -> Sequence[Contribution]:
    return tuple(labelled(posts, asked, passed))


def label(labeller: Labeller, post: HeardPost, passed: Collection[tuple[Platform, str]] = ()) -> Contribution:
    """The next post of a chat, as a contribution."""
    found = labeller.hear(post)
    waits = found.held is Held.ADVERT and (post.platform, post.id) not in passed
    held = found.held if waits else None
    return Contribution(post, found.questions if found.sure else (), found.how, found.confidence, held)
