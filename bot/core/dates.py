"""Dates and times as people in the UK write them. Errors are ValueErrors whose words say how to mend it."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.schedule import nth_weekday

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NAMED_TIMES = {"midday": time(12), "noon": time(12), "midnight": time(0)}

_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t]00:00(?::00)?)?", re.ASCII)
_UK_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", re.ASCII)
_NAMED_DAY = re.compile(r"(?:([a-z]+),? )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]+),?(?: (\d{4}))?", re.ASCII)
_NTHS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
_NTH_DAY = re.compile(rf"(?:the )?({'|'.join(_NTHS)}) ([a-z]+)(?: of| in)? ([a-z]+),?(?: (\d{{4}}))?", re.ASCII)
_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{6})?)?[+-]\d\d:\d\d\b", re.ASCII)
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2})(?:[:.]00)?)? ?(am|pm)?", re.ASCII)

DAY_HINT = "Write it like 2026-12-01, 1/12/2026 or 1 December 2026."
TIME_HINT = "Write it like 9am, 9.30pm or 21:30."


def day_words(day: date) -> str:
    """`Tuesday 15 December 2026`, whatever the language of the machine."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def date_words(day: date) -> str:
    """`15 December 2026`, as people type it."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def time_words(at: time) -> str:
    """`8pm`, `12:30pm`, `midday`, as NHS content is written."""
    if at.minute == 0 and at.hour in (0, 12):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes}{'am' if at.hour < 12 else 'pm'}"


def lasting(minutes: int) -> str:
    """`2 days`, `1 hour`, `90 minutes`: in the largest unit of which it is a whole number."""
    count, unit = next(
        (minutes // length, unit)
        for length, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute"))
        if minutes % length == 0
    )
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def when_words(instant: datetime, zone: ZoneInfo) -> str:
    """`Tuesday 15 December 2026 at 8pm`, on the clocks of `zone`."""
    local = instant.astimezone(zone)
    return f"{day_words(local.date())} at {time_words(local.time())}"


def instants_told(text: str, when: Callable[[datetime], str]) -> str:
    """The text with its instants, which the audit keeps in ISO 8601, in the words of `when`."""

    def told(found: re.Match[str]) -> str:
        try:
            return when(datetime.fromisoformat(found[0]))
        except (ValueError, OverflowError):  # somebody's file has such a name
            return found[0]

    return _INSTANT.sub(told, text)


def end_words(instant: datetime, zone: ZoneInfo) -> str:
    """The same for when something ends: `the end of Monday 14 December 2026`, where others say midnight."""
    local = instant.astimezone(zone)
    if local.time() != time():
        return when_words(instant, zone)
    return f"the end of {day_words(local.date() - timedelta(days=1))}"


def month_words(month: str) -> str:
    """`December 2026` for `2026-12`."""
    year, number = map(int, month.split("-"))
    return f"{MONTHS[number - 1]} {year}"


def read_day(text: str, since: date | None = None) -> date:
    """A day as people type it; the day stands before the month. Raises ValueError for what is no day.

    One without a year is the first such day from `since` on, and no day where that is not given.
    """
    typed = " ".join(text.casefold().split())
    if found := _ISO_DAY.fullmatch(typed):
        return _day(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _UK_DAY.fullmatch(typed):
        return _day(text, int(found[3]) + (2000 if len(found[3]) == 2 else 0), int(found[2]), int(found[1]))
    if (found := _NAMED_DAY.fullmatch(typed)) and (month := _month(found[3])):
        number = int(found[2])
        return _on(found[1], _of_year(text, found[4], since, lambda year: _day(text, year, month, number)))
    if (found := _NTH_DAY.fullmatch(typed)) and (month := _month(found[3])):
        nth, weekday = _NTHS[found[1]], read_weekday(found[2])
        if weekday is not None:
            return _of_year(text, found[4], since, lambda year: nth_weekday(year, month, nth, weekday))
    raise ValueError(f"“{text.strip()}” is not a date that I can read. {DAY_HINT}")


def with_year(text: str, since: date) -> str:
    """What was typed for a day, with its year where that was left out. Anything else as it was."""
    try:
        day = read_day(text, since)
    except ValueError:
        return text
    with suppress(ValueError):
        read_day(text)
        return text
    return date_words(day)


def read_time(text: str) -> time:
    """A time as people type it. Raises ValueError for what is none, and for a bare `9`, which may be am or pm."""
    typed = " ".join(text.casefold().replace("a.m.", "am").replace("p.m.", "pm").split())
    typed = re.sub(r"^12 (?=noon|midday|midnight)", "", typed)
    if typed in _NAMED_TIMES:
        return _NAMED_TIMES[typed]
    found = _TIME.fullmatch(typed)
    if not found or (found[2] is None and found[3] is None):
        raise ValueError(f"“{text.strip()}” is not a time that I can read. {TIME_HINT}")
    hour, minute = int(found[1]), int(found[2] or 0)
    if minute > 59 or (hour > 23 if found[3] is None else not 1 <= hour <= 12):
        raise ValueError(f"There is no time “{text.strip()}”. {TIME_HINT}")
    return time(hour if found[3] is None else hour % 12 + (12 if found[3] == "pm" else 0), minute)


def _month(name: str) -> int:
    """The number of a month by its name or at least the first three letters of it; 0 for another word."""
    starts = (number for number, month in enumerate(MONTHS, 1) if month.casefold().startswith(name))
    return next(starts, 0) if len(name) >= 3 else 0


def read_weekday(name: str) -> int | None:
    """The number of a weekday (Monday is 0) by its name or at least the first three letters of it."""
    typed = name.casefold()
    starts = (number for number, day in enumerate(WEEKDAYS) if day.casefold().startswith(typed))
    return next(starts, None) if len(typed) >= 3 else None


def _on(weekday: str | None, day: date) -> date:
    """A day that was typed with its weekday: two days may be meant where they differ."""
    if weekday is not None and read_weekday(weekday) != day.weekday():
        raise ValueError(
            f"{date_words(day)} is a {WEEKDAYS[day.weekday()]}. Leave the weekday out, or write the other day."
        )
    return day


def _of_year(text: str, year: str | None, since: date | None, on: Callable[[int], date]) -> date:
    if year is not None:
        return on(int(year))
    if since is None:
        raise ValueError(f"“{text.strip()}” has no year. {DAY_HINT}")
    for each in (since.year, since.year + 1):
        with suppress(ValueError):  # the 29th of February
            if (day := on(each)) >= since:
                return day
    return on(since.year + 1)


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"There is no day “{text.strip()}”. {DAY_HINT}") from None
