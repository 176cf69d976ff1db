"""What was done to the plan, by whom, with the entry before and after it: to read the differences, and to undo."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.dates import lasting, when_words
from bot.core.events import Platform
from bot.core.plan import Entry, Standing, rule_of

UNDO_WITHIN = timedelta(days=30)
KEPT = timedelta(days=366)
HOLD = timedelta(seconds=30)
"""Nothing that somebody sends from the pages goes out sooner: long enough to think better of it."""
_PIECES = re.compile(r"\s+|[^\s]+")


class Deed(StrEnum):
    ADD = "add"
    CHANGE = "change"
    MOVE = "move"
    UNSCHEDULE = "unschedule"
    UNDO = "undo"
    APPROVE = "approve"
    DECLINE = "decline"


WRITING = frozenset({Deed.ADD, Deed.CHANGE, Deed.MOVE, Deed.UNDO})
"""Whoever did one of these last cannot be the second person who approves of it."""


@dataclass(frozen=True, slots=True)
class Author:
    """A person by their ref, or another source of an entry. `name` is for showing, and is never trusted."""

    ref: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`who` is a person's ref, `name` what they were called then; `about` the key of the entry. An added entry has no
    `before`."""

    at: datetime
    who: str
    name: str = ""
    what: Deed
    about: str
    before: Entry | None = None
    after: Entry | None = None
    words: str = ""
    number: int = 0

    @property
    def author(self) -> Author:
        return Author(self.who, self.name)

    @property
    def title(self) -> str:
        entry = self.after or self.before
        return entry.title if entry else ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A run of words: the same in both, or only in the old or the new."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. `strokes` are the old and the new words in one."""

    label: str
    old: str
    new: str

    @property
    def strokes(self) -> Sequence[Stroke]:
        return compared(self.old, self.new)


def held_for_a_while(entry: Entry, now: datetime) -> Entry:
    """Not before HOLD is over. Its time on the wall stays what was meant."""
    return replace(entry, due=max(entry.due, now + HOLD))


def differences(before: Entry | None, after: Entry | None, zone: ZoneInfo) -> list[Difference]:
    """What people would notice: the time, the words on each platform, the picture, whether it goes out at all."""
    old, new = dict(_told(before, zone)), dict(_told(after, zone))
    labels = dict.fromkeys([*old, *new])
    return [
        Difference(label, old.get(label, ""), new.get(label, ""))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def _told(entry: Entry | None, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    if entry is None:
        return
    yield "When", rule_of(entry) or when_words(entry.due, zone)
    if entry.standing is Standing.CANCELLED:
        yield "Goes out", "no: it is unscheduled"
    for platform in Platform:
        if body := entry.bodies.get(platform):
            yield f"On {platform.label}", body.text
            for media in body.media:
                yield f"Picture on {platform.label}", f"{media.path}: {media.alt}"
            if body.poll:
                options = " / ".join(body.poll.options)
                yield f"Poll on {platform.label}", f"{options}, for {lasting(body.poll.minutes)}"


def compared(old: str, new: str) -> Sequence[Stroke]:
    """Word by word: what stayed (`same`), what went (`old`), what came (`new`)."""
    a, b = _PIECES.findall(old), _PIECES.findall(new)
    strokes: list[Stroke] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            strokes.append(Stroke("same", "".join(a[a1:a2])))
            continue
        strokes += [Stroke("old", "".join(a[a1:a2]))] if a2 > a1 else []
        strokes += [Stroke("new", "".join(b[b1:b2]))] if b2 > b1 else []
    return strokes


def undone(change: Change, present: Entry | None, now: datetime) -> Entry | str:
    """The entry as it was before a change, or why it cannot be so again, for people."""
    if problem := undone_no_more(change, present, now):
        return problem
    assert present is not None
    assert change.after is not None
    before = change.before or replace(change.after, standing=Standing.CANCELLED)
    if before.standing is not Standing.CANCELLED and before.due <= now:
        return "The time that it had before has passed. Give it another time instead."
    return replace(before, version=present.version, edited=True)


def undone_no_more(change: Change, present: Entry | None, now: datetime) -> str:
    """Why a change cannot be undone any more, whatever came before it; nothing where it can."""
    if change.what not in (WRITING | {Deed.UNSCHEDULE}) or change.after is None:
        return "There is nothing to undo about that."
    if now - change.at > UNDO_WITHIN:
        return f"That was more than {UNDO_WITHIN.days} days ago."
    if present is None or not _same(present, change.after):
        return "It was changed again since, or has gone out. Undo the later change first."
    return ""


def _same(present: Entry, then: Entry) -> bool:
    """Held or planned is the same: whether it waits for approval is not what was changed."""
    shown = {Standing.HELD: Standing.PLANNED}
    one, other = (
        replace(it, version=0, edited=False, standing=shown.get(it.standing, it.standing)) for it in (present, then)
    )
    return one == other
