"""What people say back: what counts as feedback, what is kept of it, and which period is asked for."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.content import Content
from bot.core.dates import MONTHS
from bot.core.events import Person, Platform
from bot.core.schedule import resolve

TOLD = "feedback-told"
"""How the keys begin of posts that quote feedback."""
READ = "feedback-read"
"""How the keys end of posts in which moderators read feedback."""


IMPORTED = "import:"
"""How the keys begin of what came in by a sheet."""
UNNAMED = "unnamed:"
"""And of what has become anonymous: until then a key has ids in it, of a post, of a chat with its author, or theirs."""


class Source(StrEnum):
    """Where it was said: on a platform, in the form on our own web page, or in a room, by the notes of a workshop."""

    X = "x"
    SLACK = "slack"
    TEAMS = "teams"
    WEB = "web"
    WORKSHOP = "workshop"

    @property
    def label(self) -> str:
        others = {Source.WEB: "Web form", Source.WORKSHOP: "Workshop"}
        return others.get(self) or Platform(self.value).label


class Consent(StrEnum):
    """May we quote you?"""

    NO = "no"
    UNNAMED = "unnamed"
    NAMED = "named"

    @property
    def label(self) -> str:
        return {"no": "no", "unnamed": "without name", "named": "with name"}[self.value]


class Status(StrEnum):
    """How far the organisers have come with it."""

    NEW = "new"
    READ = "read"
    ANSWERED = "answered"
    ACTIONED = "actioned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One piece of feedback. `key` is the event's, so the same words are logged once.

    `number` is what the receipt says; 0 until it is stored. `author` is None where nobody is known: from the web
    form, or once the author was erased. `prompt` is the question it answers, `role` what the author is by trade.
    `tags` are in order of the alphabet, once they are kept.
    """

    key: str
    at: datetime
    source: Source
    author: Person | None
    text: str
    prompt: str = ""
    region: str = ""
    role: str = ""
    consent: Consent = Consent.NO
    contact: str = ""
    status: Status = Status.NEW
    tags: tuple[str, ...] = ()
    number: int = 0


_TYPED = {"region": "by region", "prompt": "by question", "tag": "by tag", "text": "by words"}
"""What the audit says of a filter that takes any words: a region or a tag does, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which feedback is asked for; what is None or empty does not matter. `since <= at < until`.

    `text` are words that must all be in it, in any form that the search takes for the same.
    """

    since: datetime | None = None
    until: datetime | None = None
    source: Source | None = None
    region: str = ""
    prompt: str = ""
    tag: str = ""
    status: Status | None = None
    consent: Consent | None = None
    text: str = ""

    def told(self) -> str:
        """For the audit: everything that was filtered by, but not the words that somebody typed."""
        given = {name: getattr(self, name) for name in self.__dataclass_fields__}
        shown = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}
        filters = (_TYPED.get(name) or f"{name} {value}" for name, value in shown.items() if value)
        return ", ".join(filters) or "everything"


EVERYTHING = Wanted()


class Row(NamedTuple):
    """Feedback as it goes out in a file. `at` is in UTC, as text; `name`, `ref` and `contact` are personal data and
    empty unless they were asked for."""

    number: int
    at: str
    source: str
    prompt: str
    region: str
    role: str
    consent: str
    status: str
    tags: str
    text: str
    name: str = ""
    ref: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """`since <= at < until`, in UTC; None is open. `first` and `last` are the same for people: "1 December 2026"."""

    since: datetime | None
    until: datetime | None
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Dates that could not be read; `problem` says in a sentence what is wrong with them."""

    problem: str


_FOR = "for:"
_UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")

_MONTHS = {name.casefold()[:size]: number for number, name in enumerate(MONTHS, 1) for size in (3, 4, len(name))}
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SPANS = re.compile(
    rf"""
    (?P<year>20\d\d)-(?P<month>\d\d?)(-(?P<day>\d\d?))?
    | (?P<uk_day>\d\d?)[/.-](?P<uk_month>\d\d?)[/.-](?P<uk_year>20\d\d)
    | ((?P<n_day>\d\d?)(st|nd|rd|th)?\s+)?(?P<n_month>{_NAMED})\s+(?P<n_year>20\d\d)
    | (?P<relative>(this|last)\s+month|this\s+year|today)
    """,
    re.VERBOSE,
)
_BETWEEN = re.compile(r"[\s,–-]+|\b(from|since|between|in|to|until|till|and)\b")


def told_key(number: int, platform: Platform) -> str:
    """Of the post that says in a room of the campaign's what was done about it."""
    return f"{TOLD}:{number}:{platform}"


def readable(text: str) -> str:
    """The text without what no database and no spreadsheet takes: NUL and halves of characters. Nothing, where there is
    nothing in it to see, such as a space without width alone."""
    said = _UNPRINTABLE.sub("\ufffd", text).strip()
    return said if any(sign.isprintable() and not sign.isspace() for sign in said) else ""


