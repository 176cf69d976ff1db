"""Key actions: a month's plan from content/, and what organisers add, change and cancel themselves."""

import calendar
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from bot.core.bodies import Text
from bot.core.content import Action, ActionMonth, Content
from bot.core.dates import DAY_HINT, TIME_HINT, day_words, read_day, read_time, time_words
from bot.core.events import Platform
from bot.core.plan import Entry, Kind, Standing, end_of_day
from bot.core.policy import LIMITS, length
from bot.core.schedule import resolve

T = TypeVar("T")

FURTHEST = timedelta(days=730)
"""A date further ahead is more likely a slip in the year."""

_TAIL_LETTERS = "bcdfghjkmnpqrstvwxz"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A key action as an organiser typed it. An empty `longer` means the same text everywhere."""

    text: str
    date: str
    time: str
    longer: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, for people. `row` counts from 1, the header's; 0 is no row of a file."""

    field: str
    cause: str
    fix: str
    row: int = 0

    def __str__(self) -> str:
        where = f"Row {self.row}, {self.field}: " if self.row else ""
        return f"{where}{self.cause} {self.fix}"


def month_plan(month: ActionMonth, content: Content, platforms: Iterable[Platform]) -> tuple[Entry, ...]:
    """A month's actions in order of time, each on its own day or on one of the month's working days."""
    wanted = tuple(platforms)
    undated = sum(action.day is None for action in month.actions)
    days = iter(_spread(_working_days(month.month), undated))
    entries = [_from_content(action, month, days, content, wanted) for action in month.actions]
    return tuple(sorted(entries, key=lambda entry: entry.due))


def queued(
    draft: Draft,
    content: Content,
    platforms: Iterable[Platform],
    now: datetime,
    *,
    key: str,
    source: str,
) -> Entry | tuple[Problem, ...]:
    """An organiser's own action as an entry, or everything that is wrong with it.

    `key` is the event's: a redelivery makes the same entry. `source` is the organiser's `Person.ref`.
    """
    wanted, draft, problems = tuple(platforms), _cleaned(draft), list[Problem]()
    today = now.astimezone(content.zone).date()
    moment = read_moment(draft.date, draft.time, content, now, problems)
    focus = focus_of(content, f"{moment.day if moment else today:%Y-%m}")
    _check_texts(draft, focus, content, wanted, problems)
    if moment is None or problems:
        return tuple(problems)
    return _entry(own_key(key), moment, draft, focus, content, wanted, source)


def changed(entry: Entry, draft: Draft, content: Content, now: datetime) -> Entry | tuple[Problem, ...]:
    """A planned action at another time or in other words, which content no longer overwrites; or what is wrong.

    Unchanged text without `longer` keeps the wording of every platform as it is.
    """
    if entry.standing not in (Standing.PLANNED, Standing.HELD):
        became = "has gone out" if entry.standing is Standing.RELEASED else "was cancelled"
        return (Problem("key", f"This action {became} already.", "Add a new one instead."),)
    new = queued(draft, content, entry.bodies, now, key=entry.key, source=entry.source)
    if not isinstance(new, Entry):
        return new
    bodies = entry.bodies if new.title == entry.title and not draft.longer.strip() else new.bodies
    group = entry.series or new.group
    return replace(new, key=entry.key, group=group, bodies=bodies, edited=True, version=entry.version)


def cancelled(entry: Entry) -> Entry:
    """Nothing of it will be sent, and content does not bring it back."""
    return replace(entry, standing=Standing.CANCELLED, edited=True)


def draft_of(entry: Entry) -> Draft:
    """What to fill in on the form that changes an entry."""
    day, _, at = entry.wall.partition("T")
    return Draft(entry.title, day, at)


def find(entries: Sequence[Entry], typed: str) -> Entry | None:
    """The action somebody means: by its number in the list as shown (from 1), its key, or the key's tail."""
    wanted = typed.strip().lstrip("#").rstrip(".").casefold()
    if wanted.isdecimal():
        return next((entry for number, entry in enumerate(entries, 1) if str(number) == wanted), None)
    return next((entry for entry in entries if wanted in (entry.key.casefold(), entry.tail.casefold())), None)


def _from_content(
    action: Action, month: ActionMonth, days: Iterator[date], content: Content, platforms: Sequence[Platform]
) -> Entry:
    year, number = map(int, month.month.split("-"))
    last = calendar.monthrange(year, number)[1]
    day = date(year, number, min(action.day, last)) if action.day else next(days)
    at = action.at or month.at
    draft = Draft(action.text, "", "", action.longer)
    key = f"action:{month.month}:{action.id}"
    return _entry(key, Moment(day, at), draft, month.focus, content, platforms, "content")


