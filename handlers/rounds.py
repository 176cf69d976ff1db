"""Rounds of feedback: organisers open and close them, everybody answers, moderators get the board."""

import re
from collections.abc import Mapping

from rapidfuzz.distance import OSA

from bot.context import Context
from bot.core.board.markdown import to_markdown
from bot.core.bodies import File, Form, Input
from bot.core.content import Content
from bot.core.dates import DAY_HINT, end_words
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention, Platform
from bot.core.feedback import readable
from bot.core.pause_words import read_end
from bot.core.policy import Deed
from bot.core.problems import Problem
from bot.core.rounds import LASTS, LONGEST_PROMPT, MOST_PROMPTS, Round, new_round
from bot.routing import Filter, Router, button, form
from bot.services.rounds import board_of, close_round, open_round
from handlers.say import may, opener, say, send_file, show_form, tell

router = Router()

_EVERYWHERE = "everywhere"
_LISTED = 20
"""The latest rounds, which fit into a message; the command line lists all."""
VERBS = ("", "open", "new", "close", "end", "board", "list")


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
    too_large = say(messages.board_too_large, event, ctx.content, title=board.title, number=number)
    await send_file(event, ctx, File(f"board-{number}.md", to_markdown(board), words), "board", too_large)


def misspells(event: Command | Mention, content: Content) -> bool:
    """`round opne`; “round robin tournaments are fun” is something else."""
    name, rest = content.command(event.text)
    word = rest.partition(" ")[0].casefold()
    near = any(OSA.distance(word, verb) == 1 for verb in VERBS if len(verb) > len("end"))
    return event.place.platform is not Platform.X and name == "round" and near


async def runs_rounds(event: Event, ctx: Context) -> bool:
    return ctx.roles.may(event.author, Deed.RUN_ROUNDS)


@router.on(Command, steers("", "list"))
@router.on(Mention, steers("", "list"))
@router.on(Command, misspells, only_if=runs_rounds)
@router.on(Mention, misspells, only_if=runs_rounds)
async def list_rounds(event: Command | Mention, ctx: Context) -> None:
    if not await may(event, ctx, Deed.RUN_ROUNDS):
        return
    rounds = await ctx.tx.rounds.list()
    lines = [_line(one, ctx) for one in rounds[:_LISTED]]
    if older := len(rounds[_LISTED:]):
        lines.append(f"… and {older} older: antiphon round list, at the command line, has all of them.")
    messages = ctx.content.messages
    wording, words = (messages.round_list, {"lines": "\n".join(lines)}) if lines else (messages.round_none, {})
    await tell(event, ctx, opener(say(wording, event, ctx.content, **words), "Open a round", "round-form", ""))


def _line(round: Round, ctx: Context) -> str:
    standing = "open until" if round.lasts(ctx.now) else "closed since"
    return f"{round.number}. {round.title} ({standing} {_when(round, ctx)})"


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
