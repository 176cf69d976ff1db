"""Steers a running chat: for organisers, moderators, and those who lead it."""

from datetime import timedelta

from bot.context import Context
from bot.core.bodies import Form, Input, Text
from bot.core.chat import may_lead
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention, Platform
from bot.core.feedback import readable
from bot.core.live import Sheet, current, name_of, words_of
from bot.core.live_words import (
    ACTION,
    ASK_TO_END,
    MORE_MINUTES,
    buttons,
    end_button,
    is_press,
    is_slip,
    read_button,
    read_press,
)
from bot.core.policy import Deed
from bot.core.steering import Press, Stays, Verb
from bot.routing import Router, button
from bot.services import unsent
from bot.services.hosting import Host, all_sheets, described, find_sheet, press, version_of
from handlers.say import opener, say, show_form
from handlers.where import tell_where

router = Router()

FORM = "chat-words"
_WITHIN = timedelta(minutes=10)
"""A timetable that comes later is wrong by then."""


def steers(event: Command | Mention, content: Content) -> bool:
    """`chat`, then a control. Not on X: everybody would read it."""
    name, rest = content.command(event.text)
    return event.place.platform is not Platform.X and name == "chat" and bool(rest) and is_press(rest)


def asks_for_chat(event: Command | Mention, content: Content) -> bool:
    return content.command(event.text) == ("chat", "")


def slips(event: Command | Mention, content: Content) -> bool:
    name, rest = content.command(event.text)
    return event.place.platform is not Platform.X and name == "chat" and bool(rest) and is_slip(rest)


async def is_host(event: Event, ctx: Context) -> bool:
    """Anybody else's “chat start” asks when it is."""
    sheet = current(await all_sheets(ctx.tx, ctx.now), ctx.now)
    return may_host(event, ctx, sheet) if sheet else ctx.roles.may(event.author, Deed.LEAD_CHAT)


@router.on(Command, steers)
@router.on(Mention, steers)
@router.on(Command, slips, only_if=is_host)
@router.on(Mention, slips, only_if=is_host)
async def take_command(event: Command | Mention, ctx: Context) -> None:
    try:
        wanted = read_press(ctx.content.command(event.text)[1])
        # What has gone wrong is often seen after the end.
        sheet = await find_sheet(ctx.tx, ctx.now, begun=wanted is not None and wanted.verb is Verb.HIDE)
        if not await _may(event, ctx, sheet):
            return
        if wanted is not None and wanted.verb in (Verb.INSERT, Verb.EDIT) and not wanted.text:
            await _ask_for_words(event, ctx, sheet, wanted)
        else:
            await _obey(event, ctx, sheet, wanted)
    except Stays as why:
        await _answer(event, ctx, Text(str(why)))


@router.on(FormSubmitted, lambda event, _: event.form.startswith(f"{FORM}:"))
async def take_words(event: FormSubmitted, ctx: Context) -> None:
    """The words of a question that is added or changed."""
    try:
        verb, chat_id, version, target = read_button(event.form.partition(":")[2])
        sheet = await find_sheet(ctx.tx, ctx.now, chat_id)
        if await _may(event, ctx, sheet):
            words = " ".join(readable(event.values.get("text", "")).split())
            await _obey(event, ctx, sheet, Press(Verb(verb), target, words), version)
    except Stays as why:
        await _answer(event, ctx, Text(str(why)))


@router.on(Command, asks_for_chat)
@router.on(Mention, asks_for_chat)
async def show_chat(event: Command | Mention, ctx: Context) -> None:
    """To a host, what can be done; to everybody else, where the chat is."""
    sheet = current(await all_sheets(ctx.tx, ctx.now), ctx.now)
    if sheet is not None and event.place.platform is not Platform.X and may_host(event, ctx, sheet):
        await show_panel(event, ctx, sheet)
    else:
        await tell_where(event, ctx)


@router.on(ButtonPressed, button(ACTION))
async def take_press(event: ButtonPressed, ctx: Context) -> None:
    try:
        verb, chat_id, version, target = read_button(event.value)
        sheet = await find_sheet(ctx.tx, ctx.now, chat_id)
        if not await _may(event, ctx, sheet):
            return
        if verb == ASK_TO_END:
            await _ask_to_end(event, ctx, sheet, version)
        elif verb in (Verb.INSERT, Verb.EDIT):
            await _ask_for_words(event, ctx, sheet, Press(Verb(verb), target))
        else:
            minutes = MORE_MINUTES if verb == Verb.EXTEND else 0
            await _obey(event, ctx, sheet, Press(Verb(verb), target, minutes=minutes), version)
    except Stays as why:
        await _answer(event, ctx, Text(str(why)))


