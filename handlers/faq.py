"""Answers questions from the FAQ, asks back when it is not sure, and says so when it does not know."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from bot.context import Context
from bot.core.answers import Answer, Known, Suggestions, Unknown, is_likely
from bot.core.answers.splitting import are_too_many, goes_on
from bot.core.asked import Asked, Outcome, day_of, impersonal
from bot.core.bodies import Button, Text
from bot.core.content import Content, FaqEntry
from bot.core.dated import dated, read_dated
from bot.core.events import ButtonPressed, Command, Event, Mention, Place, Platform
from bot.core.manners import is_order, is_rude
from bot.routing import Router, button
from handlers.person import or_an_answer, person_buttons
from handlers.say import say

router = Router()

_OR = "?"
"""Between an entry that was answered and one that was suggested; no id has it."""
_TALK = timedelta(minutes=30)
"""For so long a question that nobody else sees may lean on the one before it."""

_REFUSED = timedelta(days=1)
"""For so long X refuses the same words to the same person."""


@router.on(Mention)
async def answer_question(event: Mention, ctx: Context) -> None:
    reply = await _reply(event, ctx)
    if reply and event.place.platform is Platform.X:
        reply = await _in_words_that_x_takes(reply, event, ctx)
    if reply:
        await ctx.reply(event, reply)


async def _in_words_that_x_takes(reply: Text, event: Mention, ctx: Context) -> Text | None:
    """X refuses the same words to the same person for a day: the second time they are others, and then there are none,
    so that two bots do not go on for ever."""
    again = say(ctx.content.messages.faq_repeated, event, ctx.content)
    for words in (reply.text, again):
        note = ctx.pseudonyms.note("said", event.author, f"x {hashlib.sha256(words.encode()).hexdigest()[:32]}")
        at, _ = read_dated(await ctx.tx.ledger.recall(note) or "")
        if at is None or ctx.now - at > _REFUSED:
            await ctx.tx.ledger.remember(note, dated("", ctx.now))
            return replace(reply, text=words)
    return None


@router.on(Command)
async def answer_privately(event: Command, ctx: Context) -> None:
    if reply := await _reply(event, ctx):
        await ctx.reply(event, reply, private=True)


@router.on(ButtonPressed, button("faq"))
async def answer_choice(event: ButtonPressed, ctx: Context) -> None:
    id, _, asked = event.value.partition(" ")
    entry = entry_of(id, ctx.content)
    if entry is None:  # it was taken out since the button was shown
        unknown = worded(Unknown(), event, ctx.content)
        await ctx.reply(event, replace(unknown, buttons=person_buttons(event, ctx, asked)), private=True)
        return
    await _remember(event, ctx, entry.id)
    answer = worded(Known(entry, 1.0), event, ctx.content)
    await ctx.reply(event, _rateable(answer, [entry], asked or "0", event, ctx), private=True)


async def _reply(event: Mention | Command, ctx: Context) -> Text | None:
    """What to say; None when it is better to say nothing."""
    answered, suggested = await _talked(event, ctx)
    if answered or suggested:
        if is_order(event.text, ctx.content.manners.agreement):
            return await _agreed(event, ctx, suggested)
        if is_order(event.text, ctx.content.manners.refusal):
            return await _declined(event, ctx, answered)
    return await _found(event, ctx, answered)


async def _agreed(event: Mention | Command, ctx: Context, suggested: FaqEntry | None) -> Text | None:
    """Yes to "did you mean …?", or to "was this useful?", which X is not asked."""
    if suggested:
        return await _given(Known(suggested, 1.0), "0", event, ctx)
    on_x = event.place.platform is Platform.X
    return None if on_x else Text(say(ctx.content.messages.thanked, event, ctx.content))


async def _declined(event: Mention | Command, ctx: Context, answered: FaqEntry | None) -> Text:
    """No to one of these: it is no question, and no other guess would be better."""
    await _remember(event, ctx, answered.id if answered else "")
    unknown = replace(worded(Unknown(), event, ctx.content), buttons=person_buttons(event, ctx, "0"))
    return await or_an_answer(unknown, event, ctx)


async def _found(event: Mention | Command, ctx: Context, answered: FaqEntry | None) -> Text | None:
    content = ctx.content
    name, rest = content.command(event.text)
    before = answered.question if answered else ""
    # In a thread of its own: a sentence encoder would hold up everything else.
    answer = await asyncio.to_thread(ctx.answers.best_now, event.text, content, before)
    if isinstance(answer, Known):
        return _told_if_too_many(await _known(answer, event, ctx), answer, event, content)
    # "Where is the damn logo?" is a question.
    if is_rude(event.text, content.manners) and not is_likely(answer):
        return await _calm(event, ctx)
    if isinstance(answer, Unknown) and name == "help" and rest:
        return Text(say(content.messages.help, event, content))
    if isinstance(answer, Suggestions):
        await _remember(event, ctx, answered.id if answered else "", answer.entries[0].id)
    text = _told_if_too_many(worded(answer, event, content), answer, event, content)
    asked = str(await ctx.tx.asked.add(_noted(event.text, answer, ctx)))
    choices = (replace(button, value=f"{button.value} {asked}") for button in text.buttons)
    text = replace(text, buttons=(*choices, *person_buttons(event, ctx, asked, _begun(event, answered))))
    return await or_an_answer(text, event, ctx)


def _told_if_too_many(text: Text, answer: Answer, event: Mention | Command, content: Content) -> Text:
    """Who asks four things and more at once is not to take an answer for all of it. X has no room for more than one."""
    if not are_too_many(event.text):
        return text
    many = say(content.messages.faq_many, event, content)
    if isinstance(answer, Unknown):
        return replace(text, text=many)
    return text if event.place.platform is Platform.X else replace(text, text=f"{text.text}\n\n{many}")


async def _known(answer: Known, event: Mention | Command, ctx: Context) -> Text:
    asked = await ctx.tx.asked.add(_noted(event.text, answer, ctx))
    return await _given(answer, str(asked), event, ctx)


async def _given(answer: Known, asked: str, event: Mention | Command, ctx: Context) -> Text:
    entries = (answer.entry, *answer.also)
    await _remember(event, ctx, entries[-1].id)
    if not await _new_here(event, ctx, entries):
        words = say(ctx.content.messages.faq_again, event, ctx.content, question=entries[0].question)
        return Text(words, buttons=person_buttons(event, ctx, asked, _begun(event, entries[0])))
    return _rateable(worded(answer, event, ctx.content), entries, asked, event, ctx)


async def _calm(event: Event, ctx: Context) -> Text | None:
    """Once a day, to each person."""
    slot = ctx.pseudonyms.note("calm", event.author, f"{ctx.now:%Y-%m-%d}")
    first = await ctx.tx.ledger.first(slot, ctx.now)
    return Text(say(ctx.content.messages.calm, event, ctx.content)) if first else None


def _rateable(text: Text, entries: Sequence[FaqEntry], asked: str, event: Event, ctx: Context) -> Text:
    """With "Was this useful?", where there are buttons to answer it."""
    if event.place.platform is Platform.X:
        return text
    messages, about = ctx.content.messages, " ".join([asked, *(entry.id for entry in entries)])
    labels = {"useful": messages.useful_yes, "useless": messages.useful_no}
    buttons = (Button(say(label, event, ctx.content), action, about) for action, label in labels.items())
    asking = say(messages.useful, event, ctx.content)
    offered = (offer for entry in entries for offer in _offers(entry, asked, event, ctx))
    return replace(text, text=f"{text.text}\n\n{asking}", buttons=(*buttons, *offered))


def _offers(entry: FaqEntry, asked: str, event: Event, ctx: Context) -> tuple[Button, ...]:
    """What an entry leads to, beyond its words."""
    match entry.offers:
        case "signature" if ctx.content.campaign.signature is not None:
            return (Button(say(ctx.content.messages.signature_button, event, ctx.content), "signature", entry.id),)
        case "person":
            return person_buttons(event, ctx, asked)
        case _:
            return ()


def _noted(text: str, answer: Answer, ctx: Context) -> Asked:
    match answer:
        case Known(entry):
            outcome, id = Outcome.ANSWERED, entry.id
        case Suggestions(entries):
            outcome, id = Outcome.ASKED_BACK, entries[0].id
        case Unknown():
            outcome, id = Outcome.UNKNOWN, ""
        case _:
            assert_never(answer)
    return Asked(day_of(ctx.now), impersonal(text), outcome, id)


async def _new_here(event: Event, ctx: Context, entries: Sequence[FaqEntry]) -> bool:
    """Whether any of the answers is new to this person in this thread. A direct message is too long a memory."""
    if _alone(event.place):
        return True
    new = [await ctx.tx.ledger.first(_said(event, ctx, entry), ctx.now) for entry in entries]
    return any(new)


def _said(event: Event, ctx: Context, entry: FaqEntry) -> str:
    return ctx.pseudonyms.note("said", event.author, f"{_talk(event, ctx)} {entry.id}")


# What a follow-up leans on: the entry and not the question, for what people write is not kept with where they wrote it.


async def _remember(event: Event, ctx: Context, answered: str, suggested: str = "") -> None:
    """The entry that was answered here last, and one that was suggested since."""
    note = f"{answered}{_OR}{suggested}" if suggested else answered
    await ctx.tx.ledger.remember(_talk(event, ctx), dated(note, ctx.now))


async def _talked(event: Event, ctx: Context) -> tuple[FaqEntry | None, FaqEntry | None]:
    """The same; None where there is none, or a talk is over."""
    at, note = read_dated(await ctx.tx.ledger.recall(_talk(event, ctx)) or "")
    if _alone(event.place) and at and ctx.now - at > _TALK:
        return None, None
    answered, _, suggested = note.partition(_OR)
    return entry_of(answered, ctx.content), entry_of(suggested, ctx.content)


def _begun(event: Mention | Command, answered: FaqEntry | None) -> str:
    """The entry from which a message goes on, if it says that it does."""
    return answered.id if answered and goes_on(event.text) else ""


def _talk(event: Event, ctx: Context) -> str:
    """A thread, or somebody's talk with the bot alone as a whole."""
    place = event.place
    if _alone(place):
        return ctx.pseudonyms.note("faq", event.author)
    return f"faq:{place.platform}:{place.workspace}:{place.channel}:{place.thread}"


