"""Asks the author of a message that somebody marked as feedback. Before they agree, nothing is kept as feedback."""

import json
from dataclasses import replace

from bot.context import Context
from bot.core.bodies import Button, Text
from bot.core.events import NOBODY_NOTED, ButtonPressed, Noted
from bot.core.feedback import Consent, readable
from bot.core.feedback_words import shortened
from bot.core.questions import direct
from bot.routing import Router, button
from handlers.feedback import NOTED, carried, chosen_key, take, take_back_theirs
from handlers.say import LONGEST_VALUE, say

router = Router()

ACTION = "noted"
_CHOICES = ((Consent.NO, "Pass it on"), (Consent.UNNAMED, "Pass it on, you may quote it without my name"))


@router.on(Noted)
async def ask_author(event: Noted, ctx: Context) -> None:
    """Once for a message, however many people mark it. Who marks their own need not be asked."""
    text = readable(event.text)
    if event.said_by.ref == event.author.ref and text:
        own = replace(event, place=direct(event.place, event.author))
        await take(own, ctx, {"text": text, NOTED: event.message_id})
        return
    if text and not await ctx.tx.feedback.number_of(chosen_key(event.said_by, {NOTED: event.message_id})):
        await _ask(event, ctx, text)
    if event.place.trigger:
        await ctx.reply(event, say(ctx.content.messages.noted_told, event, ctx.content), private=True)


@router.on(ButtonPressed, button(NOBODY_NOTED))
async def tell_who_marked(event: ButtonPressed, ctx: Context) -> None:
    await ctx.reply(event, say(ctx.content.messages.noted_told, event, ctx.content), private=True)


async def _ask(event: Noted, ctx: Context, text: str) -> None:
    about = {NOTED: event.message_id}
    given = [(label, {"text": text, **about, "may_quote": consent}) for consent, label in _CHOICES]
    buttons = [Button(label, ACTION, json.dumps(values, ensure_ascii=False)) for label, values in given]
    fitting = [one for one in buttons if len(one.value) <= LONGEST_VALUE]
    words = say(ctx.content.messages.noted_ask, event, ctx.content, text=shortened(text, LONGEST_VALUE))
    body = Text(words, buttons=(*fitting, Button("No", ACTION, json.dumps(about))) if fitting else ())
    await ctx.message(replace(event, key=_about(event)), event.said_by, body, "ask")


def _about(event: Noted) -> str:
    channel = event.place.channel.partition(";")[0]
    return f"noted:{event.place.platform}:{event.place.workspace}:{channel}:{event.message_id}"


@router.on(ButtonPressed, button(ACTION))
async def take_what_was_noted(event: ButtonPressed, ctx: Context) -> None:
    values = carried(event)
    if readable(values.get("text", "")):
        await take(event, ctx, values)
    elif number := await ctx.tx.feedback.number_of(chosen_key(event.author, values)):
        await take_back_theirs(event, ctx, number)
    else:
        await ctx.reply(event, say(ctx.content.messages.noted_no, event, ctx.content), private=True)
