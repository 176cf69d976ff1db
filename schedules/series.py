"""Plans what is repeated by a rule, as far ahead as its horizon."""

from datetime import datetime

from bot.context import Context
from bot.core.plan import SERIES
from bot.routing import Schedule
from bot.services.approving import team_of
from bot.services.repeating import ask_about
from bot.services.series import plan_series
from schedules.planning import nightly

SCHEDULE = Schedule()


@SCHEDULE.on(nightly, at_start=True)
async def plan_what_is_repeated(_: datetime, ctx: Context) -> None:
    for series in await ctx.tx.pieces.under(SERIES):
        await plan_series(ctx.tx, series, ctx.content, ctx.rooms, ctx.approve, ctx.now)
        # The wording of content/ may have changed, and with it what was approved of.
        await ask_about(ctx.tx, team_of(ctx), series, ctx.now)
