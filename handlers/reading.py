"""Moderators read feedback where they are and put it in order. What was said is shown in a direct message only."""

import re
from collections.abc import Sequence

from bot.context import Context
from bot.core.bodies import Button, Form, Input, Text
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention, Platform
from bot.core.feedback import EVERYTHING, READ, Feedback, Status, Unclear, Wanted, assigned, tags_in
from bot.core.feedback_words import about, line, shortened, wanted_in
from bot.core.policy import LIMITS, Deed
from bot.core.problems import Problem
from bot.core.questions import region_named, region_of
from bot.routing import Router, button
from bot.services import sorting
from bot.services.likening import related
from bot.services.said_done import way_now, way_to
from handlers.person import form_about
from handlers.replies import answer_author, is_moderator
from handlers.say import LONGEST_VALUE, may, say, tell_apart

router = Router()

_EARLIER, _TAG, _WRITE, _ASSIGN = "feedback-earlier", "feedback-tag", "feedback-write", "feedback-assign"
_LISTED, _WITH_BUTTON = 10, 5
_LONGEST_LABEL, _LONGEST_FACT = 60, 300
_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_LOOKS = re.compile(r"list|show\s+(number\s+|#)?\d+", re.IGNORECASE)
_ORDER = re.compile(
    rf"(show|tag|untag|status|assign)\s+(?:number\s+|#)?({_NUMBER.pattern})\b[:.]?\s*(.*)", re.IGNORECASE | re.DOTALL
)


def _said(event: Command | Mention, content: Content) -> str:
    """What follows `feedback`. Not on X: everybody would read it."""
    name, rest = content.command(event.text)
    return rest if name == "feedback" and event.place.platform is not Platform.X else ""


async def for_moderators(event: Command | Mention, ctx: Context) -> bool:
    """Anybody else's “feedback status 1 of the cards is best” is feedback; “feedback show 12” is not."""
    return await is_moderator(event, ctx) or bool(_LOOKS.fullmatch(_said(event, ctx.content)))


def _wanted(event: Command | Mention, content: Content) -> Wanted | None:
    word, _, filters = _said(event, content).partition(" ")
    found = wanted_in(filters, content.zone, event.at)
    return None if word.casefold() != "list" or isinstance(found, Unclear) else found[0]


def _in_workspace(event: ButtonPressed | FormSubmitted, _: Content) -> bool:
    return event.place.platform is not Platform.X


def lists(event: Command | Mention, content: Content) -> bool:
    return _wanted(event, content) is not None


@router.on(Command, lists, only_if=for_moderators)
@router.on(Mention, lists, only_if=for_moderators)
async def list_feedback(event: Command | Mention, ctx: Context) -> None:
    wanted = _wanted(event, ctx.content)
    assert wanted is not None
    if not await may(event, ctx, Deed.READ_FEEDBACK):
        return
    await _list(event, ctx, wanted, _said(event, ctx.content).partition(" ")[2])


@router.on(ButtonPressed, button(_EARLIER), _in_workspace)
async def list_earlier(event: ButtonPressed, ctx: Context) -> None:
    number, _, filters = event.value.partition(" ")
    if await may(event, ctx, Deed.READ_FEEDBACK):
        found, mark = wanted_in(filters, ctx.content.zone, ctx.now), await ctx.tx.feedback.get(_number(number))
        wanted = EVERYTHING if isinstance(found, Unclear) else found[0]
        await _list(event, ctx, wanted, filters, mark)


async def _list(event: Event, ctx: Context, wanted: Wanted, filters: str, before: Feedback | None = None) -> None:
    """`filters` are those that were typed: the button for earlier ones carries them on."""
    found = await ctx.tx.feedback.list(wanted, before=before, limit=_LISTED + 1)
    await ctx.tx.audit.add(ctx.now, event.author.ref, "feedback list", detail=wanted.told())
    if not found:
        await tell_apart(event, ctx, say(ctx.content.messages.feedback_nothing, event, ctx.content))
        return
    shown = found[:_LISTED]
    buttons = [Button(f"Show {one.number}", sorting.SHOW, str(one.number)) for one in shown[:_WITH_BUTTON]]
    value = f"{shown[-1].number} {filters}"
    if len(found) > _LISTED and len(value) <= LONGEST_VALUE:
        buttons.append(Button("Earlier ones", _EARLIER, value))
    lines = "\n".join(line(one, ctx.content.zone) for one in shown)
    words = say(ctx.content.messages.feedback_list, event, ctx.content, lines=lines)
    await ctx.message(event, event.author, Text(words, buttons=tuple(buttons)), READ)


