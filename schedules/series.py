"""Plans what is repeated by a rule, as far ahead as its horizon, and forgets it when it is long over."""

from datetime import datetime

from bot.context import Context
from bot.core.pieces import KEPT
from bot.core.plan import SERIES
from bot.core.series import was_over
from bot.routing import Schedule
from bot.services.approving import team_of
from bot.services.repeating import ask_about
from bot.services.series import coming, plan_series
from schedules.planning import nightly

SCHEDULE = Schedule()


@SCHEDULE.on(nightly, at_start=True)
async def plan_what_is_repeated(_: datetime, ctx: Context) -> None:
    for series in await ctx.tx.pieces.under(SERIES):
        await plan_series(ctx.tx, series, ctx.content, ctx.rooms, ctx.approve, ctx.now)
        # The wording of content/ may have changed, and with it what was approved of.
        await ask_about(ctx.tx, team_of(ctx), series, ctx.now)


@SCHEDULE.on(nightly, at_start=True)
async def forget_what_is_long_over(_: datetime, ctx: Context) -> None:
    """As drafts are. A time that somebody moved beyond the last of the rule is waited for."""
    for series in await ctx.tx.pieces.under(SERIES):
        if was_over(series, ctx.content, ctx.now - KEPT) and not await coming(ctx.tx, series, ctx.now):
            await ctx.tx.pieces.drop(series.key)
