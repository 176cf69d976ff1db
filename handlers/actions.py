"""This month's key actions: everybody may see them; organisers add, change and cancel them."""

import json
from collections.abc import Sequence
from datetime import timedelta

from bot.context import Context
from bot.core.actions import Draft, Problem, cancelled, changed, draft_of, find, queued
from bot.core.bodies import Form, Input, Text
from bot.core.content import Content
from bot.core.courtesy import oddities
from bot.core.dates import DAY_HINT, TIME_HINT, month_words, when_words
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention, Platform
from bot.core.feedback import readable
from bot.core.journal import Author
from bot.core.plan import Entry, Kind, Standing
from bot.core.policy import Deed
from bot.core.wording import Wording
from bot.routing import Filter, Router, button, form
from bot.services import planning
from bot.services.approving import ask, is_held_up, team_of
from bot.services.turns import RacedError, take_turn
from handlers.say import LONGEST_VALUE, may, opener, say, show_form, unpacked

router = Router()

_SHOWN = {
    Standing.PLANNED: "planned",
    Standing.HELD: "waits for approval",
    Standing.RELEASED: "sent",
    Standing.CANCELLED: "cancelled",
}
_WAITS = "It waits until another organiser approves of it."


def asks(*verbs: str) -> Filter:
    """`actions`, then one of the verbs. Not on X: it has no forms, and a list is longer than a post."""

    def wants(event: Command | Mention, content: Content) -> bool:
        name, rest = content.command(event.text)
        return event.place.platform is not Platform.X and name == "actions" and (not verbs or _split(rest)[0] in verbs)

    return wants


def _split(rest: str) -> tuple[str, str]:
    verb, _, named = rest.partition(" ")
    return verb.casefold(), named.strip()


def _named(event: Command | Mention, content: Content) -> str:
    """The number or key after `actions change`."""
    return _split(content.command(event.text)[1])[1]


@router.on(Command, asks("add", "new"))
@router.on(Mention, asks("add", "new"))
async def add_action(event: Command | Mention, ctx: Context) -> None:
    if await may(event, ctx, Deed.CHANGE_ACTIONS):
        await _open(event, ctx, action_form(Draft("", "", "")))


@router.on(Command, asks("change", "edit"))
@router.on(Mention, asks("change", "edit"))
async def change_action(event: Command | Mention, ctx: Context) -> None:
    if not await may(event, ctx, Deed.CHANGE_ACTIONS):
        return
    if entry := await _planned(event, ctx, _named(event, ctx.content)):
        await _open(event, ctx, action_form(draft_of(entry), f"action-change:{entry.version}:{entry.key}"))


@router.on(Command, asks("cancel", "remove"))
@router.on(Mention, asks("cancel", "remove"))
async def cancel_action(event: Command | Mention, ctx: Context) -> None:
    if not await may(event, ctx, Deed.CHANGE_ACTIONS):
        return
    if entry := await _planned(event, ctx, _named(event, ctx.content)):
        if not (await planning.unschedule(ctx.tx, ctx.content, ctx.now, _author(event), entry)).done:
            raise RacedError(entry.key)
        await _confirm(event, ctx, ctx.content.messages.action_cancelled, cancelled(entry))


@router.on(Command, asks())
@router.on(Mention, asks())
async def list_actions(event: Command | Mention, ctx: Context) -> None:
    entries = await _this_month(ctx)
    await ctx.reply(event, _listed(entries, event, ctx), private=isinstance(event, Command))


@router.on(FormSubmitted, form("action"))
async def take_action(event: FormSubmitted, ctx: Context) -> None:
    if not await may(event, ctx, Deed.CHANGE_ACTIONS):
        return
    draft, source = _draft(event), event.author.ref
    entry = queued(draft, ctx.content, tuple(ctx.rooms), ctx.now, key=event.key, source=source)
    if isinstance(entry, Entry):
        same = await _queued_already(ctx, entry)
        if same is None:
            await planning.put(ctx.tx, ctx.content, ctx.now, _author(event), entry)
            await ask(ctx.tx, team_of(ctx), entry, _author(event), ctx.now)
        await _confirm(event, ctx, ctx.content.messages.action_queued, same or entry)
    else:
        await _give_back(event, ctx, draft, _sentences(entry))


async def _queued_already(ctx: Context, entry: Entry) -> Entry | None:
    """The same words for the same time: a card of Teams can be sent twice."""
    await take_turn(ctx.tx, "queue")
    there = await ctx.tx.plan.list(kind=Kind.ACTION, since=entry.due, until=entry.due + timedelta(seconds=1))
    return next((it for it in there if it.bodies == entry.bodies and it.standing is not Standing.CANCELLED), None)


@router.on(FormSubmitted, lambda event, _: event.form.startswith("action-change:"))
async def take_change(event: FormSubmitted, ctx: Context) -> None:
    if not await may(event, ctx, Deed.CHANGE_ACTIONS):
        return
    version, _, key = event.form.partition(":")[2].partition(":")
    stored, draft = await ctx.tx.plan.get(key), _draft(event)
    if stored is None or str(stored.version) != version:
        await _give_back(event, ctx, draft, "Somebody has changed this action meanwhile. Look at the list first.")
        return
    entry = changed(stored, draft, ctx.content, ctx.now)
    if isinstance(entry, Entry):
        if not await planning.change(ctx.tx, ctx.content, ctx.now, _author(event), stored, entry):
            raise RacedError(key)
        await ask(ctx.tx, team_of(ctx), entry, _author(event), ctx.now)
        await _confirm(event, ctx, ctx.content.messages.action_changed, entry)
    else:
        await _give_back(event, ctx, draft, _sentences(entry))


