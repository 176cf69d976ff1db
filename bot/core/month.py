"""A month of the plan, day by day: what belongs together on a day is one line."""

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.events import Platform
from bot.core.plan import Entry, Kind
from bot.core.schedule import resolve

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """What a day has of one thing: a chat's posts together, an action or a card alone. In order of time."""

    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        return self.entries[0]


@dataclass(frozen=True, slots=True)
class Month:
    """`weeks` begin on Monday; a day of another month is None."""

    name: str
    weeks: Sequence[Sequence[date | None]]
    days: Mapping[date, Sequence[Line]]


def is_month(text: str) -> bool:
    return _MONTH.fullmatch(text) is not None


def bounds(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of a month (`2026-12`) on the clocks of `zone`, and the first after it, in UTC."""
    first = _first(month)
    return resolve(first, time(), zone), resolve(_first(beside(month, 1)), time(), zone)


def beside(month: str, by: int) -> str:
    """The month so many months later."""
    year, number = map(int, month.split("-"))
    years, index = divmod(number - 1 + by, 12)
    return f"{year + years:04}-{index + 1:02}"


def laid_out(month: str, entries: Iterable[Entry]) -> Month:
    """`entries` in order of time. Their days are those of their own clocks (`Entry.wall`)."""
    days: dict[date, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        day = date.fromisoformat(entry.wall.partition("T")[0])
        days[day][entry.group if entry.kind is Kind.CHAT else entry.key].append(entry)
    return Month(
        month,
        _weeks(month),
        {day: [Line(tuple(group)) for group in groups.values()] for day, groups in sorted(days.items())},
    )


def near(entries: Iterable[Entry], entry: Entry, within: timedelta) -> list[Entry]:
    """What goes out about the same time, one of each group: a chat is named once."""
    others = [other for other in entries if other.key != entry.key and abs(other.due - entry.due) <= within]
    by_group = {other.group if other.kind is Kind.CHAT else other.key: other for other in reversed(others)}
    return sorted(by_group.values(), key=lambda other: other.due)


def same_on(platform: Platform, entries: Iterable[Entry], entry: Entry) -> list[Entry]:
    """Others with the very same words on a platform."""
    words = entry.bodies.get(platform)
    return [other for other in entries if words and other.key != entry.key and other.bodies.get(platform) == words]


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _weeks(month: str) -> Sequence[Sequence[date | None]]:
    number = _first(month).month
    weeks = calendar.Calendar().monthdatescalendar(_first(month).year, number)
    return [[day if day.month == number else None for day in week] for week in weeks]
