"""Tells organisers once a month what their FAQ wants from them."""

from datetime import datetime, time

from bot.context import Context
from bot.core.asked import Outcome
from bot.core.dates import day_words
from bot.core.faq_entry import to_review
from bot.core.schedule import NthWeekday
from bot.routing import Schedule
from bot.services.people import tell_each

SCHEDULE = Schedule()
_TUESDAY = 1


@SCHEDULE.on(lambda content: NthWeekday(1, _TUESDAY, time(9), content.zone))
async def tell_organisers(slot: datetime, ctx: Context) -> None:
    if words := await _note(ctx):
        await tell_each(ctx, ctx.roles.people(ctx.roles.organisers), f"review:{slot:%Y-%m}", words)


async def _note(ctx: Context) -> str:
    """Empty when there is nothing to do."""
    entries = [*to_review(ctx.content.faq, ctx.now.astimezone(ctx.content.zone).date())]
    unsure = sum(one.outcome is not Outcome.ANSWERED for one in await ctx.tx.asked.list())
    waiting = len(await ctx.tx.questions.waiting())
    if not (entries or unsure or waiting):
        return ""
    lines = [
        f"• {entry.question} ({entry.owner or 'no owner'}, by {day_words(entry.review_by)})"
        for entry in entries
        if entry.review_by
    ]
    filled = {"reviews": "\n".join(lines) or "• none", "unsure": unsure, "waiting": waiting}
    return ctx.content.messages.review_note.on(None, **filled)
