"""Plans the campaign's own cards, each on its day of release."""

from datetime import datetime

from bot.context import Context
from bot.core.cards import release_plan
from bot.core.plan import Kind
from bot.routing import Schedule
from schedules.planning import follow, nightly

SCHEDULE = Schedule()


@SCHEDULE.on(nightly, at_start=True)
async def plan_cards(_: datetime, ctx: Context) -> None:
    planned = (release_plan(card, ctx.content, ctx.rooms) for card in ctx.content.cards)
    await follow(ctx, Kind.CARD, [entry for entry in planned if entry])
