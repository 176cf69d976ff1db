"""What is planned: one entry for each thing that goes out at a time, whatever the platforms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.bodies import Text
from bot.core.events import Place, Platform
from bot.core.outbox import Post, new_post
from bot.core.schedule import resolve


class Kind(StrEnum):
    CHAT = "chat"
    ACTION = "action"
    CARD = "card"
    ANNOUNCEMENT = "announcement"


class Standing(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    """Planned, but nothing of it goes out until a host lets the chat go on, or somebody approves of it."""
    RELEASED = "released"
    CANCELLED = "cancelled"


SERIES = "series:"
"""How the key of what is repeated by a rule begins: the group of each entry that comes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a run-sheet, a key action or a card, with its wording for each platform.

    `key` names the thing (`chat:2017-09-19:q3`); `group` is what it belongs to (`chat:2017-09-19`).
    `due` is in UTC; `wall` and `zone` keep what was meant on the clock (`2017-09-19T20:05`,
    `Europe/London`). After `cut_off` it is not sent by itself. `source` says who planned it
    (`content`, `csv`, `host` for a question added to a chat, or a person's ref); `edited` is set once
    a person changed it, and then content no longer overwrites it. `version` rises with every change.
    """

    key: str
    group: str
    kind: Kind
    title: str
    due: datetime
    wall: str
    zone: str
    cut_off: datetime
    bodies: Mapping[Platform, Text]
    standing: Standing = Standing.PLANNED
    source: str = "content"
    edited: bool = False
    version: int = 0

    @property
    def tail(self) -> str:
        """The last part of the key, which people type."""
        return self.key.rpartition(":")[2]

    @property
    def series(self) -> str:
        """The key of the series that it is one of, or empty."""
        return self.group if self.group.startswith(SERIES) else ""


def rule_of(entry: Entry) -> str:
    """The rule of a series as one thing, which its title begins with; of anything else nothing."""
    return entry.title.partition(": ")[0] if entry.key.startswith(SERIES) else ""


def end_of_day(instant: datetime, zone: ZoneInfo) -> datetime:
    """The midnight in `zone` after an instant, in UTC."""
    tomorrow = instant.astimezone(zone).date() + timedelta(days=1)
    return resolve(tomorrow, datetime.min.time(), zone)


def wall_time(instant: datetime, zone: ZoneInfo) -> str:
    """What clocks in `zone` show at an instant: `2017-09-19T20:05`."""
    return instant.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def moved(entry: Entry, due: datetime) -> Entry:
    """The same row at another time: its cut-off and its time on the wall move with it."""
    return replace(entry, due=due, wall=wall_time(due, ZoneInfo(entry.zone)), cut_off=due + (entry.cut_off - entry.due))


def release(entry: Entry, rooms: Mapping[Platform, Place], now: datetime) -> tuple[Post, ...]:
    """An entry as posts for the outbox, one a platform; a platform without a room is left out.

    They may be released ahead of their time: none is tried before it is due.
    """
    return tuple(
        replace(
            new_post(f"{entry.key}:{platform}", rooms[platform], body, entry.due, cut_off=entry.cut_off),
            try_at=max(entry.due, now),
        )
        for platform, body in entry.bodies.items()
        if platform in rooms
    )


def withdrawn(planned: Iterable[Entry], wanted: Iterable[Entry]) -> tuple[Entry, ...]:
    """What content planned and no longer has, cancelled. What a person planned or changed stays."""
    keys = {entry.key for entry in wanted}
    return tuple(
        replace(entry, standing=Standing.CANCELLED)
        for entry in planned
        if entry.standing is Standing.PLANNED
        and entry.source == "content"
        and not entry.edited
        and entry.key not in keys
    )
