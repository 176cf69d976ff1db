"""What people say back: what counts as feedback, which period is asked for, and the moderators' CSV."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.content import Content
from bot.core.dates import MONTHS
from bot.core.events import Person, Platform
from bot.core.schedule import resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One piece of feedback. `key` is the event's, so the same words are logged once.

    `number` is what the receipt says; 0 until it is stored. `may_quote` is the author's consent.
    """

    key: str
    at: datetime
    author: Person
    text: str
    may_quote: bool = False
    number: int = 0


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


COLUMNS = ("Number", "Received", "Platform", "Feedback", "May we quote it")

_FORMULA = frozenset("=+-@\t\r\n")
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
_BETWEEN = re.compile(r"[\s,–-]+|\b(from|since|between|to|until|till|and)\b")


def readable(text: str) -> str:
    """The text without what no database and no spreadsheet takes: NUL and halves of characters."""
    return _UNPRINTABLE.sub("\ufffd", text).strip()


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


def to_csv(rows: Iterable[Feedback], zone: ZoneInfo) -> str:
    """The rows for a spreadsheet, without anything that says who wrote them.

    It begins with a byte order mark: without one, Excel takes UTF-8 for the machine's old code page and
    shows "â€™" for an apostrophe. Times are on the clocks of `zone`.
    """
    sheet = io.StringIO(newline="")
    sheet.write("\ufeff")
    # Everything is quoted, so that no spreadsheet turns a number or a date into something else.
    writer = csv.writer(sheet, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for row in rows:
        received = row.at.astimezone(zone).isoformat(timespec="seconds")
        quote = "yes" if row.may_quote else "no"
        writer.writerow([row.number, received, row.author.platform.label, cell(row.text), quote])
    return sheet.getvalue()


def cell(text: str) -> str:
    """Text that no spreadsheet runs as a formula: full-width signs count, and space before them does not help."""
    text = _UNPRINTABLE.sub("\ufffd", text)
    if text[:1].isalnum():
        return text  # so is most of what people write, and it is no sign
    starts = {text[:1], unicodedata.normalize("NFKC", text.lstrip()[:1])}
    return f"'{text}" if starts & _FORMULA else text


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
    if unread := _BETWEEN.sub("", _SPANS.sub("", rest)):
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
