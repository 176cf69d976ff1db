"""Rounds of feedback: organisers open and close them, everybody answers, moderators get the board."""

import re
from collections.abc import Mapping
from itertools import chain

from bot.context import Context
from bot.core.board.markdown import to_markdown
from bot.core.bodies import Button, File, Form, Input, Text
from bot.core.content import Content
from bot.core.dates import DAY_HINT, end_words
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention, Message, Platform
from bot.core.feedback import readable
from bot.core.manners import is_only
from bot.core.pause_words import read_end
from bot.core.policy import Deed
from bot.core.problems import Problem
from bot.core.rounds import ANSWER, LASTS, LONGEST_PROMPT, MOST_PROMPTS, Asked, Round, new_round, read_asked
from bot.routing import Filter, Router, button, form
from bot.services.rounds import asked_in_thread, board_of, close_round, open_on, open_round
from handlers.feedback import feedback_form, take
from handlers.help import asks_for_help
from handlers.say import may, opener, say, show_form, tell

replies = Router()
router = Router()


_EVERYWHERE = "everywhere"
_VERBS = ("", "open", "new", "close", "end", "board", "list")
_ABOUT_ONE = re.compile(r"(?:delete|answer|done)\s+(?:number\s+|#)?[1-9]\d{0,8}\b.*", re.IGNORECASE | re.DOTALL)
"""What stands behind “feedback” when it is about one piece, by its number."""
_NAMED = re.compile(r"(\d)(?:[.:),;]++(?!\d)|(?!\S))\s*(.*)", re.DOTALL)
"""What stands behind “answer”: the question's number and the words. “2.5 hours” and “2:30” are words alone."""


def steers(*verbs: str) -> Filter:
    """`round`, then one of the verbs, or nothing. Not on X: everybody would read it."""

    def wants(event: Command | Mention, content: Content) -> bool:
        name, rest = content.command(event.text)
        return event.place.platform is not Platform.X and name == "round" and rest.partition(" ")[0].casefold() in verbs

    return wants


def _number(event: Command | Mention, content: Content) -> int:
    """The number after `round close`; 0 where there is none."""
    found = re.fullmatch(r"\w+\s+#?([1-9]\d{0,8})\W*", content.command(event.text)[1], re.ASCII)
    return int(found[1]) if found else 0


@router.on(Command, steers("open", "new"))
@router.on(Mention, steers("open", "new"))
async def offer_to_open(event: Command | Mention, ctx: Context) -> None:
    if await may(event, ctx, Deed.RUN_ROUNDS):
        await _open_form(event, ctx)


@router.on(ButtonPressed, button("round-form"))
async def open_form(event: ButtonPressed, ctx: Context) -> None:
    if await may(event, ctx, Deed.RUN_ROUNDS):
        await _open_form(event, ctx)


@router.on(FormSubmitted, form("round"))
async def take_round(event: FormSubmitted, ctx: Context) -> None:
    if not await may(event, ctx, Deed.RUN_ROUNDS):
        return
    try:
        kept = await open_round(ctx.tx, _round(event, ctx), ctx.content, ctx.rooms, event.author.ref)
    except (Problem, ValueError) as problem:
        await _tell_problem(event, ctx, str(problem))
        return
    where = " and ".join(platform.label for platform in kept.platforms)
    words = {"number": kept.number, "title": kept.title, "where": where, "closes": _when(kept, ctx)}
    await tell(event, ctx, say(ctx.content.messages.round_opened, event, ctx.content, **words))


def _round(event: FormSubmitted, ctx: Context) -> Round:
    """Raises ValueError for what cannot be a round."""
    given: Mapping[str, str] = {name: readable(value) for name, value in event.values.items()}
    until, where = given.get("until", ""), given.get("where", "")
    closes = read_end(until, ctx.content.zone, ctx.now) if until else ctx.now + LASTS
    chosen = [platform for platform in ctx.rooms if where in (_EVERYWHERE, "", platform)]
    prompts = [given.get(f"prompt{number}", "") for number in range(1, MOST_PROMPTS + 1)]
    return new_round(given.get("title", ""), prompts, chosen, key=event.key, now=ctx.now, closes=closes)


