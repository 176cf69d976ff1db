"""What people answer to the questions of a round: by command, button and form, and by replies below a question."""

import re
from collections.abc import Mapping
from itertools import chain

from bot.context import Context
from bot.core.bodies import Button, Text
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention, Message, Platform
from bot.core.feedback import readable
from bot.core.manners import is_only, is_order
from bot.core.policy import Deed
from bot.core.rounds import ANSWER, Asked, Round, read_asked
from bot.routing import Router, button
from bot.services.rounds import asked_in_thread, below_closed, open_on
from handlers.feedback import feedback_form, take
from handlers.help import asks_for_help
from handlers.moderation import wants_export
from handlers.reading import lists, orders
from handlers.replies import slips
from handlers.rounds import VERBS
from handlers.say import opener, say, show_form, tell, tell_apart

replies = Router()
router = Router()

_ABOUT_ONE = re.compile(r"(?:delete|answer|done)\s+(?:number\s+|#)?[1-9]\d{0,8}\b.*", re.IGNORECASE | re.DOTALL)
"""What stands behind “feedback” when it is about one piece, by its number."""
_NAMED = re.compile(r"(\d)(?:[.:),;]++(?!\d)|(?!\S))\s*(.*)", re.DOTALL)
"""What stands behind “answer”: the question's number and the words. “2.5 hours” and “2:30” are words alone."""


def names_prompt(event: Command | Mention, content: Content) -> bool:
    """`answer`, alone or with a number behind it: “answer my question” is a question."""
    name, rest = content.command(event.text)
    return name == "answer" and (not rest or rest[:1].isdecimal())


async def is_round_on(event: Event, ctx: Context) -> bool:
    return await open_on(ctx.tx, event.place.platform, event.at, ctx.now) is not None


@router.on(Command, names_prompt, only_if=is_round_on)
@router.on(Mention, names_prompt, only_if=is_round_on)
async def take_answer(event: Command | Mention | Message, ctx: Context) -> None:
    round = await open_on(ctx.tx, event.place.platform, event.at, ctx.now)
    found = _NAMED.fullmatch(ctx.content.command(event.text)[1])
    number, text = (int(found[1]), readable(found[2])) if found else (0, "")
    if round is None or not round.prompt(number):
        await _ask_which(event, ctx, round)
    elif text:
        await take(event, ctx, _values({"text": text}, Asked(round.number, number)))
    else:
        await _ask(event, ctx, round, Asked(round.number, number))


async def was_round_on(event: Event, ctx: Context) -> bool:
    return any(event.place.platform in one.platforms for one in await ctx.tx.rounds.list())


def names_number(event: Command | Mention, content: Content) -> bool:
    return names_prompt(event, content) and bool(content.command(event.text)[1])


@router.on(Command, names_number, only_if=was_round_on)
@router.on(Mention, names_number, only_if=was_round_on)
async def tell_over(event: Command | Mention, ctx: Context) -> None:
    await tell(event, ctx, say(ctx.content.messages.round_over, event, ctx.content))


async def _ask_which(event: Event, ctx: Context, round: Round | None) -> None:
    prompts = enumerate(round.prompts, 1) if round else ()
    listed = [(number, prompt, str(Asked(round.number, number))) for number, prompt in prompts] if round else []
    lines = "\n".join(f"{number}. {prompt}" for number, prompt, _ in listed)
    buttons = tuple(Button(f"Answer {number}", ANSWER, value) for number, _, value in listed)
    await tell(
        event, ctx, Text(say(ctx.content.messages.round_which, event, ctx.content, lines=lines), buttons=buttons)
    )


@router.on(ButtonPressed, button(ANSWER))
async def open_answer_form(event: ButtonPressed, ctx: Context) -> None:
    asked = read_asked(event.value)
    round = await ctx.tx.rounds.get(asked.round) if asked else None
    if asked and round and round.lasts(ctx.now) and round.prompt(asked.prompt):
        await _ask(event, ctx, round, asked)
    else:
        await tell(event, ctx, say(ctx.content.messages.round_over, event, ctx.content))


