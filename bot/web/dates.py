"""Dates and times as the pages show them, in the reader's language. In English they are as the bot writes them
everywhere (bot/core/dates.py). What people type is read in English or in figures, so forms show that."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.core.dates import MONTHS, WEEKDAYS
from bot.web.language import gettext as _
from bot.web.language import ngettext


def day_words(day: date) -> str:
    """`Tuesday 15 December 2026`."""
    names = {"weekday": _(WEEKDAYS[day.weekday()]), "month": _(MONTHS[day.month - 1])}
    return _("%(weekday)s %(day)s %(month)s %(year)s", day=day.day, year=day.year, **names)


def time_words(at: time) -> str:
    """`8pm`, `12:30pm`, `midday`."""
    if at.minute == 0 and at.hour in (0, 12):
        return _("midday") if at.hour else _("midnight")
    clock = f"{(at.hour - 1) % 12 + 1}{f':{at.minute:02}' if at.minute else ''}"
    return _("%(clock)sam", clock=clock) if at.hour < 12 else _("%(clock)spm", clock=clock)


def when_words(instant: datetime, zone: ZoneInfo) -> str:
    """`Tuesday 15 December 2026 at 8pm`, on the clocks of `zone`."""
    local = instant.astimezone(zone)
    return _("%(day)s at %(time)s", day=day_words(local.date()), time=time_words(local.time()))


def month_words(month: str) -> str:
    """`December 2026` for `2026-12`."""
    year, number = month.split("-")
    return _("%(month)s %(year)s", month=_(MONTHS[int(number) - 1]), year=int(year))


def lasting(minutes: int) -> str:
    """`2 days`, `1 hour`, `90 minutes`: in the largest unit of which it is a whole number."""
    days, hours = minutes // (24 * 60), minutes // 60
    if days * 24 * 60 == minutes:
        return ngettext("%(num)s day", "%(num)s days", days, num=f"{days:,}")
    if hours * 60 == minutes:
        return ngettext("%(num)s hour", "%(num)s hours", hours, num=f"{hours:,}")
    return ngettext("%(num)s minute", "%(num)s minutes", minutes, num=f"{minutes:,}")
