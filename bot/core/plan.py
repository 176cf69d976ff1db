"""What is planned: one entry for each thing that goes out at a time, whatever the platforms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.events import Platform
from bot.core.outbox import Text


class Kind(StrEnum):
    CHAT = "chat"
    ACTION = "action"
    CARD = "card"


class Standing(StrEnum):
    PLANNED = "planned"
    RELEASED = "released"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a run-sheet, a key action or a card, with its wording for each platform.

    `key` names the thing (`chat:2017-09-19:q3`); `group` is what it belongs to (`chat:2017-09-19`).
    `due` is in UTC; `wall` and `zone` keep what was meant on the clock (`2017-09-19T20:05`,
    `Europe/London`). After `cut_off` it is not sent by itself. `source` says who planned it
    (`content`, `csv`, or a person's ref); `edited` is set once a person changed it, and then content
    no longer overwrites it. `version` rises with every change.
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
