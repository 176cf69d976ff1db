"""The figures of a chat, as Symplur's Healthcare Hashtag Project defined them, so that they compare with its archive.

Its definitions: tweets are unique posts, participants are accounts with at least one of them, and impressions are
the sum over the accounts of posts times followers, which is the most that can have been seen.
Source: https://help.symplur.com/en/articles/2407389-healthcare-hashtag-project-analytics-definitions
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.core.events import Platform
from bot.core.record.transcript import Sifted
from bot.core.record.values import OPENING, TALK, About, Contribution, Who, identities

_MINUTE = timedelta(minutes=1)
_NONE = (TALK,)


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


class Tally:
    """The figures of a chat, post by post: what one more post costs does not grow with the chat.

    `known` are the people of earlier chats (see `identities`); None: there is no record of any.
    """

    def __init__(self, about: About, known: AbstractSet[Who] | None = None) -> None:
        self._known = known
        self._posts = 0
        self._people: set[Who] = set()
        self._returning: set[Who] = set()
        self._followers: dict[Who, int] = {}
        self._impressions = 0
        self._unsaid = Counter[Who]()
        """By person, posts that do not say how many followers their author has."""
        self._by_question = Counter[int]()
        self._by_minute = Counter[int]()
        self._by_platform = Counter[Platform]()
        self._answered_by: dict[int, set[Who]] = {}
        self.goes_on(about)

    def goes_on(self, about: About) -> None:
        """From now on with these questions, and to this end."""
        self._about = about
        self._numbers = frozenset(question.number for question in about.asked if question.number != OPENING)

    def add(self, one: Contribution) -> None:
        post = one.post
        who = (post.platform, post.author)
        self._posts += 1
        self._people.add(who)
        self._by_platform[post.platform] += 1
        self._by_minute[(post.at - self._about.start) // _MINUTE] += 1
        self._impress(who, post.followers)
        for number in [number for number in one.questions if number in self._numbers] or _NONE:
            self._by_question[number] += 1
            self._answered_by.setdefault(number, set()).add(who)
        if self._known and not self._known.isdisjoint(identities(post)):
            self._returning.add(who)

    def _impress(self, who: Who, followers: int | None) -> None:
        if followers is None:
            self._unsaid[who] += 1
        else:
            self._impressions += followers
            self._followers[who] = followers

    def figures(self, reposts: int = 0, quotes: int = 0) -> Figures:
        impressions, unknown = self._with_the_unsaid()
        minutes, before, after = self._minutes()
        return Figures(
            posts=self._posts,
            participants=len(self._people),
            impressions=impressions,
            unknown=unknown,
            questions=tuple(self._questions()),
            minutes=minutes,
            before=before,
            after=after,
            platforms=dict(self._by_platform),
            reposts=reposts,
            quotes=quotes,
            first_timers=None if self._known is None else len(self._people) - len(self._returning),
        )

    def _with_the_unsaid(self) -> tuple[int, int]:
        """The sum over posts of their author's followers, and how many posts have an author of whom we know none.

        The followers are those at the time of the post; where that post does not say, those that the last one says.
        """
        said = sum(posts * self._followers.get(who, 0) for who, posts in self._unsaid.items())
        unknown = sum(posts for who, posts in self._unsaid.items() if who not in self._followers)
        return self._impressions + said, unknown

    def _minutes(self) -> tuple[tuple[Minute, ...], int, int]:
        about, heard = self._about, self._by_minute
        count = max(-(-(about.end - about.start) // _MINUTE), 1)
        before = sum(number for minute, number in heard.items() if minute < 0)
        after = sum(number for minute, number in heard.items() if minute >= count)
        return tuple(Minute(about.start + n * _MINUTE, heard[n]) for n in range(count)), before, after

    def _questions(self) -> Iterator[Count]:
        talked = (TALK,) if self._by_question[TALK] else ()
        for number in (*sorted(self._numbers), *talked):
            yield Count(number, self._by_question[number], len(self._answered_by.get(number, ())))


def figures(about: About, sifted: Sifted, known: AbstractSet[Who] | None = None) -> Figures:
    """`known` as for a Tally."""
    tally = Tally(about, known)
    for one in sifted.kept:
        tally.add(one)
    return tally.figures(sifted.reposts, sifted.quotes)


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
