"""Tells the answers and the scores of a quiz once it has ended."""

from bot.context import Context
from bot.routing import Schedule
from bot.services.scoring import announce, ended

SCHEDULE = Schedule()


@SCHEDULE.watch
async def tell_scores(ctx: Context) -> None:
    for sheet in await ended(ctx):
        await announce(ctx, sheet)
