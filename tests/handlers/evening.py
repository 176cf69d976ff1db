"""A desk on the evening of a chat, whose run-sheet is in the plan."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.context import Context
from bot.core.outbox import Post, State
from bot.core.plan import Entry, Standing, release
from schedules.chat import plan_chats
from tests.handlers.desk import ROOMS, Desk, roles

CHAT = "2026-12-15"
LEAD = timedelta(seconds=60)


def at(minute: int, second: int = 0) -> datetime:
    """So many minutes after 8pm on the evening."""
    return datetime(2026, 12, 15, 20, tzinfo=UTC) + timedelta(minutes=minute, seconds=second)


async def evening(desk: Desk, minute: int) -> Desk:
    """Plan the chat as at a start of the bot, and go on to so many minutes after its own start."""
    desk.now = min(at(-600), at(minute))
    async with desk.database.transaction() as tx:
        await plan_chats(desk.now, Context(desk.now, desk.content, ROOMS, roles(), tx))
    return await go_on_to(desk, at(minute))


async def go_on_to(desk: Desk, now: datetime) -> Desk:
    """What is due goes out, as scheduler and publisher see to it."""
    desk.now = now
    async with desk.database.transaction() as tx:
        for entry in await tx.plan.due(now + LEAD):
            await tx.plan.change(replace(entry, standing=Standing.RELEASED))
            for post in release(entry, ROOMS, now):
                await tx.outbox.add(post)
        for post in await tx.outbox.list(states=[State.QUEUED], limit=1000):
            if post.try_at <= now and not post.private_to:
                await tx.outbox.save([replace(post, state=State.SENT, remote_id=f"remote {post.key}", sent_at=now)])
    return desk


def row(desk: Desk, tail: str) -> Entry:
    return desk.database.kept.plan.rows[f"chat:{CHAT}:{tail}"]


def stored(desk: Desk, tail: str) -> Post:
    return desk.database.kept.outbox.rows[f"chat:{CHAT}:{tail}"]


def plan_of(desk: Desk) -> dict[str, tuple[str, Standing]]:
    rows = desk.database.kept.plan.rows.values()
    return {it.tail: (it.wall[11:], it.standing) for it in rows if it.group == f"chat:{CHAT}"}
