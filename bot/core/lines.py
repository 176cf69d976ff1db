"""A line of a chat's run-sheet: what is said, when, and its words for each platform."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.bodies import Text
from bot.core.content import Content, Wording
from bot.core.events import Platform
from bot.core.plan import Entry, Kind, wall_time
from bot.core.policy import LIMITS, length

LEAST = 12
"""Characters of a shortened field that stay."""

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry before it is put into words. `shorten` names fields that may lose their end where room is short."""

    name: str
    title: str
    due: datetime
    cut_off: datetime
    wording: Wording
    fields: Fields
    shorten: tuple[str, ...] = ("topic", "lead", "host")


def as_entry(chat_id: str, line: Line, content: Content, platforms: Iterable[Platform]) -> Entry:
    return Entry(
        key=f"chat:{chat_id}:{line.name}",
        group=f"chat:{chat_id}",
        kind=Kind.CHAT,
        title=line.title,
        due=line.due,
        wall=wall_time(line.due, content.zone),
        zone=content.campaign.zone,
        cut_off=line.cut_off,
        bodies={platform: Text(fitted(line.wording, platform, line.fields, line.shorten)) for platform in platforms},
    )


def fitted(wording: Wording, platform: Platform, given: Fields, shorten: Iterable[str], room: int = 0) -> str:
    """Words for a platform, shortened in the fields that may be, one after the other, until they fit.

    `room` is how much of the platform's longest text is to be left free.
    """
    fields, most = dict(given), LIMITS[platform] - room
    text = wording.on(platform, **fields)
    for field in shorten:
        whole = str(fields[field])
        keep = len(whole)
        while (over := length(text, platform) - most) > 0 and keep > LEAST:
            # A character counts for two at most: half of what is over is never too much to take away.
            keep = max(min(keep - 4, keep - over // 2), LEAST)
            fields[field] = _beginning(whole, keep)
            text = wording.on(platform, **fields)
    return text


def _beginning(words: str, keep: int) -> str:
    """The first characters of some words, where possible up to a word's end."""
    whole, space, _ = words[: keep + 1].rpartition(" ")
    return (whole if space else words[:keep]).rstrip(" ,;:.-–") + "…"
