"""A second pair of eyes: what has to be approved by somebody else before it goes out, and whether it is.

An approval is for the very words, pictures, time and places of an entry, by their fingerprint. Whatever changes one of
them, and by whatever way, the approval is for something else then: it has lapsed.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import TypeAdapter

from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.plan import SERIES, Entry, Kind, Standing

SIGN_OFF_LASTS = timedelta(days=14)
ACTION = "approve"
"""The action of the buttons in Slack and Teams; their value is a verdict, the start of the print, and the key."""
FORM = "approval-decline"
LONGEST_REASON = 1_000
_BODIES: TypeAdapter[Mapping[Platform, Text]] = TypeAdapter(Mapping[Platform, Text])


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"


class Needs(StrEnum):
    """Where an entry is on its way to be approved."""

    NOTHING = "nothing"
    """Its kind needs no approval, or it comes from content/, where the files are reviewed."""
    APPROVED = "approved"
    WAITS = "waits"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What somebody said of what has this print. `by` is a person's ref, or `link of REF` for a one-time link of
    theirs; `name` is for showing."""

    about: str
    print: str
    verdict: Verdict
    by: str
    name: str
    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """A one-time link for somebody without an account. `name` is who it is for, `by` who made it."""

    fingerprint: str
    about: str
    print: str
    name: str
    by: str
    ends: datetime


def print_of(entry: Entry) -> str:
    """The fingerprint of what people will see of an entry, when and where. The title of a series has its rule."""
    said = _BODIES.dump_json(dict(sorted(entry.bodies.items())))
    rule = f"{entry.title} " if entry.key.startswith(SERIES) else ""
    return hashlib.sha256(f"{entry.key} {entry.due.isoformat()} {rule}".encode() + said).hexdigest()


def is_wanted(entry: Entry, kinds: Collection[Kind]) -> bool:
    """Whether an entry needs approval at all.

    A chat does as a whole, before its run-sheet is planned; then its hosts steer it. So does a series, and then what
    somebody has changed of it.
    """
    reviewed = entry.source == "content" or entry.series
    return entry.kind in kinds and not entry.key.startswith("chat:") and (entry.edited or not reviewed)


def needs(entry: Entry, kinds: Collection[Kind], approval: Approval | None) -> Needs:
    if not is_wanted(entry, kinds):
        return Needs.NOTHING
    if approval is None or approval.print != print_of(entry):
        return Needs.WAITS
    return Needs.APPROVED if approval.verdict is Verdict.YES else Needs.DECLINED


def waiting(
    entries: Iterable[Entry], kinds: Collection[Kind], approvals: Mapping[str, Approval], now: datetime
) -> list[Entry]:
    """What could still go out, were it approved."""
    return [
        entry
        for entry in entries
        if entry.standing in (Standing.PLANNED, Standing.HELD)
        and entry.cut_off > now
        and needs(entry, kinds, approvals.get(entry.key)) is Needs.WAITS
    ]
