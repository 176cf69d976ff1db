"""Answers what no other handler knows, such as a button of an older version: nobody presses into nothing."""

from bot.context import Context
from bot.core.events import ButtonPressed, FormSubmitted
from bot.routing import Router
from handlers.say import say

router = Router()


@router.on(FormSubmitted)
@router.on(ButtonPressed)
async def apologise(event: FormSubmitted | ButtonPressed, ctx: Context) -> None:
    await ctx.reply(event, say(ctx.content.messages.failed, event, ctx.content), private=True)
