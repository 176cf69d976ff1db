"""What is allowed and still worth a second look: a time at which people sleep, a day off, two things at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from bot.core.dates import time_words
from bot.core.holidays import bank_holiday
from bot.core.plan import Entry, Kind, Standing

QUIET_FROM, QUIET_UNTIL = time(21, 30), time(7)
"""On the campaign's clocks. The hosted chat ends at 9pm, and its wrap and late answers belong to it."""
QUIET = f"It is within quiet hours, {time_words(QUIET_FROM)} to {time_words(QUIET_UNTIL)}."
CLOSE = timedelta(minutes=30)
"""Two things within this time push each other out of sight."""


def oddities(entry: Entry) -> list[str]:
    """What is odd about the time of an entry, in sentences."""
    wall = datetime.fromisoformat(entry.wall)
    found = []
    if holiday := bank_holiday(wall.date()):
        found.append(f"It is a bank holiday: {holiday}.")
    if is_quiet(entry):
        found.append(QUIET)
    return found


def is_quiet(entry: Entry) -> bool:
    """Whether it goes out when people sleep."""
    at = datetime.fromisoformat(entry.wall).time()
    return at >= QUIET_FROM or at < QUIET_UNTIL


def clashes(entries: Iterable[Entry]) -> Mapping[str, Sequence[Entry]]:
    """By the key of an entry, what else goes out about the same time on one of its platforms. A chat is one thing."""
    coming = sorted((it for it in entries if it.standing is not Standing.CANCELLED), key=lambda it: it.due)
    found: dict[str, list[Entry]] = {}
    for place, one in enumerate(coming):
        for other in coming[place + 1 :]:
            if other.due - one.due >= CLOSE:
                break
            if _thing(one) != _thing(other) and not one.bodies.keys().isdisjoint(other.bodies):
                found.setdefault(one.key, []).append(other)
                found.setdefault(other.key, []).append(one)
    return found


def _thing(entry: Entry) -> str:
    return entry.group if entry.kind is Kind.CHAT else entry.key
