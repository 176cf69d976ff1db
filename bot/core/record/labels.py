"""Which question each post of a record answers."""

from collections.abc import Iterable, Iterator, Sequence

from bot.core.heard import Asked, HeardPost
from bot.core.qn import Held, Labeller
from bot.core.record.values import Contribution


def labelled(posts: Iterable[HeardPost], asked: Sequence[Asked]) -> Iterator[Contribution]:
    """The posts in the order of time, as contributions.

    Only adverts wait for a moderator: what is off the topic stands beside the questions, and what is said twice is
    shown once.
    """
    labeller = Labeller(asked)
    for post in sorted(posts, key=lambda one: one.at):
        found = labeller.hear(post)
        held = found.held if found.held is Held.ADVERT else None
        yield Contribution(post, found.questions if found.sure else (), found.how, found.confidence, held)
