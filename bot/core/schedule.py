"""When something regular is due. Wall-clock times are resolved in their own time zone, day by day."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


def resolve(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which clocks in `zone` show `at` on `day`.

    A time that occurs twice is taken the first time; one that a clock change skips becomes the same
    distance after the change (01:30 on a spring Sunday in London is 02:30 summer time).
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """The nth weekday (Monday is 0) of a month, nth counted from 1; the last one for -1.

    Raises ValueError past the month's end.
    """
    if nth < 0:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return date(year, month, 1 + (weekday - first.weekday()) % 7 + 7 * (nth - 1))


class Trigger(Protocol):
    def next_after(self, instant: datetime) -> datetime:
        """The first slot strictly after `instant`, in UTC."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every so often, counted from the epoch so that all processes agree on the slots."""

    period: timedelta

    def next_after(self, instant: datetime) -> datetime:
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return epoch + ((instant - epoch) // self.period + 1) * self.period


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at a wall-clock time."""

    at: time
    zone: ZoneInfo

    def next_after(self, instant: datetime) -> datetime:
        day = instant.astimezone(self.zone).date()
        # From the day before: where clocks skip midnight, its slot may come after midnight.
        slots = (resolve(day + timedelta(days=n), self.at, self.zone) for n in range(-1, 3))
        return next(slot for slot in slots if slot > instant)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """On the hour, from 9am to 4pm, Monday to Friday: when people at work do not mind to hear from a bot."""

    zone: ZoneInfo

    def next_after(self, instant: datetime) -> datetime:
        today = instant.astimezone(self.zone).date()
        days = (today + timedelta(days=n) for n in range(5))
        slots = (resolve(day, time(hour), self.zone) for day in days if day.weekday() < 5 for hour in range(9, 17))
        return next(slot for slot in slots if slot > instant)


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """Once a month on, say, the third Tuesday. `nth` is 1 to 4, so that every month has one."""

    nth: int
    weekday: int
    at: time
    zone: ZoneInfo

    def on(self, year: int, month: int) -> datetime:
        return resolve(nth_weekday(year, month, self.nth, self.weekday), self.at, self.zone)

    def next_after(self, instant: datetime) -> datetime:
        local = instant.astimezone(self.zone)
        months = (divmod(local.year * 12 + local.month - 1 + n, 12) for n in range(3))
        return next(slot for year, month in months if (slot := self.on(year, month + 1)) > instant)
