"""When something was posted, as exports, spreadsheets and people write it."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.core.dates import read_day
from bot.core.schedule import resolve

HINT = "Write it like 2017-09-19 20:05, 19/09/2017 20:05 or 2017-09-19T19:05:00Z."
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_EXPORT = re.compile(r"[A-Za-z]{3} ([A-Za-z]{3}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})", re.ASCII)
_SHOWN = re.compile(r"(\d{1,2}:\d\d ?[AaPp]\.?[Mm]\.?) · ([A-Za-z]{3}) (\d{1,2}), (\d{4})", re.ASCII)
_TIME_LAST = re.compile(
    r"(.*?)[\s,]*\b(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:\.\d+)?\s*([AaPp])?\.?(?:[Mm]\.?)?", re.ASCII
)


def read_instant(text: str, day: date, zone: ZoneInfo) -> datetime:
    """In UTC. What names no zone is on the clocks of `zone`, and what names no day is on `day`. Raises ValueError."""
    typed = " ".join(text.split())
    if found := _EXPORT.fullmatch(typed):
        month = _month(found[1])
        return datetime.fromisoformat(f"{found[5]}-{month:02}-{found[2]}T{found[3]}{found[4]}").astimezone(UTC)
    if found := _SHOWN.fullmatch(typed):
        typed = f"{found[4]}-{_month(found[2]):02}-{int(found[3]):02} {found[1]}"
    if typed[:4].isdigit() and len(typed) > 10 and (instant := _iso(typed)) is not None:
        return _in_utc(instant, zone)
    return _typed(typed, day, zone)


def _iso(typed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return None


def _in_utc(instant: datetime, zone: ZoneInfo) -> datetime:
    if instant.tzinfo is not None:
        return instant.astimezone(UTC)
    return resolve(instant.date(), instant.time(), zone)


def _typed(typed: str, day: date, zone: ZoneInfo) -> datetime:
    found = _TIME_LAST.fullmatch(typed)
    if found is None:
        raise ValueError(f"“{typed}” is not a date with a time." if typed else "There is no date.")
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    if found[5] and not 1 <= hour <= 12:
        raise ValueError(f"There is no time “{typed}”.")
    if found[5]:
        hour = hour % 12 + (12 if found[5] in "pP" else 0)
    try:
        at = time(hour, minute, second)
    except ValueError:
        raise ValueError(f"There is no time “{typed}”.") from None
    return resolve(read_day(found[1]) if found[1] else day, at, zone)


def in_letters(instant: datetime) -> str:
    """In UTC, to the second: `2017-09-19T19:05:07Z`."""
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return f"{in_utc.isoformat(timespec='seconds')[:19]}Z"


def _month(name: str) -> int:
    """Raises ValueError for what is no English month."""
    return _MONTHS.index(name.casefold()) // 3 + 1
