"""Key actions as a sheet: what is in it becomes entries of the plan, and entries become a sheet again."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.core.actions import Draft, Problem, focus_of, own_key, queued
from bot.core.content import Content
from bot.core.courtesy import oddities
from bot.core.dates import read_day, read_time, when_words
from bot.core.events import Platform
from bot.core.feedback_sheet import unguarded
from bot.core.plan import Entry, Kind, Standing
from bot.core.schedule import resolve
from bot.core.sheets import Row, by_column

REQUIRED = ("date", "time", "text")
COLUMNS = (*REQUIRED, "longer", "platforms", "key")
SOURCE = "csv"
"""Whatever the form of the sheet."""
IN_A_CAMPAIGN = "key-actions.csv"
"""Its name in the zip of a whole campaign."""
EXAMPLES = (
    ("1/12/2026", "9am", "Tell a manager what your library did this week.", "", "", ""),
    ("2026-12-15", "19:30", "Join the chat tonight.", "Join the chat tonight. All are welcome.", "Slack, Teams", ""),
)  # fmt: skip
_NAMES = {"x": Platform.X, "twitter": Platform.X, "slack": Platform.SLACK, "teams": Platform.TEAMS}
_FILLERS = frozenset({"", "and", "ms", "microsoft"})
_GAP = "\ue000"
"""A sign of nobody's, to see where the words stand in a template."""
_KEY = re.compile(r"action:[a-z0-9][a-z0-9:-]{0,99}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An action of a sheet. Without words of its own for Slack and Teams, one that is there keeps those it has."""

    entry: Entry
    longer: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a sheet does to the plan. `changed` pairs what is there with what it becomes; `over` went out already,
    or a person has cancelled it: it stays as it is."""

    added: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    same: tuple[Entry, ...]
    over: tuple[Entry, ...]

    @property
    def empty(self) -> bool:
        return not (self.added or self.changed)


def parse(
    rows: Sequence[Row],
    content: Content,
    now: datetime,
    platforms: Iterable[Platform],
    gone: Mapping[str, Entry] = MappingProxyType({}),
) -> tuple[tuple[Wanted, ...], tuple[Problem, ...]]:
    """A sheet's entries, or no entries and everything that is wrong, by row and column.

    Without a key of its own, an action is known by its time and platforms: the same sheet again changes nothing, and
    other words for the same time replace the old. `gone` are the actions whose time has passed, by key: a row of one of
    them is in nobody's way.
    """
    read = by_column(rows, COLUMNS, REQUIRED)
    wanted, problems = tuple(platforms), list(read.problems)
    computed = {problem.row for problem in problems}
    found: dict[str, tuple[int, Wanted]] = {}
    for number, values in read.rows:
        if number in computed:
            continue
        entry = _gone(values, content, now, wanted, gone) or _entry(values, content, now, wanted, number, problems)
        if entry is None:
            continue
        first, _ = found.setdefault(entry.key, (number, Wanted(entry, bool(values["longer"]))))
        if first != number:
            problems.append(_twice(first, values, number))
    ordered = tuple(sorted(problems, key=lambda problem: problem.row))
    return ((), ordered) if ordered else (tuple(wanted for _, wanted in found.values()), ())


def _twice(first: int, values: Mapping[str, str], number: int) -> Problem:
    if values["key"]:
        return Problem("key", f"Row {first} has the same key.", "Delete one of the rows, or its key.", number)
    return Problem("time", f"Row {first} has the same date and time.", "Give one of them another time.", number)


def _gone(
    values: Mapping[str, str],
    content: Content,
    now: datetime,
    platforms: Sequence[Platform],
    gone: Mapping[str, Entry],
) -> Entry | None:
    try:
        day, at = read_day(values["date"]), read_time(values["time"])
    except ValueError:
        return None
    if resolve(day, at, content.zone) > now:
        return None
    said = f"{day}T{at:%H:%M}", unguarded(values["text"])
    key = values["key"] or _key(said[0], _platforms(values["platforms"], platforms, 0, []))
    # A platform that was connected since gives the row another key.
    return gone.get(key) or next((entry for entry in gone.values() if (entry.wall, entry.title) == said), None)


def _key(wall: str, chosen: Iterable[Platform]) -> str:
    return own_key(f"csv {wall} {sorted(chosen)}")


def _entry(
    values: Mapping[str, str],
    content: Content,
    now: datetime,
    platforms: Sequence[Platform],
    number: int,
    problems: list[Problem],
) -> Entry | None:
    before = len(problems)
    chosen = _platforms(values["platforms"], platforms, number, problems)
    if values["key"] and not _KEY.fullmatch(values["key"]):
        fix = "Leave the cell empty for a new action."
        problems.append(Problem("key", "This is no key of an action.", fix, number))
    draft = Draft(unguarded(values["text"]), values["date"], values["time"], unguarded(values["longer"]))
    entry = queued(draft, content, chosen, now, key="", source=SOURCE)
    if isinstance(entry, Entry):
        key = values["key"] or _key(entry.wall, chosen)
        return replace(entry, key=key) if len(problems) == before else None
    problems.extend(replace(problem, row=number) for problem in entry)
    return None


def _platforms(typed: str, platforms: Sequence[Platform], number: int, problems: list[Problem]) -> tuple[Platform, ...]:
    """The platforms a cell names; all that are set up where it names none."""
    words = [word for word in re.split(r"[^\w]+", typed.casefold()) if word not in _FILLERS]
    if words in ([], ["all"]):
        return tuple(platforms)
    for word in words:
        if _NAMES.get(word) not in platforms:
            known = ", ".join(platform.label for platform in platforms)
            problems.append(Problem("platforms", f"“{word}” is not set up here.", f"Choose from {known}.", number))
    return tuple(platform for platform in platforms if platform in {_NAMES.get(word) for word in words})


def compared(wanted: Iterable[Wanted], stored: Mapping[str, Entry]) -> Comparison:
    """What the actions of a sheet do to those that are in the plan, `stored` by key."""
    added, changed, same, over = list[Entry](), list[tuple[Entry, Entry]](), list[Entry](), list[Entry]()
    rows = tuple(wanted)
    named = {row.entry.key for row in rows}
    others = _by_words(entry for entry in stored.values() if entry.key not in named)
    for row in rows:
        known = stored.get(row.entry.key) or _same(row.entry, others)
        one = replace(row, entry=replace(row.entry, key=known.key)) if known else row
        if known is None:
            added.append(one.entry)
        elif known.standing is Standing.RELEASED or (known.standing is Standing.CANCELLED and known.edited):
            over.append(known)
        elif _says(known) == _says(new := _kept(one, known)) and known.standing is Standing.PLANNED:
            same.append(known)
        else:
            # What a person has confirmed, the files of the content do not overwrite.
            changed.append((known, replace(new, edited=True, version=known.version)))
    return Comparison(tuple(added), tuple(changed), tuple(same), tuple(over))


def worth_a_look(found: Comparison, zone: ZoneInfo) -> Iterator[str]:
    """Which of those that are new or changed are at an odd time, and which at another one than before, in sentences."""
    was = {after.key: before.due for before, after in found.changed if before.due != after.due}
    for entry in (*found.added, *(after for _, after in found.changed)):
        moved = [f"It was {when_words(was[entry.key], zone)}."] if entry.key in was else []
        if said := [*moved, *oddities(entry)]:
            yield f"{when_words(entry.due, zone)}: {entry.title} ({' '.join(said)})"


def _by_words(entries: Iterable[Entry]) -> Mapping[tuple[str, str], list[Entry]]:
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.wall, entry.title), []).append(entry)
    return found


def _same(entry: Entry, others: Mapping[tuple[str, str], list[Entry]]) -> Entry | None:
    """An action with the same words at the same time and on some of the same platforms, for one row alone.

    A platform may have been connected since the sheet was read first, or the cell been filled in: what is queued
    already must not be said twice."""
    said = others.get((entry.wall, entry.title), [])
    same = next((other for other in said if entry.bodies.keys() & other.bodies.keys()), None)
    if same:
        said.remove(same)
    return same


def _kept(wanted: Wanted, known: Entry) -> Entry:
    entry = wanted.entry
    unchanged = not wanted.longer and entry.title == known.title and set(entry.bodies) == set(known.bodies)
    return replace(entry, bodies=known.bodies) if unchanged else entry


def _says(entry: Entry) -> tuple[object, ...]:
    return entry.title, entry.due, dict(entry.bodies)


def as_rows(entries: Iterable[Entry], content: Content, platforms: Iterable[Platform]) -> Iterator[Sequence[str]]:
    """Coming actions as a sheet that can be read again: here it changes nothing, elsewhere it plans the same."""
    everywhere = set(platforms)
    for entry in entries:
        if entry.kind is Kind.ACTION and entry.standing is Standing.PLANNED:
            day, _, at = entry.wall.partition("T")
            on = "" if set(entry.bodies) == everywhere else ", ".join(platform.label for platform in entry.bodies)
            yield day, at, entry.title, _longer(entry, content), on, entry.key


def _longer(entry: Entry, content: Content) -> str:
    """The words for Slack and Teams where they are others, found again in what goes out there."""
    bodies = (entry.bodies.get(platform) for platform in (Platform.SLACK, Platform.TEAMS))
    body = next((one.text for one in bodies if one is not None), "")
    focus = focus_of(content, entry.wall[:7])
    around = content.messages.action_post.on(
        Platform.SLACK, text=_GAP, hashtag=content.campaign.hashtag, focus=focus
    ).split(_GAP)
    head, tail = around[0], around[-1]
    fits = len(around) == 2 and body.startswith(head) and body.endswith(tail) and len(body) >= len(head + tail)
    words = body[len(head) : len(body) - len(tail)] if fits else ""
    return "" if words == entry.title else words