def as_tag(typed: str) -> str:
    """A tag as it is kept and looked for, however it was typed."""
    return readable(typed).strip("#").casefold()


def tags_in(typed: str) -> Sequence[str]:
    """Several tags, with spaces, commas or semicolons between them."""
    return [tag for part in re.split(r"[\s,;]+", typed) if (tag := as_tag(part))]


def themes(tags: Collection[str]) -> Sequence[str]:
    """The tags that say what it is about."""
    return [tag for tag in tags if not tag.startswith(_FOR)]


def for_tag(region: str) -> str:
    """The tag that says whose it is to look after: the library leads' of a region, by its id."""
    return f"{_FOR}{region}"


def assigned(tags: Collection[str]) -> str:
    """The id of the region whose leads look after it, or nothing."""
    return next((tag.removeprefix(_FOR) for tag in tags if tag.startswith(_FOR)), "")


def consent_of(typed: str) -> Consent:
    """What was chosen in a form: no consent unless it says so. `yes` is what older forms send."""
    if typed == "yes":
        return Consent.UNNAMED
    return Consent(typed) if typed in set(Consent) else Consent.NO


def filled_in(values: Mapping[str, str], *, key: str, at: datetime, source: Source, author: Person | None) -> Feedback:
    """Feedback from the fields of a form; those that are not there are empty."""
    return Feedback(
        key=key,
        at=at,
        source=source,
        author=author,
        text=readable(values.get("text", "")),
        prompt=readable(values.get("prompt", "")),
        region=readable(values.get("region", "")),
        role=readable(values.get("role", "")),
        consent=consent_of(values.get("may_quote", "")),
        contact=readable(values.get("contact", "")),
    )


def said_in(text: str, platform: Platform, content: Content) -> str | None:
    """The feedback in a message to us, which may be empty; None when the message is no feedback.

    On X, where there is no form, the word counts anywhere. A question that only contains it stays a question.
    """
    name, rest = content.command(text)
    if name == "feedback":
        return readable(rest)
    word = "|".join(re.escape(spelling) for spelling in content.campaign.commands.feedback)
    found = re.search(rf"(?<!\w)(#?)({word})\b", text, re.IGNORECASE)
    if platform is Platform.X and found and (found[1] or "?" not in text):
        return readable(text)
    return None


def parse_range(text: str, zone: ZoneInfo, now: datetime) -> Period | Unclear:
    """A period as people type it: two dates, a month, "this month", one date (from then on), nothing (all).

    Days are those of `zone`; 1/12/2026 is the first of December.
    """
    rest = text.casefold()
    today = now.astimezone(zone).date()
    try:
        spans = list(_spans(rest, today))
    except ValueError as error:
        return Unclear(str(error))
    if unread := " ".join(_BETWEEN.sub(" ", _SPANS.sub(" ", rest)).split()):
        return Unclear(f"I cannot read “{unread[:40]}” as a date.")
    if len(spans) > 2:
        return Unclear("I can use two dates at most: the first day and the last.")
    return _period(spans, zone)


def _period(spans: list[tuple[date, date]], zone: ZoneInfo) -> Period | Unclear:
    if not spans:
        return Period(None, None, "the beginning", "now")
    first, last = spans[0][0], spans[-1][1]
    if last < first:
        return Unclear(f"{_words(first)} comes after {_words(last)}.")
    since = resolve(first, time(), zone)
    if len(spans) == 1 and first == last:
        return Period(since, None, _words(first), "now")
    return Period(since, resolve(last + timedelta(days=1), time(), zone), _words(first), _words(last))


def _spans(text: str, today: date) -> Iterator[tuple[date, date]]:
    """The first and last day of each date, month or year in the text. Raises ValueError, with words."""
    for found in _SPANS.finditer(text):
        if found["relative"]:
            yield _relative(" ".join(found["relative"].split()), today)
            continue
        year = int(found["year"] or found["uk_year"] or found["n_year"])
        month = _MONTHS.get(found["n_month"] or "") or int(found["month"] or found["uk_month"])
        day = found["day"] or found["uk_day"] or found["n_day"]
        try:
            yield _month(year, month) if day is None else (date(year, month, int(day)),) * 2
        except ValueError:
            raise ValueError(f"There is no “{found[0]}” in the calendar.") from None


def _relative(words: str, today: date) -> tuple[date, date]:
    match words:
        case "this month":
            return _month(today.year, today.month)
        case "last month":
            before = today.replace(day=1) - timedelta(days=1)
            return _month(before.year, before.month)
        case "this year":
            return date(today.year, 1, 1), date(today.year, 12, 31)
        case _:
            return today, today


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