async def _tell_problem(event: FormSubmitted, ctx: Context, problem: str) -> None:
    """Say what is wrong, and lose nothing of what was typed."""
    wrong = say(ctx.content.messages.round_wrong, event, ctx.content, problem=problem)
    typed = "\n".join(value for value in event.values.values() if value)
    await tell(event, ctx, opener(f"{wrong}\n\nYou wrote:\n{typed}", "Try again", "round-form", ""))


@router.on(Command, steers("close", "end"))
@router.on(Mention, steers("close", "end"))
async def close(event: Command | Mention, ctx: Context) -> None:
    if not await may(event, ctx, Deed.RUN_ROUNDS):
        return
    try:
        closed = await close_round(ctx.tx, _number(event, ctx.content), event.author.ref, ctx.now)
    except Problem:
        await tell(event, ctx, say(ctx.content.messages.round_none, event, ctx.content))
        return
    count = _counted(len(await ctx.tx.rounds.answers(closed.number)))
    words = {"number": closed.number, "title": closed.title, "count": count}
    await tell(event, ctx, say(ctx.content.messages.round_closed, event, ctx.content, **words))


@router.on(Command, steers("board"))
@router.on(Mention, steers("board"))
async def send_board(event: Command | Mention, ctx: Context) -> None:
    if not await may(event, ctx, Deed.READ_FEEDBACK):
        return
    number, messages = _number(event, ctx.content), ctx.content.messages
    try:
        board = await board_of(ctx.tx, number, ctx.content, event.author.ref, ctx.now, public=False)
    except Problem:
        await tell(event, ctx, say(messages.round_none, event, ctx.content))
        return
    count = _counted(sum(len(box.points) for box in board.boxes))
    words = say(messages.round_board, event, ctx.content, title=board.title, count=count)
    await ctx.message(event, event.author, File(f"board-{number}.md", to_markdown(board), words), "board")


@router.on(Command, steers("", "list"))
@router.on(Mention, steers("", "list"))
async def list_rounds(event: Command | Mention, ctx: Context) -> None:
    if not await may(event, ctx, Deed.RUN_ROUNDS):
        return
    lines = [_line(one, ctx) for one in await ctx.tx.rounds.list()]
    messages = ctx.content.messages
    wording, words = (messages.round_list, {"lines": "\n".join(lines)}) if lines else (messages.round_none, {})
    await tell(event, ctx, opener(say(wording, event, ctx.content, **words), "Open a round", "round-form", ""))


def _line(round: Round, ctx: Context) -> str:
    return f"{round.number}. {round.title} ({'open until' if round.lasts(ctx.now) else 'closed since'} {_when(round, ctx)})"


def names_prompt(event: Command | Mention, content: Content) -> bool:
    """`answer`, alone or with a number behind it: “answer my question” is a question."""
    name, rest = content.command(event.text)
    return name == "answer" and (not rest or rest[:1].isdecimal())


async def is_round_on(event: Event, ctx: Context) -> bool:
    return await open_on(ctx.tx, event.place.platform, ctx.now) is not None


@router.on(Command, names_prompt, only_if=is_round_on)
@router.on(Mention, names_prompt, only_if=is_round_on)
async def take_answer(event: Command | Mention | Message, ctx: Context) -> None:
    round = await open_on(ctx.tx, event.place.platform, ctx.now)
    found = _NAMED.fullmatch(ctx.content.command(event.text)[1])
    number, text = (int(found[1]), _said(found[2])) if found else (0, "")
    if round is None or not round.prompt(number):
        await _ask_which(event, ctx, round)
    elif text:
        await take(event, ctx, _values({"text": text}, Asked(round.number, number)))
    else:
        await _ask(event, ctx, round, Asked(round.number, number))