def _order(event: Command | Mention, content: Content) -> tuple[str, int, str] | None:
    """What is to be done, with which piece, and how: `tag`, 12, `timing`."""
    found = _ORDER.fullmatch(_said(event, content).strip())
    if found is None or bool(found[3]) is (found[1].casefold() == "show"):
        return None
    return found[1].casefold(), int(found[2]), found[3]


def orders(event: Command | Mention, content: Content) -> bool:
    return _order(event, content) is not None


@router.on(Command, orders, only_if=for_moderators)
@router.on(Mention, orders, only_if=for_moderators)
async def do_as_ordered(event: Command | Mention, ctx: Context) -> None:
    order = _order(event, ctx.content)
    assert order is not None
    if await may(event, ctx, Deed.READ_FEEDBACK):
        await _do(event, ctx, *order)


@router.on(ButtonPressed, button(sorting.SHOW), _in_workspace)
async def show_by_button(event: ButtonPressed, ctx: Context) -> None:
    if await may(event, ctx, Deed.READ_FEEDBACK):
        await _do(event, ctx, "show", _number(event.value), "")


@router.on(ButtonPressed, button(_TAG), _in_workspace)
async def tag_by_button(event: ButtonPressed, ctx: Context) -> None:
    number, _, tag = event.value.partition(" ")
    if await may(event, ctx, Deed.READ_FEEDBACK):
        await _do(event, ctx, "tag", _number(number), tag)


@router.on(ButtonPressed, button(_WRITE), _in_workspace)
async def ask_for_an_answer(event: ButtonPressed, ctx: Context) -> None:
    if await may(event, ctx, Deed.READ_FEEDBACK) and (feedback := await _still_there(event, ctx, answered=True)):
        box = Input("answer", "Your answer", hint="It goes to the author alone.", multiline=True)
        await ctx.open_form(event, Form(f"{_WRITE}:{feedback.number}", "Answer feedback", (box,)))


async def _still_there(event: ButtonPressed, ctx: Context, *, answered: bool = False) -> Feedback | None:
    """What a button is about, which may be an old one: that it is deleted, or that its author cannot be `answered`, is
    told before anything is filled in."""
    try:
        feedback = await sorting.known(ctx.tx, _number(event.value))
        if answered:
            await way_now(ctx.tx, feedback, ctx.pseudonyms)
    except Problem as problem:
        await tell_apart(event, ctx, str(problem))
        return None
    return feedback


@router.on(FormSubmitted, form_about(_WRITE), _in_workspace)
async def answer_by_form(event: FormSubmitted, ctx: Context) -> None:
    if await may(event, ctx, Deed.READ_FEEDBACK):
        await answer_author(event, ctx, _number(event.form.partition(":")[2]), event.values.get("answer", ""))


@router.on(ButtonPressed, button(_ASSIGN), _in_workspace)
async def ask_for_a_region(event: ButtonPressed, ctx: Context) -> None:
    if await may(event, ctx, Deed.READ_FEEDBACK) and (feedback := await _still_there(event, ctx)):
        theirs = region_named(ctx.content, feedback.region)
        options = tuple((region.id, region.name) for region in ctx.content.regions)
        choice = Input("region", "Whose library leads?", value=theirs.id if theirs else "", options=options)
        await ctx.open_form(event, Form(f"{_ASSIGN}:{feedback.number}", "Who looks after it?", (choice,)))


@router.on(FormSubmitted, form_about(_ASSIGN), _in_workspace)
async def assign_by_form(event: FormSubmitted, ctx: Context) -> None:
    if await may(event, ctx, Deed.READ_FEEDBACK):
        number = _number(event.form.partition(":")[2])
        await _do(event, ctx, "assign", number, event.values.get("region", ""))


