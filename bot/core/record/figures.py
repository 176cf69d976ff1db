"""The figures of a chat, as Symplur's Healthcare Hashtag Project defined them, so that they compare with its archive.

Its definitions: tweets are unique posts, participants are accounts with at least one of them, and impressions are
the sum over the accounts of posts times followers, which is the most that can have been seen.
Source: https://help.symplur.com/en/articles/2407389-healthcare-hashtag-project-analytics-definitions
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.record.transcript import Sifted
from bot.core.record.values import OPENING, TALK, About, Who, identities

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Count:
    """One question's share. A post that answers two questions counts for both of them."""

    number: int
    posts: int
    participants: int


@dataclass(frozen=True, slots=True)
class Minute:
    at: datetime
    posts: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of an earlier chat; None where nobody counted it."""

    id: str
    participants: int | None = None
    posts: int | None = None
    impressions: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """`minutes` are those of the chat, in order; `before` and `after` are the posts outside it.

    `impressions` are of posts whose author's followers are known; `unknown` says how many posts are not in it.
    `first_timers` is None where no earlier chat is known to compare with.
    """

    posts: int
    participants: int
    impressions: int
    unknown: int
    questions: tuple[Count, ...]
    minutes: tuple[Minute, ...]
    before: int
    after: int
    platforms: Mapping[Platform, int]
    reposts: int
    quotes: int
    first_timers: int | None = None

    @property
    def busiest(self) -> Minute | None:
        """The first of the minutes with most posts."""
        return max(self.minutes, key=lambda minute: minute.posts, default=None) if self.posts else None


def figures(about: About, sifted: Sifted, known: Collection[Who] | None = None) -> Figures:
    """`known` are the people of earlier chats (see `identities`); None: there is no record of any."""
    posts = [one.post for one in sifted.kept]
    people = {(post.platform, post.author) for post in posts}
    impressions, unknown = _impressions(posts)
    minutes, before, after = _minutes(about, posts)
    return Figures(
        posts=len(posts),
        participants=len(people),
        impressions=impressions,
        unknown=unknown,
        questions=tuple(_by_question(about, sifted)),
        minutes=minutes,
        before=before,
        after=after,
        platforms=Counter(post.platform for post in posts),
        reposts=sifted.reposts,
        quotes=sifted.quotes,
        first_timers=None if known is None else _first_timers(posts, known),
    )


def _first_timers(posts: Iterable[HeardPost], known: Collection[Who]) -> int:
    people = {(post.platform, post.author): post for post in posts}
    return sum(not any(one in known for one in identities(post)) for post in people.values())


def _impressions(posts: Sequence[HeardPost]) -> tuple[int, int]:
    """The sum over posts of their author's followers, and how many posts have an author of whom we know none.

    The followers are those at the time of the post; where that post does not say, those that another one says.
    """
    told = {(post.platform, post.author): post.followers for post in posts if post.followers is not None}
    total = unknown = 0
    for post in posts:
        followers = post.followers if post.followers is not None else told.get((post.platform, post.author))
        if followers is None:
            unknown += 1
        else:
            total += followers
    return total, unknown


def _minutes(about: About, posts: Iterable[HeardPost]) -> tuple[tuple[Minute, ...], int, int]:
    count = max(-(-(about.end - about.start) // _MINUTE), 1)
    heard = Counter((post.at - about.start) // _MINUTE for post in posts)
    before = sum(number for minute, number in heard.items() if minute < 0)
    after = sum(number for minute, number in heard.items() if minute >= count)
    return tuple(Minute(about.start + n * _MINUTE, heard[n]) for n in range(count)), before, after


def _by_question(about: About, sifted: Sifted) -> Iterator[Count]:
    numbers = sorted(question.number for question in about.asked)
    posts = Counter[int]()
    people: dict[int, set[Who]] = {number: set() for number in (*numbers, TALK)}
    for one in sifted.kept:
        answered = [number for number in one.questions if number in people and number != OPENING] or [TALK]
        for number in answered:
            posts[number] += 1
            people[number].add((one.post.platform, one.post.author))
    for number in numbers:
        yield Count(number, posts[number], len(people[number]))
    if posts[TALK]:
        yield Count(TALK, posts[TALK], len(people[TALK]))


def compared(figures: Figures, earlier: Iterable[Earlier]) -> str:
    """How a chat stands among earlier ones, in a sentence; empty where none of them was counted."""
    took_part = [chat.participants for chat in earlier if chat.participants is not None]
    if not took_part:
        return ""
    more = sum(figures.participants > number for number in took_part)
    usual = median(took_part)
    return (
        f"{_people(figures.participants)} took part, more than in {more} of the {_chats(len(took_part))} that were "
        f"counted before, in which {usual:g} is the middle."
    )


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _chats(number: int) -> str:
    return "1 chat" if number == 1 else f"{number} chats"
