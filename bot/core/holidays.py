"""Bank holidays in the parts of the UK, by their rules, and by proclamation where a year had one of its own.

The rules are those of the Banking and Financial Dealings Act 1971, as gov.uk/bank-holidays lists them.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from bot.core.schedule import nth_weekday

ENGLAND, SCOTLAND, WALES, NORTHERN_IRELAND = NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")
_MONDAY = 0

_ONCE: Mapping[date, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        date(2022, 6, 3): ("Platinum Jubilee", NATIONS),
        date(2022, 9, 19): ("State funeral of the Queen", NATIONS),
        date(2023, 5, 8): ("Coronation of the King", NATIONS),
        date(2026, 6, 15): ("World Cup bank holiday", (SCOTLAND,)),
    }
)
"""Proclaimed for one year alone. Source: gov.uk/bank-holidays, checked 2026-11-22."""
_MOVED: Mapping[date, date] = MappingProxyType(
    {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}
)


def bank_holiday(day: date) -> str:
    """What a day is, and where, for people: `Easter Monday (not Scotland)`. Empty on other days."""
    found = _of_year(day.year).get(day, {})
    names = dict.fromkeys(found.values())
    return ", ".join(f"{name}{_where([nation for nation in found if found[nation] == name])}" for name in names)


def _where(nations: list[str]) -> str:
    missing = [nation for nation in NATIONS if nation not in nations]
    if not missing:
        return ""
    return f" (not {missing[0]})" if len(missing) == 1 else f" ({' and '.join(nations)})"


@lru_cache(maxsize=32)
def _of_year(year: int) -> Mapping[date, Mapping[str, str]]:
    found: dict[date, dict[str, str]] = {}
    for nation in NATIONS:
        for day, name in _observed(dict(_fixed(year, nation)) | dict(_moving(year, nation))).items():
            found.setdefault(_MOVED.get(day, day), {})[nation] = name
    for day, (name, nations) in _ONCE.items():
        if day.year == year:
            found.setdefault(day, {}).update(dict.fromkeys(nations, name))
    return found


def _fixed(year: int, nation: str) -> Iterator[tuple[date, str]]:
    yield date(year, 1, 1), "New Year’s Day"
    if nation == SCOTLAND:
        yield date(year, 1, 2), "2 January"
        yield date(year, 11, 30), "St Andrew’s Day"
    if nation == NORTHERN_IRELAND:
        yield date(year, 3, 17), "St Patrick’s Day"
        yield date(year, 7, 12), "Battle of the Boyne"
    yield date(year, 12, 25), "Christmas Day"
    yield date(year, 12, 26), "Boxing Day"


def _moving(year: int, nation: str) -> Iterator[tuple[date, str]]:
    sunday = easter(year)
    yield sunday - timedelta(days=2), "Good Friday"
    if nation != SCOTLAND:
        yield sunday + timedelta(days=1), "Easter Monday"
    yield nth_weekday(year, 5, 1, _MONDAY), "Early May bank holiday"
    yield _last_monday(year, 5), "Spring bank holiday"
    yield (
        nth_weekday(year, 8, 1, _MONDAY) if nation == SCOTLAND else _last_monday(year, 8),
        "Summer bank holiday",
    )


def _observed(days: Mapping[date, str]) -> Mapping[date, str]:
    """What falls on a weekend is observed on the next weekday that is none itself."""
    taken = {day: name for day, name in days.items() if day.weekday() < 5}
    for day in sorted(days.keys() - taken.keys()):
        substitute = day
        while substitute.weekday() >= 5 or substitute in taken:
            substitute += timedelta(days=1)
        taken[substitute] = f"{days[day]}, substitute day"
    return taken


def _last_monday(year: int, month: int) -> date:
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last - timedelta(days=last.weekday())


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, odd = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - shift + 15) % 30
    days, late = divmod(rest, 4)
    week = (32 + 2 * odd + 2 * days - moon - late) % 7
    again = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * again + 114, 31)
    return date(year, month, day + 1)
