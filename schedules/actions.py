"""Plans the key actions of this month and the next."""

from datetime import datetime, timedelta

from bot.context import Context
from bot.core.actions import month_plan
from bot.core.plan import Kind
from bot.routing import Schedule
from schedules.planning import follow, nightly

SCHEDULE = Schedule()


@SCHEDULE.on(nightly, at_start=True)
async def plan_actions(_: datetime, ctx: Context) -> None:
    first = ctx.now.astimezone(ctx.content.zone).replace(day=1)
    near = {f"{day:%Y-%m}" for day in (first, first + timedelta(days=31))}
    months = [month for month in ctx.content.actions if month.month in near]
    entries = [entry for month in months for entry in month_plan(month, ctx.content, ctx.rooms)]
    await follow(ctx, Kind.ACTION, entries)
