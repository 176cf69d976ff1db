"""Halts everything that the bot sends, and lets it go on: for organisers and moderators.

The refusal of somebody else is an ordinary answer: nobody makes a paused bot speak.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.context import Context
from bot.core.bodies import Text
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Event, Mention, Platform
from bot.core.pause import ABOUT, Pause
from bot.core.pause_words import asked, ended_words, ending_words, instead_of, new_pause, told
from bot.core.policy import Deed
from bot.core.wording import Wording
from bot.routing import Filter, Router, button
from bot.services.pausing import begin, end, held_back, standing
from handlers.say import LONGEST_VALUE, may, opener, say

router = Router()

_Words = Callable[[Pause, ZoneInfo, datetime], str]


def asks(name: str, *, alone: bool = False) -> Filter:
    """The command, with nothing after it where `alone`. Not on X: everybody would read about it."""

    def wants(event: Command | Mention, content: Content) -> bool:
        called, rest = content.command(event.text)
        return event.place.platform is not Platform.X and called == name and not (alone and rest)

    return wants


def asks_what_is_paused(event: Command | Mention, content: Content) -> bool:
    said = " ".join(event.text.split()).strip(" ?!.").casefold()
    phrases = {phrase.casefold() for phrase in content.campaign.commands.paused}
    return event.place.platform is not Platform.X and said in phrases


@router.on(Command, asks_what_is_paused)
@router.on(Mention, asks_what_is_paused)
@router.on(Command, asks("pause", alone=True))
@router.on(Mention, asks("pause", alone=True))
async def show_pause(event: Command | Mention, ctx: Context) -> None:
    if not await may(event, ctx, Deed.PAUSE):
        return
    pause = await standing(ctx.tx, ctx.now)
    await _tell(event, ctx, pause, ctx.content.messages.pause_shown, told)


@router.on(Command, asks("pause"))
@router.on(Mention, asks("pause"))
async def begin_pause(event: Command | Mention, ctx: Context) -> None:
    if await may(event, ctx, Deed.PAUSE):
        await _begin(event, ctx, ctx.content.command(event.text)[1])


@router.on(ButtonPressed, button("pause-instead"))
async def replace_pause(event: ButtonPressed, ctx: Context) -> None:
    if await may(event, ctx, Deed.PAUSE):
        await _begin(event, ctx, event.value, replace=True)


@router.on(Command, asks("resume", alone=True))
@router.on(Mention, asks("resume", alone=True))
async def end_pause(event: Command | Mention, ctx: Context) -> None:
    if not await may(event, ctx, Deed.PAUSE):
        return
    pause = await end(ctx.tx, event.author.ref, ctx.now)
    await _tell(event, ctx, pause, ctx.content.messages.pause_ended, ended_words)


async def _tell(event: Event, ctx: Context, pause: Pause | None, wording: Wording, words: _Words) -> None:
    """Say what pause there is, or was until now, and what becomes of what it holds back."""
    if pause is None:
        await _answer(event, ctx, say(ctx.content.messages.pause_none, event, ctx.content))
        return
    backlog = ending_words(await held_back(ctx.tx, pause, ctx.now))
    said = words(pause, ctx.content.zone, ctx.now)
    await _answer(event, ctx, say(wording, event, ctx.content, pause=said, backlog=backlog))


async def _begin(event: Event, ctx: Context, typed: str, *, replace: bool = False) -> None:
    messages, zone = ctx.content.messages, ctx.content.zone
    wanted = asked(typed, zone, ctx.now)
    try:
        pause = new_pause(wanted, event.author.ref, ctx.now)
    except ValueError as problem:
        await _answer(event, ctx, say(messages.pause_wrong, event, ctx.content, problem=problem))
        return
    begun = await begin(ctx.tx, pause, replace=replace)
    if begun.done:
        # Halting cannot wait until the end's date is put right: that is only noted.
        notes = [wanted.wrong_end] + ([instead_of(begun.earlier, zone, ctx.now)] if begun.earlier else [])
        words = {"pause": told(pause, zone, ctx.now), "note": " ".join(filter(None, notes))}
        await _answer(event, ctx, say(messages.pause_begun, event, ctx.content, **words))
    elif begun.earlier is not None:
        question = say(messages.pause_stands, event, ctx.content, pause=told(begun.earlier, zone, ctx.now))
        await _answer(event, ctx, opener(question, "Replace it", "pause-instead", typed[:LONGEST_VALUE]))


async def _answer(event: Event, ctx: Context, body: Text | str) -> None:
    """Goes out although everything else halts."""
    await ctx.reply(event, body, private=True, part=ABOUT)
