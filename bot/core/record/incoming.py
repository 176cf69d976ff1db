"""What comes in while a chat runs, question by question, for its hosts to watch."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.record.labels import labelled
from bot.core.record.values import TALK


@dataclass(frozen=True, slots=True)
class Incoming:
    """What answers a question so far, the latest first; number TALK is what stands beside the questions."""

    number: int
    question: str
    posts: tuple[HeardPost, ...]

    @property
    def people(self) -> int:
        return len({(post.platform, post.author) for post in self.posts})


@dataclass(frozen=True, slots=True)
class Heard:
    """By question, the latest question first. `held` posts look like adverts; a moderator passes them, or not."""

    questions: tuple[Incoming, ...] = ()
    held: int = 0

    @property
    def posts(self) -> int:
        return len({(post.platform, post.id) for one in self.questions for post in one.posts})


def incoming(
    posts: Sequence[HeardPost], asked: Sequence[Asked], passed: Collection[tuple[Platform, str]] = ()
) -> Heard:
    """A post that answers two questions is under both. Reposts say nothing new, and are left out."""
    found: dict[int, list[HeardPost]] = {question.number: [] for question in asked}
    held = 0
    for one in labelled(posts, asked, passed):
        if one.held is not None:
            held += 1
        elif not one.post.is_repost:
            for number in one.questions or (TALK,):
                found.setdefault(number, []).append(one.post)
    texts = {question.number: question.text for question in asked}
    order = sorted(found, key=lambda number: (number <= TALK, -number))
    by_question = (Incoming(number, texts.get(number, ""), tuple(reversed(found[number]))) for number in order)
    return Heard(tuple(by_question), held)
