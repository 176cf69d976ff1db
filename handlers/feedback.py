"""Keeps what people say back, and gives them a receipt."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import OSA

from bot.context import Context
from bot.core.bodies import Button, Form, Input, Text
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention, Person, Platform
from bot.core.feedback import Consent, Feedback, Source, filled_in, readable, said_in
from bot.core.personal import all_of, cleaned, held_in, kinds
from bot.core.policy import Deed
from bot.core.privacy import taken_back_note
from bot.core.words import parted
from bot.routing import Router, button, form
from bot.services.rounds import keep_answer
from bot.services.said_done import take_back
from handlers.say import LONGEST_VALUE, given_back, opener, say, show_form, unpacked

router = Router()

CHOSEN, NOTED = "once", "message"
"""Fields that say which words somebody chooses about: with something personal in them, or in a marked message."""
_KINDS = {NOTED: "noted", CHOSEN: "chosen"}
_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_THEIRS = re.compile(r"all|and|everything|feedback|it|mine|my|no|number|of|please|that|the|them|this|[1-9]\d{0,8}")
"""Words with which somebody says that what they said is to be deleted: with any other it is about something else."""
_SHORT = 5
"""Letters: in a word of so few, or fewer, none may be wrong, for it may be another word."""
_CONSENTS = (("no", "No"), ("unnamed", "Yes, without my name"), ("named", "Yes, with my name"))


def is_feedback(event: Command | Mention, content: Content) -> bool:
    return said_in(event.text, event.place.platform, content) is not None


def takes_back(event: Command | Mention, content: Content) -> bool:
    return _numbers(event.text, content) is not None


def _numbers(text: str, content: Content) -> Sequence[str] | None:
    """12 for `feedback delete 12` or “please delete my feedback 12”, and none where nothing says which.

    None for anything else: “feedback delete the 12 posters” is feedback.
    """
    name, rest = ("feedback", parted(text)[1]) if _misspells(text, content) else content.command(text)
    said = re.findall(r"\w+", rest.casefold())
    if said[:1] == ["please"]:
        del said[0]
    meant = name == "feedback" or "feedback" in said
    if not meant or said[:1] not in (["delete"], ["remove"]) or not all(map(_THEIRS.fullmatch, said[1:])):
        return None
    return [word for word in said if _NUMBER.fullmatch(word)]


@router.on(Command, takes_back)
@router.on(Mention, takes_back)
async def take_feedback_back(event: Command | Mention, ctx: Context) -> None:
    numbers = _numbers(event.text, ctx.content) or ()
    if len(numbers) == 1:
        await take_back_theirs(event, ctx, int(numbers[0]))
    else:
        await ctx.reply(event, say(ctx.content.messages.feedback_which, event, ctx.content), private=True)


@router.on(ButtonPressed, button("feedback-delete"))
async def take_back_by_button(event: ButtonPressed, ctx: Context) -> None:
    number = int(event.value) if _NUMBER.fullmatch(event.value) else 0
    await take_back_theirs(event, ctx, number)


async def take_back_theirs(event: Event, ctx: Context, number: int) -> None:
    """Whether a number is somebody else's or nobody's is the same answer."""
    messages = ctx.content.messages
    words = messages.feedback_deleted if await _delete_own(event, ctx, number) else messages.feedback_not_theirs
    await ctx.reply(event, say(words, event, ctx.content, number=number), private=True)


async def _delete_own(event: Event, ctx: Context, number: int) -> bool:
    deleted = await take_back(ctx.tx, number, event.author.ref, ctx.now)
    if deleted:
        await ctx.tx.audit.add(ctx.now, event.author.ref, "feedback delete", str(number))
    return deleted


@router.on(Command, is_feedback)
@router.on(Mention, is_feedback)
async def take_feedback(event: Command | Mention, ctx: Context) -> None:
    if text := said_in(event.text, event.place.platform, ctx.content):
        await take(event, ctx, {"text": text})
    else:
        await _ask(event, ctx)


def misspells(event: Command | Mention, content: Content) -> bool:
    """`fedback The chat was great`. A question that begins so is one."""
    return _misspells(event.text, content) and "?" not in event.text


def _misspells(text: str, content: Content) -> bool:
    first = parted(text)[0].lstrip("#/").rstrip(":,.-!").casefold()
    long = (word.casefold() for word in content.campaign.commands.feedback if len(word) > _SHORT)
    return any(OSA.distance(first, word) == 1 for word in long)


async def is_no_moderator(event: Event, ctx: Context) -> bool:
    """They may have misspelt an order about feedback, which is none."""
    return not ctx.roles.may(event.author, Deed.READ_FEEDBACK)


@router.on(Command, misspells, only_if=is_no_moderator)
@router.on(Mention, misspells, only_if=is_no_moderator)
async def take_misspelt(event: Command | Mention, ctx: Context) -> None:
    if text := readable(parted(event.text)[1]):
        await take(event, ctx, {"text": text})
    else:
        await _ask(event, ctx)


@router.on(ButtonPressed, button("feedback"))
async def open_feedback_form(event: ButtonPressed, ctx: Context) -> None:
    await _ask(event, ctx)


@router.on(FormSubmitted, form("feedback"))
async def take_feedback_form(event: FormSubmitted, ctx: Context) -> None:
    if readable(event.values.get("text", "")):
        await take(event, ctx, event.values)
    else:
        await _ask(event, ctx)


@router.on(ButtonPressed, button("feedback-keep"))
async def keep_as_chosen(event: ButtonPressed, ctx: Context) -> None:
    """What the author chose to send, once they had been told what is personal in it."""
    values = carried(event)
    if readable(values.get("text", "")):
        await _keep(event, ctx, values)


def carried(event: ButtonPressed) -> Mapping[str, str]:
    """The fields in a button of ours; none in one that is not ours."""
    values = unpacked(event.value)
    return {name: value for name, value in values.items() if isinstance(value, str)} if isinstance(values, dict) else {}


async def _ask(event: Event, ctx: Context) -> None:
    words = say(ctx.content.messages.feedback_empty, event, ctx.content)
    await show_form(event, ctx, feedback_form(ctx.content, event), opener(words, "Give feedback", "feedback", "form"))


async def take(event: Event, ctx: Context, values: Mapping[str, str]) -> None:
    """Keep it as what the fields say; where there is something personal in it, offer to keep it without.

    On X, where it is public and there are no buttons, ours is without.
    """
    said = {**values, "text": readable(values["text"])}
    held = held_in(said, ctx.now.astimezone(ctx.content.zone).date())
    if not held or event.place.platform is Platform.X:
        await _keep(event, ctx, cleaned(said, held))
        return
    found = kinds(all_of(held))
    question = say(ctx.content.messages.feedback_personal, event, ctx.content, found=found)
    said = {**said, CHOSEN: event.key}
    choices = [("Send without it", cleaned(said, held)), ("Send it as it is", said)]
    buttons = [Button(label, "feedback-keep", json.dumps(given, ensure_ascii=False)) for label, given in choices]
    if all(len(one.value) <= LONGEST_VALUE for one in buttons):
        asked = Text(question, buttons=tuple(buttons))
    else:
        typed = isinstance(event, Command | FormSubmitted)
        asked = Text(given_back(question, said["text"]) if typed else question)
    await ctx.reply(event, asked, private=True, part="personal")


async def _keep(event: Event, ctx: Context, values: Mapping[str, str]) -> None:
    key = _key(event, values)
    # X is read once more from where a backup was, also what its author deleted since.
    if event.place.platform is Platform.X and await ctx.tx.ledger.recall(taken_back_note(key)) is not None:
        return
    feedback = filled_in(values, key=key, at=event.at, source=Source(event.author.platform), author=event.author)
    if key != event.key:
        await _forget_other_choice(event, ctx, feedback)
    number = await keep_answer(ctx.tx, feedback, values.get("answers", ""))
    thanks = say(ctx.content.messages.feedback_thanks, event, ctx.content, number=number)
    delete = Button("Delete mine", "feedback-delete", str(number))
    await ctx.reply(event, Text(thanks, buttons=(delete,)), private=True, part="receipt")


def _key(event: Event, values: Mapping[str, str]) -> str:
    """Kept once, however often a button is pressed, or a form of Teams, which stays where it is, sent as it was."""
    if choice := chosen_key(event.author, values):
        return choice
    if isinstance(event, FormSubmitted) and event.place.platform is Platform.TEAMS:
        sent = json.dumps([event.place.thread, event.form, sorted(values.items())])
        return f"sent:{event.author.ref}:{hashlib.sha256(sent.encode()).hexdigest()[:32]}"
    return event.key


def chosen_key(author: Person, values: Mapping[str, str]) -> str:
    """The same for all buttons about the same words, pressed however often; empty where there was no choice."""
    return next((f"{kind}:{author.ref}:{values[of]}" for of, kind in _KINDS.items() if of in values), "")


async def _forget_other_choice(event: Event, ctx: Context, last: Feedback) -> None:
    """The last choice counts: what was kept by an earlier one is deleted, unless that was the same."""
    number = await ctx.tx.feedback.number_of(last.key)
    kept = await ctx.tx.feedback.get(number) if number else None
    if kept and _choice(kept) != _choice(last):
        await _delete_own(event, ctx, number)


def _choice(feedback: Feedback) -> tuple[object, ...]:
    return feedback.text, feedback.consent, feedback.region, feedback.role, feedback.contact


def feedback_form(
    content: Content, event: Event, *, name: str = "feedback", label: str = "Your feedback", intro: str = ""
) -> Form:
    messages = content.messages
    return Form(
        name,
        "Give feedback",
        (
            Input("text", label, hint=say(messages.feedback_hint, event, content), multiline=True),
            Input("may_quote", "May we quote you?", value=Consent.NO, options=_CONSENTS),
            Input("region", "Your region or nation", optional=True),
            Input("role", "Your role", hint="For example librarian, student or nurse.", optional=True),
            Input("contact", "Your e-mail, if you would like an answer", optional=True),
        ),
        intro=intro or say(messages.feedback_intro, event, content),
    )