@router.on(ButtonPressed, button("action-form"))
async def open_form_again(event: ButtonPressed, ctx: Context) -> None:
    if not await may(event, ctx, Deed.CHANGE_ACTIONS):
        return
    match unpacked(event.value):
        case [str(name), str(text), str(date), str(time), str(longer)]:
            await _open(event, ctx, action_form(Draft(text, date, time, longer), name))
        case _:
            await ctx.reply(event, say(ctx.content.messages.failed, event, ctx.content), private=True)


def action_form(draft: Draft, name: str = "action") -> Form:
    return Form(
        name,
        "Key action",
        (
            Input("text", "What people should do", "The hashtag is added.", draft.text, multiline=True),
            Input("date", "Date", DAY_HINT, draft.date),
            Input("time", "Time", TIME_HINT, draft.time),
            Input(
                "longer",
                "Longer text for Slack and Teams",
                "Leave it empty to use the same text everywhere.",
                draft.longer,
                multiline=True,
                optional=True,
            ),
        ),
    )


def _author(event: Event) -> Author:
    return Author(event.author.ref, event.author.name)


def _draft(event: FormSubmitted) -> Draft:
    return Draft(*(readable(event.values.get(name, "")) for name in ("text", "date", "time", "longer")))


async def _open(event: Event, ctx: Context, form: Form) -> None:
    value = _packed(form.form, Draft(*(field.value for field in form.fields)))
    words = "Press the button to fill in the form."
    await show_form(event, ctx, form, opener(words, "Open the form", "action-form", value))


def _packed(name: str, draft: Draft) -> str:
    return json.dumps([name, draft.text, draft.date, draft.time, draft.longer], ensure_ascii=False)


async def _give_back(event: FormSubmitted, ctx: Context, draft: Draft, problem: str) -> None:
    """Say what is wrong, and lose nothing of what was typed."""
    typed = "\n".join(field for field in (draft.text, draft.date, draft.time, draft.longer) if field)
    words = f"{say(ctx.content.messages.action_invalid, event, ctx.content, problem=problem)}\n\nYou wrote:\n{typed}"
    value = _packed(event.form, draft)
    again = opener(words, "Try again", "action-form", value) if len(value) <= LONGEST_VALUE else Text(words)
    await ctx.reply(event, again, private=True)


def _sentences(problems: Sequence[Problem]) -> str:
    return " ".join(map(str, problems))


async def _confirm(event: Event, ctx: Context, wording: Wording, entry: Entry) -> None:
    when = when_words(entry.due, ctx.content.zone)
    said = say(wording, event, ctx.content, when=when, text=entry.title, key=entry.tail)
    more = oddities(entry) if entry.standing is Standing.PLANNED else []
    if entry.standing is Standing.PLANNED and await is_held_up(ctx.tx, entry, ctx.approve):
        more.append(_WAITS)
    await ctx.reply(event, " ".join([said, *more]), private=True)


async def _planned(event: Event, ctx: Context, typed: str) -> Entry | None:
    """The planned action that somebody means. Where there is none they are told so; for nothing, the list."""
    listed = await _this_month(ctx)
    if not typed:
        await ctx.reply(event, _listed(listed, event, ctx), private=True)
        return None
    later = await ctx.tx.plan.list(kind=Kind.ACTION, since=ctx.now)
    entry = find(listed, typed) or (None if typed.isdecimal() else find(later, typed))
    if entry is not None and entry.standing in (Standing.PLANNED, Standing.HELD):
        return entry
    await ctx.reply(event, say(ctx.content.messages.action_unknown, event, ctx.content, key=typed), private=True)
    return None


async def _this_month(ctx: Context) -> Sequence[Entry]:
    """This month's actions on the campaign's calendar, in the order that their numbers count."""
    near = timedelta(days=32)
    entries = await ctx.tx.plan.list(kind=Kind.ACTION, since=ctx.now - near, until=ctx.now + near)
    return [entry for entry in entries if entry.wall.startswith(_month(ctx))]


def _month(ctx: Context) -> str:
    return f"{ctx.now.astimezone(ctx.content.zone):%Y-%m}"


def _listed(entries: Sequence[Entry], event: Event, ctx: Context) -> str:
    content, month = ctx.content, _month(ctx)
    if not entries:
        return say(content.messages.actions_none, event, content, month=month_words(month))
    lines = "\n".join(_line(number, entry, event, content) for number, entry in enumerate(entries, start=1))
    focus = next((plan.focus for plan in content.actions if plan.month == month), content.campaign.name)
    return say(content.messages.actions_list, event, content, month=month_words(month), focus=focus, lines=lines)


def _line(number: int, entry: Entry, event: Event, content: Content) -> str:
    """One action. The key stays the same when others are added; the number may not."""
    standing = f"{_SHOWN[entry.standing]}, key {entry.tail}"
    when = when_words(entry.due, content.zone)
    return say(
        content.messages.action_line, event, content, number=number, when=when, text=entry.title, standing=standing
    )
