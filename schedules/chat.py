"""Plans the hosted chats: the run-sheet of each one in content/ that is not over."""

from datetime import datetime

from bot.context import Context
from bot.core.chat import is_over
from bot.core.plan import Kind
from bot.routing import Schedule
from bot.services.chats import keep_list_true, move_along, to_plan, withdraw_others
from schedules.planning import follow, nightly

SCHEDULE = Schedule()


@SCHEDULE.on(nightly, at_start=True)
async def plan_chats(_: datetime, ctx: Context) -> None:
    near = [(id_, chat) for id_, chat in ctx.content.chats.items() if not is_over(chat, ctx.content, ctx.now)]
    entries = await to_plan(ctx.tx, near, ctx.content, ctx.rooms)
    await move_along(ctx.tx, entries)
    await follow(ctx, Kind.CHAT, entries)
    await withdraw_others(ctx.tx, ctx.content, ctx.now)
    for id_, chat in near:
        await keep_list_true(ctx.tx, id_, chat, ctx.content)