def _working_days(month: str) -> list[date]:
    year, number = map(int, month.split("-"))
    days = (date(year, number, day + 1) for day in range(calendar.monthrange(year, number)[1]))
    return [day for day in days if day.weekday() < 5]


def _spread(days: Sequence[date], count: int) -> list[date]:
    """So many of the days, as even as can be, from the first on."""
    return [days[n * len(days) // count] for n in range(count)]


class Moment(NamedTuple):
    """A day and a time on the clocks of the campaign."""

    day: date
    at: time


def read_moment(
    typed_day: str, typed_time: str, content: Content, now: datetime, problems: list[Problem]
) -> Moment | None:
    """When to come something is meant for; None where that cannot be said, and then `problems` has why.

    A date without a year is the next one.
    """
    today = now.astimezone(content.zone).date()
    day = read_field("date", typed_day, partial(read_day, since=today), problems)
    at = read_field("time", typed_time, read_time, problems)
    if day is None or at is None:
        return None
    wrong = _misplaced(Moment(day, at), content, now)
    if wrong:
        problems.append(wrong)
    return None if wrong else Moment(day, at)


def _misplaced(moment: Moment, content: Content, now: datetime) -> Problem | None:
    today, said = now.astimezone(content.zone).date(), day_words(moment.day)
    if moment.day < today:
        return Problem("date", f"{said} has passed.", "Choose a day that is still to come.")
    if moment.day > today + FURTHEST:
        return Problem("date", f"{said} is more than two years ahead.", "Check the year.")
    if resolve(*moment, content.zone) <= now:
        said = f"{said} at {time_words(moment.at)}"
        return Problem("date", f"{said} has passed.", "Choose a time that is still to come.")
    return None


def read_field(field: str, typed: str, read: Callable[[str], T], problems: list[Problem]) -> T | None:
    if not typed:
        problems.append(Problem(field, f"The {field} is missing.", DAY_HINT if field == "date" else TIME_HINT))
        return None
    try:
        return read(typed)
    except ValueError as error:
        problems.append(problem_of(field, error))
        return None


def problem_of(field: str, error: ValueError, row: int = 0) -> Problem:
    """Of an error whose last sentence says how to mend it, as those of `bot.core.dates` do."""
    cause, _, fix = str(error).rpartition(". ")
    return Problem(field, f"{cause}.", fix, row)


def _check_texts(
    draft: Draft, focus: str, content: Content, platforms: Iterable[Platform], problems: list[Problem]
) -> None:
    if not draft.text:
        problems.append(Problem("text", "The text is empty.", "Write what people should do."))
        return
    for platform, body in _bodies(draft, focus, content, platforms).items():
        over = length(body.text, platform) - LIMITS[platform]
        if over > 0:
            field = "longer" if draft.longer and platform is not Platform.X else "text"
            cause = f"With its hashtag this is {over} characters too long for {platform.label}."
            problems.append(Problem(field, cause, f"Shorten it: {platform.label} takes {LIMITS[platform]:,} at most."))


def _bodies(draft: Draft, focus: str, content: Content, platforms: Iterable[Platform]) -> dict[Platform, Text]:
    def text(platform: Platform) -> str:
        words = draft.text if platform is Platform.X else draft.longer or draft.text
        hashtag = content.campaign.hashtag
        return content.messages.action_post.on(platform, text=words, hashtag=hashtag, focus=focus)

    return {platform: Text(text(platform)) for platform in platforms}


def _entry(
    key: str,
    moment: Moment,
    draft: Draft,
    focus: str,
    content: Content,
    platforms: Iterable[Platform],
    source: str,
) -> Entry:
    due = resolve(*moment, content.zone)
    return Entry(
        key=key,
        group=f"action:{moment.day:%Y-%m}",
        kind=Kind.ACTION,
        title=draft.text,
        due=due,
        wall=f"{moment.day}T{moment.at:%H:%M}",
        zone=content.campaign.zone,
        cut_off=end_of_day(due, content.zone),
        bodies=_bodies(draft, focus, content, platforms),
        source=source,
    )


def focus_of(content: Content, month: str) -> str:
    """What a month (`2026-12`) is about, or else the campaign's name."""
    return next((plan.focus for plan in content.actions if plan.month == month), content.campaign.name)


def own_key(event_key: str) -> str:
    """A key whose end can be typed. Only consonants: no number of a list, and no word by accident."""
    digest = hashlib.sha256(event_key.encode(errors="replace")).digest()
    return "action:" + "".join(_TAIL_LETTERS[byte % len(_TAIL_LETTERS)] for byte in digest[:6])


def cleaned(typed: str) -> str:
    """Without what a keyboard cannot type and a platform may choke on."""
    return _CONTROLS.sub("", typed).strip()


def _cleaned(draft: Draft) -> Draft:
    return Draft(*map(cleaned, (draft.text, draft.date, draft.time, draft.longer)))
