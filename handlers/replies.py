"""Moderators answer feedback where they are: to its author and, where that was allowed, to everybody."""

import json
import re

from bot.context import Context
from bot.core.bodies import Text
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention, Platform
from bot.core.feedback import READ, readable
from bot.core.policy import Deed
from bot.core.problems import Problem
from bot.routing import Router, button
from bot.services.said_done import answer, may_quote, tell_done, tell_everybody
from bot.services.sorting import known
from handlers.say import LONGEST_VALUE, given_back, may, opener, say, tell_apart, unpacked

router = Router()

TELL = "feedback-tell"
_TOO_HIGH = 10**9
"""No feedback has such a number, and not every database could look for it."""
_REPLY = re.compile(r"(answer|done)\s+(?:number\s+|#)?([1-9]\d{0,8})\b[:.]?\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_SLIP = re.compile(
    r"""(answer|reply|done|list|show|tag|untag|status|assign)\b
        (\W*+$ | \s+\W?\d | (\s++\S++){1,2}\s+\#?\d++\W*+$)  # "tag timing 12"
    | list(\s++\S++){1,3}\s*+$  # "list last week", "list all of Wales"
    | help\W*+$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What a moderator begins who meant to answer, or types what the command line takes, or filters that there are not."""


def _read(event: Command | Mention, content: Content) -> re.Match[str] | None:
    """`feedback answer 12 Thank you`, or `feedback done 12 We made them larger`. Not on X: everybody would read it."""
    name, rest = content.command(event.text)
    return _REPLY.fullmatch(rest) if name == "feedback" and event.place.platform is not Platform.X else None


def replies(event: Command | Mention, content: Content) -> bool:
    return _read(event, content) is not None


async def is_moderator(event: Event, ctx: Context) -> bool:
    """Anybody else's “feedback done 12 chats, loved them all” is feedback."""
    return ctx.roles.may(event.author, Deed.READ_FEEDBACK)


@router.on(Command, replies, only_if=is_moderator)
@router.on(Mention, replies, only_if=is_moderator)
async def reply(event: Command | Mention, ctx: Context) -> None:
    found = _read(event, ctx.content)
    assert found is not None
    number, words = int(found[2]), found[3]
    if found[1].casefold() == "answer":
        await answer_author(event, ctx, number, words)
    else:
        await _done(event, ctx, number, words)


def slips(event: Command | Mention, content: Content) -> bool:
    name, rest = content.command(event.text)
    return name == "feedback" and event.place.platform is not Platform.X and _SLIP.match(rest) is not None


@router.on(Command, slips, only_if=is_moderator)
@router.on(Mention, slips, only_if=is_moderator)
async def say_how(event: Command | Mention, ctx: Context) -> None:
    """Words for somebody who gave feedback are no feedback."""
    await tell_apart(event, ctx, say(ctx.content.messages.feedback_how, event, ctx.content))


async def answer_author(event: Event, ctx: Context, number: int, words: str) -> None:
    """A moderator's words to whoever gave feedback; the moderator is told whether they can be."""
    try:
        await answer(ctx.tx, await known(ctx.tx, number), words, event.author.ref, event.key, ctx.now, ctx.pseudonyms)
    except Problem as problem:
        await _not_answered(event, ctx, str(problem), readable(words))
        return
    await tell_apart(event, ctx, say(ctx.content.messages.feedback_answered, event, ctx.content, number=number))


async def _not_answered(event: Event, ctx: Context, problem: str, words: str) -> None:
    """Why not, with what somebody wrote in a form, which an erasure takes out again."""
    if words and isinstance(event, FormSubmitted):
        await ctx.message(event, event.author, Text(given_back(problem, words)), READ)
    else:
        await tell_apart(event, ctx, problem)


async def _done(event: Event, ctx: Context, number: int, done: str) -> None:
    messages = ctx.content.messages
    try:
        feedback, by = await known(ctx.tx, number), event.author.ref
        why_not = await tell_done(ctx.tx, feedback, done, ctx.content, by, event.key, ctx.now, ctx.pseudonyms)
    except Problem as problem:
        await tell_apart(event, ctx, str(problem))
        return
    told = why_not or say(messages.feedback_answered, event, ctx.content, number=feedback.number)
    value = json.dumps([feedback.number, done], ensure_ascii=False)
    if may_quote(feedback) and ctx.rooms and len(value) <= LONGEST_VALUE:
        told_and_more = f"{told} {say(messages.done_quotable, event, ctx.content)}"
        await tell_apart(event, ctx, opener(told_and_more, "Tell everybody", TELL, value))
    else:
        await tell_apart(event, ctx, told)


@router.on(ButtonPressed, button(TELL))
async def tell_everybody_too(event: ButtonPressed, ctx: Context) -> None:
    if not await may(event, ctx, Deed.READ_FEEDBACK):
        return
    messages, who = ctx.content.messages, event.author.ref
    match unpacked(event.value):
        case [int(number), str(done)] if 0 < number < _TOO_HIGH:
            pass
        case _:
            await tell_apart(event, ctx, say(messages.failed, event, ctx.content))
            return
    try:
        feedback = await known(ctx.tx, number)
        posted = await tell_everybody(ctx.tx, feedback, done, ctx.content, ctx.rooms, tuple(ctx.rooms), who, ctx.now)
    except Problem as problem:
        await tell_apart(event, ctx, str(problem))
        return
    where = " and ".join(platform.label for platform in posted)
    await tell_apart(
        event, ctx, say(messages.done_posted if posted else messages.done_before, event, ctx.content, where=where)
    )
