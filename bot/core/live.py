"""A chat while it runs: what is left of its timetable.

The timetable is the chat's rows in the plan. What is with the outbox is out, or leaves within a minute.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.chat import WRAP, Added
from bot.core.heard import Asked
from bot.core.plan import Entry, Standing

ADDED = "host"
"""The source of a question that a host added: no file has it, and content does not get its number."""
_HELD_AT_MOST = timedelta(hours=3)
"""A chat that is held stays the present one for so long after its end."""
_QUESTION = re.compile(r"q(\d+)", re.ASCII)
_PUT = re.compile(r"q(\d+)(?:-again-\d+)?", re.ASCII)
_AROUND = re.compile(r"reminder-\w+|reading|questions|thanks|scores")
"""What belongs to a chat and is not said during it. No control moves it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to be replaced (with their stored versions) and to be added, and what was done, as a sentence."""

    said: str
    changed: tuple[Entry, ...] = ()
    added: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is said during one chat: its rows in order, those that were skipped among them."""

    chat_id: str
    entries: tuple[Entry, ...]

    @property
    def group(self) -> str:
        return f"chat:{self.chat_id}"

    @property
    def start(self) -> datetime:
        return self.entries[0].due

    @property
    def end(self) -> datetime:
        wraps = [entry.due for entry in self.entries if entry.tail == "wrap"]
        return (wraps or [self.entries[-1].due])[0] + timedelta(minutes=WRAP)

    @property
    def added(self) -> Added:
        return {number_of(entry): words_of(entry) for entry in self.entries if was_added(entry)}

    @property
    def upcoming(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.standing in (Standing.PLANNED, Standing.HELD))

    @property
    def held(self) -> bool:
        return any(entry.standing is Standing.HELD for entry in self.entries)

    @property
    def steps(self) -> tuple[Entry, ...]:
        """What "next" goes through: the welcome, the introductions, each question, the wrap."""
        return tuple(entry for entry in self.upcoming if is_step(entry))

    def leaving(self, now: datetime) -> Entry | None:
        """The last step that is with the outbox and not due yet: it can no longer be stopped."""
        return next((entry for entry in reversed(self.out) if entry.due > now and is_step(entry)), None)

    @property
    def out(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.standing is Standing.RELEASED)

    def put(self, now: datetime) -> tuple[Entry, ...]:
        """The questions that were put by now, each time they were, in order."""
        return tuple(entry for entry in self.out if entry.due <= now and number_of(entry))

    def running(self, now: datetime) -> Entry | None:
        """The question that people are answering: the one that was put last."""
        return next(reversed(self.put(now)), None)

    def question(self, number: int) -> Entry | None:
        return self.find(f"q{number}")

    def find(self, tail: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.tail == tail), None)

    def coming(self, tail: str) -> Entry | None:
        return next((entry for entry in self.upcoming if entry.tail == tail), None)

    @property
    def last(self) -> datetime:
        """The end, or until when a chat that is held is waited for."""
        return self.end + (_HELD_AT_MOST if self.held else timedelta())

    def over(self, now: datetime) -> bool:
        return self.last <= now

    def after(self, changes: Changes) -> "Sheet":
        """The sheet once the changes are stored."""
        new = {entry.key: replace(entry, version=entry.version + 1) for entry in changes.changed}
        rows = [new.get(entry.key, entry) for entry in self.entries]
        return Sheet(self.chat_id, in_order([*rows, *changes.added]))


def state_of(sheet: Sheet, now: datetime, version: int, heard: int) -> str:
    """A short print of what a host's page shows: another one means that it is out of date.

    It shows the time to the minute, so it is never older than that; whatever is not in here comes with it. What stands
    after the full stop is no more than the number of posts.
    """
    rows = [(entry.key, entry.version, entry.standing.value, entry.due <= now) for entry in sheet.entries]
    shown = repr((version, int(now.timestamp()) // 60, rows))
    return f"{hashlib.sha256(shown.encode()).hexdigest()[:16]}.{heard}"


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.due))


def sheets(entries: Iterable[Entry]) -> tuple[Sheet, ...]:
    """The chats among the rows of a plan, the earliest first."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if is_said_during(entry):
            groups.setdefault(entry.group, []).append(entry)
    found = [Sheet(group.removeprefix("chat:"), in_order(rows)) for group, rows in groups.items()]
    return tuple(sorted(found, key=lambda sheet: sheet.start))


def current(found: Iterable[Sheet], now: datetime) -> Sheet | None:
    """The chat that is running, or else the next one."""
    return next((sheet for sheet in found if not sheet.over(now)), None)


def number_of(entry: Entry) -> int:
    """The number of the question that a row puts, for the first time or again; 0 for another row."""
    match = _PUT.fullmatch(entry.tail)
    return int(match[1]) if match else 0


def words_of(entry: Entry) -> str:
    """A question without its number and hashtag."""
    return entry.title.partition(". ")[2]


def name_of(entry: Entry) -> str:
    """What people call a row: Q3, Wrap."""
    return entry.title.partition(". ")[0]


def as_put(sheet: Sheet, now: datetime, ids: Mapping[str, Collection[str]]) -> tuple[Asked, ...]:
    """The questions as they were put by now, each with the ids of its posts, those of its repetitions too.

    `ids` are the platforms' ids of the posts of a row, by the row's key.
    """
    found: dict[int, Asked] = {}
    for entry in sheet.put(now):
        number = number_of(entry)
        before = found.get(number, Asked(number, entry.due, words_of(entry)))
        found[number] = replace(before, posts=before.posts | frozenset(ids.get(entry.key, ())))
    return tuple(found.values())


def is_said_during(entry: Entry) -> bool:
    return not _AROUND.fullmatch(entry.tail)


def was_added(entry: Entry) -> bool:
    """Whether a host added a question. Once its chat was withdrawn as a whole, its number is free again."""
    return entry.source == ADDED and entry.edited


def is_question(entry: Entry) -> bool:
    return _QUESTION.fullmatch(entry.tail) is not None


def is_step(entry: Entry) -> bool:
    return is_question(entry) or entry.tail in ("welcome", "introductions", "wrap")