@router.on(ButtonPressed, button(unsent.ACTION))
async def decide_late(event: ButtonPressed, ctx: Context) -> None:
    """Something of the chat did not go out: it is sent after all, or put away."""
    what, _, row = event.value.partition(" ")
    try:
        sheet = await find_sheet(ctx.tx, ctx.now, row.removeprefix("chat:").rpartition(":")[0])
    except Stays as why:
        await _answer(event, ctx, Text(str(why)))
        return
    if await _may(event, ctx, sheet):
        said = await unsent.decide(ctx.tx, what, row, Host(event.author.ref, event.author.name), ctx.now)
        await _answer(event, ctx, Text(said))


async def show_panel(event: Event, ctx: Context, sheet: Sheet, said: str = "") -> None:
    lines = await described(ctx.tx, sheet, ctx.now, ctx.content)
    shown = buttons(sheet, await version_of(ctx.tx, sheet), ctx.now)
    await _answer(event, ctx, Text("\n".join([said, *lines] if said else lines), buttons=shown))


def may_host(event: Event, ctx: Context, sheet: Sheet) -> bool:
    chat, author = ctx.content.chats.get(sheet.chat_id), event.author
    leads = chat is not None and may_lead(chat, author.ref, ctx.content, ctx.now)
    return leads or ctx.roles.may(author, Deed.LEAD_CHAT)


async def _may(event: Event, ctx: Context, sheet: Sheet) -> bool:
    if may_host(event, ctx, sheet):
        return True
    await refuse(event, ctx)
    return False


async def refuse(event: Event, ctx: Context) -> None:
    """With their id, which in Teams nobody finds by themselves: it is what the chat's file wants of who leads it."""
    words = say(ctx.content.messages.refused, event, ctx.content, role="host")
    await _answer(event, ctx, Text(f"{words}\nYour id, for the file of a chat that you lead: {event.author.ref}"))


async def _obey(event: Event, ctx: Context, sheet: Sheet, wanted: Press | None, version: int | None = None) -> None:
    """Do it and show the new timetable, or say why not and show the present one."""
    said = ""
    if wanted is not None:
        host = Host(event.author.ref, event.author.name)
        try:
            done = await press(ctx.tx, wanted, host, ctx.content, ctx.now, chat_id=sheet.chat_id, version=version)
            sheet, said = done.sheet, done.said
        except Stays as why:
            said = f"Nothing was changed. {why}{_given_back(wanted)}"
    await show_panel(event, ctx, sheet, said)


def _given_back(wanted: Press) -> str:
    """What somebody wrote, of which there may be no other copy."""
    return f"\nYou wrote: {wanted.text}" if wanted.text else ""


async def _ask_to_end(event: ButtonPressed, ctx: Context, sheet: Sheet, version: int) -> None:
    words = "Shall the wrap go out now, and nothing else of this chat?"
    await _answer(event, ctx, Text(words, buttons=(end_button(sheet, version),)))


async def _ask_for_words(event: Command | Mention | ButtonPressed, ctx: Context, sheet: Sheet, wanted: Press) -> None:
    """A form, or where Slack opens none, a button that does. It belongs to the present timetable."""
    entry = sheet.coming(wanted.target)
    if wanted.verb is Verb.EDIT and entry is None:
        await _obey(event, ctx, sheet, wanted)  # which says why it cannot be changed
        return
    value = f"{wanted.verb} {sheet.chat_id} {await version_of(ctx.tx, sheet)} {wanted.target}".strip()
    hint = "Without its number and hashtag: the bot adds both."
    title = f"Change {name_of(entry)}" if entry else "One more question"
    box = Input("text", "The question", hint, words_of(entry) if entry else "", multiline=True)
    form = Form(f"{FORM}:{value}", title, (box,), submit="Save")
    await show_form(event, ctx, form, opener("Press the button to write the question.", "Write it", ACTION, value))


async def _answer(event: Event, ctx: Context, body: Text) -> None:
    await ctx.reply(event, body, private=True, within=_WITHIN)
