"""What the record of a chat is made from, and what it is."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from bot.core.dates import day_words
from bot.core.events import Person, Platform
from bot.core.heard import Asked, HeardPost

OPENING, TALK = -1, 0
"""Sections without a question: before the first one, and beside them all."""

Who: TypeAlias = tuple[Platform, str]
"""A person by platform and the platform's id of them. The same person on two platforms is two: nobody is matched."""


def identities(post: HeardPost) -> Iterator[Who]:
    """By what a person is known again: the platform's id, and on X the account's name, which imports may have alone."""
    return _known(post.platform, post.author, post.name)


def _known(platform: Platform, id_: str, name: str) -> Iterator[Who]:
    yield platform, id_
    if platform is Platform.X and name:
        yield platform, f"@{name.lstrip('@').casefold()}"


def known_as(person: Person) -> frozenset[Who]:
    """Somebody who spoke to us, as they are known among those who are heard."""
    return frozenset(_known(person.platform, person.id, person.name))


@dataclass(frozen=True, slots=True)
class Contribution:
    """A post of a chat with what was recognised in it.

    `questions` are the numbers of those that it answers, the likeliest first; `how` says by what that was seen, and
    `confidence` how sure it is (0 to 1). `held` says why a moderator should look first; None: it can be shown.
    """

    post: HeardPost
    questions: tuple[int, ...] = ()
    how: str = ""
    confidence: float = 0.0
    held: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The chat that a record is of: `start` and `end` in UTC, `zone` for the clocks on which it is shown."""

    id: str
    topic: str
    start: datetime
    end: datetime
    zone: ZoneInfo
    hashtag: str = ""
    host: str = ""
    lead: str = ""
    asked: tuple[Asked, ...] = ()


class Line(NamedTuple):
    """A post as it is shown. `who` is what its author is called here, and `text` is without what is redacted.

    `utc` is `at` as `2017-09-19T19:05:07Z`, for every form to use: making it takes longer than all else in a row.
    `depth` counts the posts above it in its section. `answers_to` is whom it answers, wherever that stands. `also`
    are the further questions that it answers. `link` is empty where a link would name somebody.
    """

    at: datetime
    utc: str
    platform: Platform
    who: str
    text: str
    link: str
    depth: int
    answers_to: str
    also: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """`number` is that of the question, or OPENING or TALK. `at` is when it was put."""

    number: int
    title: str
    lines: tuple[Line, ...]
    at: datetime | None = None

    @property
    def name(self) -> str:
        """`Q3`, or the title of what has no question."""
        return f"Q{self.number}" if self.number > 0 else self.title


@dataclass(frozen=True, slots=True)
class Resource:
    """A web address that was shared: by how many people, and in which sections."""

    url: str
    people: int
    sections: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many posts are not shown, and why. Those of people who asked to be left out are kept nowhere, so that nobody
    can count them."""

    reposts: int = 0
    quotes: int = 0
    repeats: int = 0
    held: int = 0

    @property
    def total(self) -> int:
        return self.reposts + self.quotes + self.repeats + self.held


@dataclass(frozen=True, slots=True)
class Transcript:
    about: About
    sections: tuple[Section, ...]
    resources: tuple[Resource, ...]
    left_out: LeftOut
    redacted: bool
    """Whether somebody in it is called "A member"."""

    @property
    def lines(self) -> int:
        return sum(len(section.lines) for section in self.sections)


@dataclass(frozen=True, slots=True)
class Listed:
    """A chat on the page of all chats. Numbers are None where nobody counted."""

    id: str
    day: dt.date
    topic: str
    lead: str = ""
    source: str = ""
    people: int | None = None
    posts: int | None = None
    impressions: int | None = None
    href: str = ""

    @property
    def date(self) -> str:
        return day_words(self.day)

    @property
    def numbers(self) -> tuple[int | None, int | None, int | None]:
        return self.people, self.posts, self.impressions
