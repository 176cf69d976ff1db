"""Rules by which something is repeated, as people type them, and the days that they fall on.

The days are counted on the calendar and become instants one by one (`bot.core.schedule.resolve`), so that a time on the
wall stays what it is when the clocks change.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count, islice, takewhile

from bot.core.dates import WEEKDAYS, date_words, day_words, read_day, read_time, read_weekday, time_words
from bot.core.schedule import nth_weekday

RULE_HINT = "Write it like weekly, every Monday, every weekday, every other Tuesday, or third Tuesday of the month."
END_HINT = "Write the last day, like 31 March 2027, or how often, like 6 times."

_WORKING = frozenset(range(5))
_NTHS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1,
}  # fmt: skip
_NAMES = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_AT = re.compile(r"(.*?)(?: at (.+))?")
_NTH = re.compile(
    rf"(?:every |each |on |the )*({'|'.join(_NTHS)}) ([a-z]+)(?: (?:of|in) (?:the|every|each|a) month| monthly)?"
)
_WEEK = re.compile(r"weekly|(?:every|once a) week")
_FORTNIGHT = re.compile(r"fortnightly|every (?:fortnight|(?:other|second) week|(?:2|two) weeks)")
_WEEKDAY = re.compile(r"(?:every |on )*(?:weekdays?|working days?)")
_NAMED = re.compile(r"(?:every |each |on )*(other )?(?:weekday )?([a-z]+(?:(?:, | and |, and )[a-z]+)*)")
_TIMES = re.compile(r"(\d{1,4})(?: times?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these weekdays (Monday is 0) of every week, or of every `every`th, counted from the first day's."""

    weekdays: frozenset[int]
    every: int = 1

    def days(self, first: date) -> Iterator[date]:
        begin = next(day for n in range(7) if (day := first + timedelta(days=n)).weekday() in self.weekdays)
        monday = begin - timedelta(days=begin.weekday())
        weeks = (monday + timedelta(weeks=self.every * n) for n in count())
        days = (week + timedelta(days=weekday) for week in weeks for weekday in sorted(self.weekdays))
        return (day for day in days if day >= first)

    def __str__(self) -> str:
        if self.weekdays == _WORKING and self.every == 1:
            return "every weekday, Monday to Friday"
        *most, last = [WEEKDAYS[weekday] for weekday in sorted(self.weekdays)]
        return f"every {'other ' if self.every == 2 else ''}{', '.join(most)}{' and ' if most else ''}{last}"


@dataclass(frozen=True, slots=True)
class Monthly:
    """On the nth weekday (Monday is 0) of every month; `nth` is 1 to 4, which every month has, or -1 for the last."""

    nth: int
    weekday: int

    def days(self, first: date) -> Iterator[date]:
        months = (divmod(first.year * 12 + first.month - 1 + n, 12) for n in count())
        days = (nth_weekday(year, month + 1, self.nth, self.weekday) for year, month in months)
        return (day for day in days if day >= first)

    def __str__(self) -> str:
        return f"the {_NAMES[self.nth]} {WEEKDAYS[self.weekday]} of every month"


Rule = Weekly | Monthly


@dataclass(frozen=True, slots=True)
class Repeats:
    """A rule from a day on, at a time on the clocks of the campaign; until a day, that one included, or so many times
    at most."""

    rule: Rule
    first: date
    at: time
    until: date | None = None
    times: int | None = None

    def days(self) -> Iterator[date]:
        """In order. Whoever has set no end has to find one."""
        days = self.rule.days(self.first)
        if self.until is not None:
            until = self.until
            days = takewhile(lambda day: day <= until, days)
        return days if self.times is None else islice(days, self.times)

    def __str__(self) -> str:
        rule = str(self.rule)
        end = f"until {day_words(self.until)}" if self.until else f"{self.times} times"
        return f"{rule[:1].upper()}{rule[1:]} at {time_words(self.at)}, from {date_words(self.first)} on, {end}"


def read_rule(text: str, first: date) -> tuple[Rule, time | None]:
    """A rule, and the time in it if it has one. `weekly` is on the weekday of the first day. Raises ValueError."""
    found = _AT.fullmatch(" ".join(text.casefold().split()))
    assert found is not None
    rule = _rule(found[1].rstrip("."), first)
    if rule is None:
        raise ValueError(f"“{text.strip()}” is not a rule that I can read. {RULE_HINT}")
    return rule, read_time(found[2]) if found[2] else None


def _rule(typed: str, first: date) -> Rule | None:
    if _WEEK.fullmatch(typed):
        return Weekly(frozenset({first.weekday()}))
    if _FORTNIGHT.fullmatch(typed):
        return Weekly(frozenset({first.weekday()}), 2)
    if _WEEKDAY.fullmatch(typed):
        return Weekly(_WORKING)
    if (found := _NTH.fullmatch(typed)) and (weekday := read_weekday(found[2])) is not None:
        return Monthly(_NTHS[found[1]], weekday)
    return _named(typed)


def _named(typed: str) -> Rule | None:
    """`every Monday`, `Mondays and Thursdays`, `every other Tuesday`."""
    found = _NAMED.fullmatch(typed)
    names = re.split(r",? and |, ", found[2]) if found else []
    weekdays = {read_weekday(name.removesuffix("s")) for name in names}
    known = frozenset(weekday for weekday in weekdays if weekday is not None)
    if found is None or not known or None in weekdays:
        return None
    return Weekly(known, 2 if found[1] else 1)


def read_end(text: str) -> tuple[date | None, int | None]:
    """The last day, or how many times at most. Raises ValueError."""
    typed = " ".join(text.casefold().split()).removeprefix("until ")
    if found := _TIMES.fullmatch(typed):
        if times := int(found[1]):
            return None, times
        raise ValueError(f"It cannot go out 0 times. {END_HINT}")
    try:
        return read_day(typed), None
    except ValueError as error:
        cause = str(error).rpartition(". ")[0]
        raise ValueError(f"{cause}. {END_HINT}") from None
