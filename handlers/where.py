"""Tells those who come late where the chat is, and the others when the next one is."""

from bot.context import Context
from bot.core.content import Content
from bot.core.events import Command, Mention
from bot.core.live import current
from bot.core.where import asks_where, where
from bot.routing import Router
from bot.services.hosting import all_sheets

router = Router()


def wonders(event: Command | Mention, content: Content) -> bool:
    return asks_where(event.text, content)


@router.on(Command, wonders)
@router.on(Mention, wonders)
async def tell_where(event: Command | Mention, ctx: Context) -> None:
    sheet = current(await all_sheets(ctx.tx, ctx.now), ctx.now)
    words = where(sheet, ctx.content, ctx.now, event.place.platform)
    await ctx.reply(event, words, private=isinstance(event, Command))