def _alone(place: Place) -> bool:
    """A direct message, or a slash command, whose answer its author alone sees."""
    return place.direct or not place.thread


def entry_of(id: str, content: Content) -> FaqEntry | None:
    return next((entry for entry in content.faq if entry.id == id), None)


def worded(answer: Answer, event: Event, content: Content) -> Text:
    """The reply to a question. X shows no buttons, so there only the closest entry is named."""
    messages = content.messages
    match answer:
        case Known(entry, _, also):
            # A post on X has room for one answer.
            entries = (entry,) if event.place.platform is Platform.X else (entry, *also)
            return Text("\n\n".join(_answer(entry, event, content) for entry in entries))
        case Suggestions(entries):
            text = say(messages.faq_suggest, event, content, question=entries[0].question)
            return Text(text, buttons=tuple(Button(entry.question, "faq", entry.id) for entry in entries))
        case Unknown():
            link = content.campaign.link_on_x(content.campaign.ask_person.link)
            return Text(say(messages.faq_unknown, event, content, link=link))
        case _:
            assert_never(answer)


def _answer(entry: FaqEntry, event: Event, content: Content) -> str:
    wording = content.messages.faq_answer
    if event.place.platform is Platform.X:
        link = content.campaign.link_on_x(entry.link)
        return say(wording, event, content, answer=entry.short, source=entry.source, link=link)
    return say(wording, event, content, answer=entry.answer, source=entry.source, link=entry.link or "")
