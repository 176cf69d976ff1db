"""Tells the hosts of a chat at once when something of it did not go out."""

from bot.context import Context
from bot.routing import Schedule
from bot.services.unsent import tell, unsent

SCHEDULE = Schedule()


@SCHEDULE.watch
async def tell_hosts(ctx: Context) -> None:
    for row, posts in (await unsent(ctx.tx, ctx.now)).items():
        await tell(ctx, row, posts)
