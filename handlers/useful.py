"""Counts who found an answer useful: how many, never who."""

from bot.context import Context
from bot.core.bodies import Text
from bot.core.events import ButtonPressed, Platform
from bot.core.wording import Wording
from bot.routing import Router, button
from handlers.person import person_buttons
from handlers.say import say

router = Router()


@router.on(ButtonPressed, button("useful"))
async def was_useful(event: ButtonPressed, ctx: Context) -> None:
    await _count(event, ctx, ctx.content.messages.useful_thanks, useful=True)


@router.on(ButtonPressed, button("useless"))
async def was_useless(event: ButtonPressed, ctx: Context) -> None:
    await _count(event, ctx, ctx.content.messages.useless_thanks, useful=False)


async def _count(event: ButtonPressed, ctx: Context, thanks: Wording, *, useful: bool) -> None:
    """One opinion of each person about each answer that they were given, however often they press."""
    asked, *entries = event.value.split() or [""]
    there = {entry.id for entry in ctx.content.faq}
    for entry in entries:
        about = f"{event.place.channel} {event.place.thread} {entry} {asked}"
        slot = ctx.pseudonyms.note("rated", event.author, about)
        if entry in there and await ctx.tx.ledger.first(slot, ctx.now):
            await ctx.tx.asked.rate(entry, useful=useful)
    if useful and event.place.platform is Platform.TEAMS and not event.place.direct:
        return  # Teams itself says that the press arrived; thanks would be a message in another chat
    buttons = () if useful else person_buttons(event, ctx, asked)
    await ctx.reply(event, Text(say(thanks, event, ctx.content), buttons=buttons), private=True)
