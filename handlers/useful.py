"""Counts who found an answer useful: how many, never who."""

from bot.context import Context
from bot.core.bodies import Text
from bot.core.dated import dated, read_dated
from bot.core.events import ButtonPressed, Platform
from bot.core.wording import Wording
from bot.routing import Router, button
from bot.services.turns import take_turn
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
    asked, *entries = event.value.split() or [""]
    there = {entry.id for entry in ctx.content.faq}
    await take_turn(ctx.tx, "rating")  # pressed twice at once, it is counted once
    for entry in entries:
        if entry in there:
            await _rate(event, ctx, entry, asked, useful=useful)
    if useful and event.place.platform is Platform.TEAMS and not event.place.direct:
        return  # Teams itself says that the press arrived; thanks would be a message in another chat
    buttons = () if useful else person_buttons(event, ctx, asked)
    await ctx.reply(event, Text(say(thanks, event, ctx.content), buttons=buttons), private=True)


async def _rate(event: ButtonPressed, ctx: Context, entry: str, asked: str, *, useful: bool) -> None:
    """One opinion of each person about each answer that they were given: the last, however often they press."""
    about = f"{event.place.channel} {event.place.thread} {entry} {asked}"
    note = ctx.pseudonyms.note("rated", event.author, about)
    _, before = read_dated(await ctx.tx.ledger.recall(note) or "")
    if before == str(useful):
        return
    if before:
        await ctx.tx.asked.rate(entry, useful=not useful, by=-1)
    await ctx.tx.asked.rate(entry, useful=useful)
    await ctx.tx.ledger.remember(note, dated(str(useful), ctx.now))