def _number(typed: str) -> int:
    return int(typed) if _NUMBER.fullmatch(typed) else 0


async def _do(event: Event, ctx: Context, what: str, number: int, how: str) -> None:
    try:
        match what:
            case "show":
                await _show(event, ctx, number)
            case "status":
                await _mark(event, ctx, number, how)
            case "assign":
                await _assign(event, ctx, number, how)
            case _:
                add, remove = (how, "") if what == "tag" else ("", how)
                await _tag(event, ctx, number, tags_in(add), tags_in(remove))
    except Problem as problem:
        await tell_apart(event, ctx, str(problem))


async def _show(event: Event, ctx: Context, number: int) -> None:
    feedback = await sorting.read(ctx.tx, number, event.author.ref, ctx.now)
    found = await related(ctx.tx, feedback)
    facts = [shortened(fact, _LONGEST_FACT) for fact in about(feedback, ctx.content.zone)]
    if found.like:
        numbers = shortened(", ".join(map(str, sorted(found.like))), _LONGEST_FACT)
        facts.append(say(ctx.content.messages.feedback_like, event, ctx.content, numbers=numbers))
    longer = say(ctx.content.messages.feedback_longer, event, ctx.content)
    words = _fitted("\n".join(facts), feedback.text, longer, event.place.platform)
    await ctx.message(event, event.author, Text(words, buttons=_buttons(feedback, found.tags, ctx.content)), READ)


def _buttons(feedback: Feedback, tags: Sequence[str], content: Content) -> tuple[Button, ...]:
    number = str(feedback.number)
    buttons = [Button(f"Tag: {tag}", _TAG, f"{number} {tag}") for tag in tags if len(tag) <= _LONGEST_LABEL]
    if _reachable(feedback):
        buttons.append(Button("Answer", _WRITE, number))
    if content.regions and region_of(content, assigned(feedback.tags)) is None:
        buttons.append(Button("Give to a library lead", _ASSIGN, number))
    return tuple(buttons)


def _reachable(feedback: Feedback) -> bool:
    try:
        return bool(way_to(feedback))
    except Problem:
        return False


def _fitted(facts: str, text: str, longer: str, platform: Platform) -> str:
    """Both in one message; what does not go in is said to be left out."""
    left = LIMITS[platform] - len(facts) - 2
    return f"{facts}\n\n{text}" if len(text) <= left else f"{facts}\n\n{text[: left - len(longer) - 2]}…\n{longer}"


async def _tag(event: Event, ctx: Context, number: int, add: Sequence[str], remove: Sequence[str]) -> None:
    feedback = await sorting.tag(ctx.tx, number, add, remove, event.author.ref, ctx.now)
    tags, words = shortened(" ".join(feedback.tags), _LONGEST_FACT) or "none", ctx.content.messages.feedback_tagged
    # Directly: in a Teams channel everybody would read what moderators call it.
    told = say(words, event, ctx.content, number=number, tags=tags)
    await ctx.message(event, event.author, Text(told), READ)


async def _mark(event: Event, ctx: Context, number: int, typed: str) -> None:
    status = next((status for status in Status if status == typed.strip().casefold()), None)
    if status is None:
        raise Problem(f"{shortened(typed, _LONGEST_LABEL)!r} is no status: it is {', '.join(Status)}.")
    await sorting.mark(ctx.tx, number, status, event.author.ref, ctx.now)
    words = ctx.content.messages.feedback_marked
    await tell_apart(event, ctx, say(words, event, ctx.content, number=number, status=status))


async def _assign(event: Event, ctx: Context, number: int, region: str) -> None:
    ours, who = (ctx.content, ctx.roles, ctx.pseudonyms), event.author.ref
    to, messages = await sorting.assign(ctx.tx, number, region, *ours, who, event.key, ctx.now), ctx.content.messages
    words, named = (messages.feedback_assigned, {"region": to.name}) if to else (messages.feedback_left, {})
    await tell_apart(event, ctx, say(words, event, ctx.content, number=number, **named))
