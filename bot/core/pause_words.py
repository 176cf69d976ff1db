"""How people ask for a pause, and how one is told: dates in words, on the clocks of the campaign."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.core.dates import day_words, end_words, read_day, read_time, when_words
from bot.core.outbox import Post
from bot.core.pause import Backlog, Pause
from bot.core.schedule import resolve

FURTHEST = timedelta(days=730)
"""A date further ahead is more likely a slip in the year."""

_NEXT = timedelta(days=300)
"""A day without a year is the next such day. One that is further ahead than this has just been: which is meant?"""

_LONGEST_REASON = 300

_KINDS = {
    "chat": ("chat post", "chat posts"),
    "action": ("key action", "key actions"),
    "card": ("card", "cards"),
    "announcement": ("announcement", "announcements"),
    "repost": ("repost", "reposts"),
}
_ANSWERS = ("answer", "answers")


@dataclass(frozen=True, slots=True)
class Asked:
    """A pause as somebody put it in a sentence, and what is wrong with a beginning or an end that cannot be read."""

    reason: str
    since: datetime | None = None
    until: datetime | None = None
    wrong_start: str = ""
    wrong_end: str = ""


def read_beginning(typed: str, zone: ZoneInfo, now: datetime) -> datetime:
    """When a pause begins, in UTC: a day means its beginning. Raises ValueError in words that say how to mend it."""
    begins = _moment(typed, zone, now, _midnight)
    if begins.astimezone(zone).date() < now.astimezone(zone).date():
        raise ValueError(f"“{typed}” has passed. Leave it out to begin now.")
    return _near(typed, begins, now)


def read_end(typed: str, zone: ZoneInfo, now: datetime) -> datetime:
    """When a pause ends, in UTC: a day means the end of that day. Raises ValueError as above."""
    ends = _moment(typed, zone, now, lambda day: _midnight(day + timedelta(days=1)))
    if ends <= now:
        raise ValueError(f"“{typed}” has passed. Give a time that is still to come.")
    return _near(typed, ends, now)


def asked(text: str, zone: ZoneInfo, now: datetime) -> Asked:
    """What follows the word for a pause: a reason, perhaps with "from 22 March 2027" or "until 6 May 2027 at 5pm".

    What cannot be read as a date belongs to the reason: "wait until we know more" has no end.
    """
    before, until, wrong_end = _taken_off(text, "until", partial(read_end, zone=zone, now=now))
    reason, since, wrong_start = _taken_off(before, "from", partial(read_beginning, zone=zone, now=now))
    return Asked(" ".join(reason.split())[:_LONGEST_REASON].strip(" ,;:"), since, until, wrong_start, wrong_end)


def new_pause(wanted: Asked, by: str, now: datetime, exempt: Iterable[str] = ()) -> Pause:
    """The pause that was asked for. Raises ValueError, in words, for one that cannot be."""
    since = wanted.since or now
    if not wanted.reason:
        raise ValueError("Say why: the reason is shown to everybody who asks what is paused.")
    if wanted.wrong_start:
        raise ValueError(wanted.wrong_start)
    if wanted.until is not None and wanted.until <= since:
        raise ValueError("It would end before it begins.")
    return Pause(reason=wanted.reason, by=by, at=now, since=since, until=wanted.until, exempt=tuple(exempt))


def told(pause: Pause, zone: ZoneInfo, now: datetime) -> str:
    """A pause in a sentence or two."""
    if pause.over(now):
        return f"The last pause ended {_end_words(pause, zone)} ({pause.reason})."
    begins = "Paused since" if pause.active(now) else "A pause is planned from"
    exempt = f" These go out all the same: {', '.join(pause.exempt)}." if pause.exempt else ""
    reason = pause.reason.rstrip(".")
    return f"{begins} {_start_words(pause.since, zone)} {_end_words(pause, zone)}. Reason: {reason}.{exempt}"


def instead_of(earlier: Pause, zone: ZoneInfo, now: datetime) -> str:
    """What somebody needs who has just replaced a pause: nothing brings it back."""
    return f"It took the place of another, which is now forgotten: {told(earlier, zone, now)}"


def counted(posts: Iterable[Post]) -> str:
    """`3 chat posts, 1 key action, 12 answers`, or `nothing`."""
    kinds = Counter(_KINDS.get(post.key.partition(":")[0], _ANSWERS) for post in posts)
    return ", ".join(f"{number} {one if number == 1 else many}" for (one, many), number in kinds.items()) or "nothing"


def ending_words(backlog: Backlog) -> str:
    """What the end of a pause does, as part of a sentence."""
    later = f"; waiting for their time: {counted(backlog.later)}" if backlog.later else ""
    return f"going out at once: {counted(backlog.go)}; missed, too late by now: {counted(backlog.missed)}{later}"


def ended_words(pause: Pause, zone: ZoneInfo, now: datetime) -> str:
    """What somebody has just ended."""
    if pause.active(now):
        return f"The pause since {_start_words(pause.since, zone)} is over ({pause.reason})."
    return f"The pause planned from {_start_words(pause.since, zone)} is called off ({pause.reason})."


def _moment(typed: str, zone: ZoneInfo, now: datetime, alone: Callable[[date], tuple[date, time]]) -> datetime:
    """A time of today, a day with a time, or a day `alone`."""
    today = now.astimezone(zone).date()
    words = re.sub(r"(?<=\d)[Tt](?=\d)", " ", typed.replace(",", " ")).split()
    for cut in range(max(len(words) - 2, 0), len(words)):  # a time has two words at the most
        day, at = [word for word in words[:cut] if word.casefold() != "at"], _time(words[cut:])
        if at is not None:
            return resolve(_day(" ".join(day), today) if day else today, at, zone)
    return resolve(*alone(_day(typed, today)), zone)


def _day(typed: str, today: date) -> date:
    day = read_day(typed, today)
    return day if day < today + _NEXT else read_day(typed)


def _time(words: list[str]) -> time | None:
    try:
        return read_time(" ".join(words))
    except ValueError:
        return None


def _midnight(day: date) -> tuple[date, time]:
    return day, time()


def _near(typed: str, instant: datetime, now: datetime) -> datetime:
    if instant > now + FURTHEST:
        raise ValueError(f"“{typed}” is more than two years ahead. Check the year.")
    return instant


def _taken_off(text: str, word: str, read: Callable[[str], datetime]) -> tuple[str, datetime | None, str]:
    """The text before the last `word`, and the instant after it. All of the text where no date follows.

    The third says what is wrong with what was meant as a date: it has a figure in it.
    """
    found = re.fullmatch(rf"(.*)\b{word}\s+(.+)", text, re.IGNORECASE | re.DOTALL)
    if found is None:
        return text, None, ""
    try:
        return found[1], read(found[2].strip(" .")), ""
    except ValueError as error:
        return text, None, str(error) if re.search(r"\d", found[2]) else ""


def _start_words(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return when_words(instant, zone) if local.time() != time() else f"the beginning of {day_words(local.date())}"


def _end_words(pause: Pause, zone: ZoneInfo) -> str:
    if pause.until is None:
        return "until somebody resumes"
    return f"until {end_words(pause.until, zone)}"