async def _ask(event: Event, ctx: Context, round: Round, asked: Asked) -> None:
    prompt = round.prompt(asked.prompt)
    shown = feedback_form(ctx.content, event, name=f"{ANSWER}:{asked}", label="Your answer", intro=prompt)
    await show_form(event, ctx, shown, opener(prompt, "Answer", ANSWER, str(asked)))


@router.on(FormSubmitted, lambda event, _: event.form.startswith(f"{ANSWER}:"))
async def take_answer_form(event: FormSubmitted, ctx: Context) -> None:
    asked = read_asked(event.form.partition(":")[2])
    if readable(event.values.get("text", "")) and asked:
        await take(event, ctx, _values(event.values, asked))
    else:
        await tell(event, ctx, say(ctx.content.messages.feedback_empty, event, ctx.content))


def is_reply(event: Message | Mention, _: Content) -> bool:
    """Something in a thread. Not on X, where a reply to our post is no call on us."""
    place = event.place
    return place.thread not in ("", event.message_id) and not place.direct and place.platform is not Platform.X


async def is_below_prompt(event: Message | Mention, ctx: Context) -> bool:
    """Who told the bot to stop is not listened to either."""
    if not readable(event.text) or _is_order(event, ctx):
        return False
    below = await asked_in_thread(ctx.tx, event.place, event.at, ctx.now) is not None
    return below and not await ctx.has_stopped(event.author)


def _is_order(event: Message | Mention, ctx: Context) -> bool:
    """Whether somebody below a question wants something of the bot. All else is an answer, also “Chat more often”.

    Without a mention the bot does nothing for anybody, so it can only be told to be quiet.
    """
    commands, manners = ctx.content.campaign.commands, ctx.content.manners
    quiet = is_order(event.text, (*commands.stop, *commands.start))
    if quiet or isinstance(event, Message):
        return quiet
    alone = (*chain(*commands.model_dump().values()), *manners.greetings, *manners.thanks)
    return is_only(event.text, alone) or _goes_on_as_order(event, ctx)


def _goes_on_as_order(event: Mention, ctx: Context) -> bool:
    """Commands that have more words behind theirs. Who may pause the bot is not taken for somebody with an idea."""
    name, rest = ctx.content.command(event.text)
    return (
        asks_for_help(event, ctx.content)
        or (name == "round" and rest.partition(" ")[0].casefold() in VERBS)
        or (name == "feedback" and _ABOUT_ONE.fullmatch(rest) is not None)
        or (ctx.roles.may(event.author, Deed.READ_FEEDBACK) and _is_reading(event, ctx.content))
        or (name == "pause" and ctx.roles.may(event.author, Deed.PAUSE))
    )


def _is_reading(event: Mention, content: Content) -> bool:
    return any(wants(event, content) for wants in (wants_export, lists, orders, slips))


@replies.on(Message, is_reply, only_if=is_below_prompt)
@replies.on(Mention, is_reply, only_if=is_below_prompt)
async def take_reply(event: Message | Mention, ctx: Context) -> None:
    """An answer to the question above, unless it names another by its number."""
    asked = await asked_in_thread(ctx.tx, event.place, event.at, ctx.now)
    name, rest = ctx.content.command(event.text)
    if name == "answer" and (not rest or _NAMED.fullmatch(rest)):
        await take_answer(event, ctx)
    elif asked is not None:
        await take(event, ctx, _values({"text": readable(event.text)}, asked))


async def is_below_closed(event: Message, ctx: Context) -> bool:
    return bool(readable(event.text)) and not _is_order(event, ctx) and await below_closed(ctx.tx, event.place, ctx.now)


@router.on(Message, is_reply, only_if=is_below_closed)
async def tell_below(event: Message, ctx: Context) -> None:
    """That it is over, once to each person below each question: they may be talking to each other there."""
    slot = ctx.pseudonyms.note("said", event.author, f"{event.place.channel} {event.place.thread} over")
    if await ctx.tx.ledger.first(slot, ctx.now):
        await tell_apart(event, ctx, say(ctx.content.messages.round_over, event, ctx.content))


def _values(values: Mapping[str, str], asked: Asked) -> Mapping[str, str]:
    return {**values, "answers": str(asked)}