def _said(text: str) -> str:
    """The text, readable; none where there is nothing to see in it, such as a space without width alone."""
    said = readable(text)
    return said if any(sign.isprintable() and not sign.isspace() for sign in said) else ""


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
    if _said(event.values.get("text", "")) and asked:
        await take(event, ctx, _values(event.values, asked))
    else:
        await tell(event, ctx, say(ctx.content.messages.feedback_empty, event, ctx.content))


def is_reply(event: Message | Mention, _: Content) -> bool:
    """Something in a thread. Not on X, where a reply to our post is no call on us."""
    place = event.place
    return place.thread not in ("", event.message_id) and not place.direct and place.platform is not Platform.X


async def is_below_prompt(event: Message | Mention, ctx: Context) -> bool:
    """Who told the bot to stop is not listened to either."""
    if not _said(event.text) or _is_order(event, ctx):
        return False
    below = await asked_in_thread(ctx.tx, event.place, ctx.now) is not None
    return below and not await ctx.has_stopped(event.author)


def _is_order(event: Message | Mention, ctx: Context) -> bool:
    """Whether somebody below a question wants something of the bot. All else is an answer, also “Chat more often”.

    Without a mention the bot does nothing for anybody, so it can only be told to be quiet.
    """
    commands, manners = ctx.content.campaign.commands, ctx.content.manners
    if isinstance(event, Message):
        return is_only(event.text, (*commands.stop, *commands.start))
    alone = (*chain(*commands.model_dump().values()), *manners.greetings, *manners.thanks)
    return is_only(event.text, alone) or _goes_on_as_order(event, ctx)


def _goes_on_as_order(event: Mention, ctx: Context) -> bool:
    """Commands that have more words behind theirs. Who may pause the bot is not taken for somebody with an idea."""
    name, rest = ctx.content.command(event.text)
    return (
        asks_for_help(event, ctx.content)
        or (name == "round" and rest.partition(" ")[0].casefold() in _VERBS)
        or (name == "feedback" and _ABOUT_ONE.fullmatch(rest) is not None)
        or (name == "pause" and ctx.roles.may(event.author, Deed.PAUSE))
    )


@replies.on(Message, is_reply, only_if=is_below_prompt)
@replies.on(Mention, is_reply, only_if=is_below_prompt)
async def take_reply(event: Message | Mention, ctx: Context) -> None:
    """An answer to the question above, unless it names another by its number."""
    asked = await asked_in_thread(ctx.tx, event.place, ctx.now)
    name, rest = ctx.content.command(event.text)
    if name == "answer" and (not rest or _NAMED.fullmatch(rest)):
        await take_answer(event, ctx)
    elif asked is not None:
        await take(event, ctx, _values({"text": readable(event.text)}, asked))


def _values(values: Mapping[str, str], asked: Asked) -> Mapping[str, str]:
    return {**values, "answers": str(asked)}


async def _open_form(event: Event, ctx: Context) -> None:
    await show_form(event, ctx, round_form(ctx), opener("Press the button to open a round.", "Open a round",
                                                        "round-form", ""))  # fmt: skip


def round_form(ctx: Context) -> Form:
    where = ((_EVERYWHERE, "Everywhere"), *((platform.value, platform.label) for platform in ctx.rooms))
    hint = f"At most {LONGEST_PROMPT} characters; on X fewer fit."
    prompts = [
        Input(f"prompt{number}", f"Question {number}", hint if number == 1 else "", optional=number > 1)
        for number in range(1, MOST_PROMPTS + 1)
    ]
    return Form(
        "round",
        "Open a round",
        (
            Input("title", "Title", "For example: Espresso Café"),
            *prompts,
            Input("where", "Where", value=_EVERYWHERE, options=where),
            Input("until", "Until when", f"Without it, for a week. {DAY_HINT}", optional=True),
        ),
        submit="Open",
    )


def _when(round: Round, ctx: Context) -> str:
    return end_words(round.closes, ctx.content.zone)


def _counted(number: int) -> str:
    return f"{number} answer{'' if number == 1 else 's'}"
