"""A hosted chat, run on a fast clock against the emulators, and what became of each of its posts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.table import Table

from bot.core.bodies import Text
from bot.core.chat import run_sheet
from bot.core.content import Content
from bot.core.cost import cost
from bot.core.events import Platform
from bot.core.outbox import Post, State
from bot.core.plan import Entry, release
from bot.core.policy import weighted_length
from bot.core.problems import Problem
from bot.demo.session import APPROACH, Session, eventually, session
from bot.platforms import X_POLL, rooms


@dataclass(frozen=True)
class Line:
    """One post of the timetable. `sent` is when the platform took it, in campaign time; `cost` is in US dollars."""

    key: str
    planned: datetime
    sent: datetime
    platform: Platform
    text: str
    weighted_length: int
    cost: Decimal

    @property
    def lateness(self) -> timedelta:
        return self.sent - self.planned


async def rehearse(
    chat_id: str, content: Content, content_dir: Path, speed: float, tell: Callable[[str], None]
) -> Sequence[Line]:
    """Run a chat of `content`, gaps of more than two minutes skipped. Raises Problem for an unknown chat.

    The rehearsal ends with StoryStopped when a post does not appear on a platform. `tell` is told what it waits for.
    """
    if chat_id not in content.chats:
        known = f"Known chats: {', '.join(sorted(content.chats))}. Write the date alone, as it stands there."
        said = f"There is no chat {chat_id!r} in the content." if chat_id else "Which chat?"
        raise Problem(f"{said} {known}")
    sheet = run_sheet(chat_id, content.chats[chat_id], content, tuple(Platform))
    lines: list[Line] = []
    # Nobody writes on X in a rehearsal: looking there as often as in life is enough.
    async with session(content, content_dir, sheet[0].due - APPROACH, speed, x_poll=X_POLL * speed) as here:
        for number, entry in enumerate(sheet, 1):
            tell(f"{number} of {len(sheet)}, {entry.due.astimezone(content.zone):%H:%M}: {entry.title}")
            await _skip_gap(here, entry)
            lines += await _played(here, entry)
    return lines


async def _skip_gap(here: Session, entry: Entry) -> None:
    if entry.due - here.clock.now() > 2 * APPROACH:
        await here.skip_to(entry.due - APPROACH)


async def _played(here: Session, entry: Entry) -> Sequence[Line]:
    posts = release(entry, rooms(here.settings), entry.due)

    async def all_sent() -> Sequence[Line] | None:
        stored = await _stored(here, [post.key for post in posts])
        if not all(post and post.state is State.SENT for post in stored.values()):
            return None
        accepted = {(row["platform"], row["id"]): row for row in await here.world.ledger()}
        return [_line(post, accepted[(post.platform, post.remote_id)]) for post in stored.values() if post]

    return await eventually(all_sent, f"{entry.key} is on all platforms at {entry.wall}")


async def _stored(here: Session, keys: Sequence[str]) -> Mapping[str, Post | None]:
    async with here.bot.database.transaction() as tx:
        return {key: await tx.outbox.get(key) for key in keys}


def _line(post: Post, accepted: Mapping[str, str]) -> Line:
    assert isinstance(post.body, Text)
    return Line(
        key=post.key,
        planned=post.due,
        sent=datetime.fromisoformat(accepted["at"]),
        platform=post.platform,
        text=post.body.text,
        weighted_length=weighted_length(post.body.text),
        cost=cost(post),
    )


def as_json(lines: Sequence[Line]) -> str:
    """The timetable for programs: instants in ISO 8601 (UTC), cost as a number of US dollars."""
    rows = [
        {
            "key": line.key,
            "planned": line.planned.isoformat(),
            "sent": line.sent.isoformat(),
            "platform": line.platform.value,
            "text": line.text,
            "weighted_length": line.weighted_length,
            "cost": float(line.cost),
        }
        for line in lines
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def as_table(lines: Sequence[Line], zone: ZoneInfo) -> Table:
    """The timetable for people, in the campaign's time zone: what says the same on several platforms once."""
    table = Table("When and where", "Text", caption=_summary(lines), show_lines=True)
    for (planned, text), alike in groupby(lines, lambda line: (line.planned, line.text)):
        table.add_row(_facts(planned.astimezone(zone), list(alike)), text.replace("\n", " "))
    return table


def _facts(planned: datetime, same: Sequence[Line]) -> str:
    late = max(line.lateness for line in same).total_seconds()
    where = ", ".join(line.platform.label for line in same)
    size = f"{same[0].weighted_length} characters, ${sum(line.cost for line in same)}"
    return f"{planned:%a %d %b %Y %H:%M}\n{where}\n{size}\n{late:.2f} s late"


def _summary(lines: Sequence[Line]) -> str:
    total = sum((line.cost for line in lines), Decimal())
    latest = max(line.lateness for line in lines).total_seconds()
    return (
        f"{len(lines)} posts, each once. The latest was {latest:.2f} s late by the chat's own clock, which runs "
        f"fast in a rehearsal. X charges about ${total}."
    )
