"""Gives moderators what people said, as a file for a spreadsheet."""

from collections.abc import Sequence
from datetime import datetime

from bot.context import Context
from bot.core.bodies import File
from bot.core.content import Content
from bot.core.events import Command, Mention, Platform
from bot.core.feedback import Period, Row, Unclear, Wanted
from bot.core.feedback_sheet import to_csv
from bot.core.feedback_words import wanted_in
from bot.core.policy import Deed
from bot.routing import Router
from handlers.say import may, say, send_file

router = Router()

_AT_A_TIME = 2_000


def wants_export(event: Command | Mention, content: Content) -> bool:
    # X has no place for a file that only one person sees.
    return event.place.platform is not Platform.X and _filters(event.text, content, event.at) is not None


def _filters(text: str, content: Content, now: datetime) -> str | None:
    """What follows `export`, or `feedback export`; None when the message asks for something else.

    After `feedback`, only what reads as filters: "feedback: export is too slow" is feedback.
    """
    name, rest = content.command(text)
    if name == "feedback":
        name, rest = content.command(rest)
        if isinstance(wanted_in(rest, content.zone, now), Unclear):
            return None
    return rest if name == "export" else None


@router.on(Command, wants_export)
@router.on(Mention, wants_export)
async def export_feedback(event: Command | Mention, ctx: Context) -> None:
    messages, content = ctx.content.messages, ctx.content
    if not await may(event, ctx, Deed.READ_FEEDBACK):
        return
    match wanted_in(_filters(event.text, content, ctx.now) or "", content.zone, ctx.now):
        case Unclear(problem):
            await ctx.reply(event, f"{problem} {say(messages.export_dates, event, content)}", private=True)
        case wanted, period:
            file = await _file(event, ctx, wanted, period)
            await send_file(event, ctx, file, "export", say(messages.export_too_large, event, content))


async def _file(event: Command | Mention, ctx: Context, wanted: Wanted, period: Period) -> File:
    zone, messages = ctx.content.zone, ctx.content.messages
    rows = await _everything(ctx, wanted)
    await ctx.tx.audit.add(ctx.now, event.author.ref, "feedback export", detail=wanted.told())
    counted = {"count": len(rows), "since": period.first, "until": period.last}
    name = f"feedback-{ctx.now.astimezone(zone):%Y-%m-%d}.csv"
    return File(name, to_csv(rows, zone), say(messages.export_ready, event, ctx.content, **counted))


async def _everything(ctx: Context, wanted: Wanted) -> Sequence[Row]:
    rows: list[Row] = []
    while some := await ctx.tx.feedback.rows(wanted, after=rows[-1] if rows else None, limit=_AT_A_TIME):
        rows += some
    return rows
