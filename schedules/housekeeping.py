"""Deletes what people wrote to the bot, and who they are, once it is of no more use."""

from datetime import datetime, timedelta

from bot.context import Context
from bot.core import journal, pieces
from bot.core.access import KEPT_FOR
from bot.core.privacy import AUTHORS_KEPT, FEEDBACK_KEPT, LEDGER_KEPT, PRIVATE_POSTS_KEPT, TAKEN_BACK
from bot.routing import Schedule
from schedules.planning import nightly

SCHEDULE = Schedule()

REMEMBERED = timedelta(days=8)
"""The platforms send an event again for hours at most; a week is more than any of them, and no more than needed."""


@SCHEDULE.on(nightly, at_start=True)
async def forget_handled_events(_: datetime, ctx: Context) -> None:
    await ctx.tx.inbox.forget(ctx.now - REMEMBERED)


@SCHEDULE.on(nightly, at_start=True)
async def forget_what_has_been_kept_long_enough(_: datetime, ctx: Context) -> None:
    await ctx.tx.feedback.unname(ctx.now - AUTHORS_KEPT)
    await ctx.tx.feedback.forget(ctx.now - FEEDBACK_KEPT)
    await ctx.tx.ledger.expire(f"{TAKEN_BACK}:", ctx.now - FEEDBACK_KEPT, ctx.now)
    await ctx.tx.rounds.forget(ctx.now - FEEDBACK_KEPT)
    await ctx.tx.retention.private_posts(ctx.now - PRIVATE_POSTS_KEPT)
    await ctx.tx.access.forget(ctx.now - KEPT_FOR)
    await ctx.tx.pieces.forget(ctx.now - pieces.KEPT)
    await ctx.tx.journal.forget(ctx.now - journal.KEPT)
    await ctx.tx.approvals.forget(ctx.now - journal.KEPT)


@SCHEDULE.on(nightly, at_start=True)
async def forget_what_was_remembered_long_enough(_: datetime, ctx: Context) -> None:
    for head, kept in LEDGER_KEPT.items():
        if kept is not None:
            await ctx.tx.ledger.expire(f"{head}:", ctx.now - kept, ctx.now)
            await ctx.tx.ledger.lapse(f"{head}:", ctx.now - kept)
