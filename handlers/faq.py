"""Answers questions from the FAQ, asks back when it is not sure, and says so when it does not know."""

from dataclasses import replace
from typing import assert_never

from bot.context import Context
from bot.core.answers import Answer, Known, Suggestions, Unknown
from bot.core.asked import Asked, Outcome, day_of, impersonal
from bot.core.content import Content, FaqEntry
from bot.core.events import ButtonPressed, Command, Event, Mention, Platform
from bot.core.outbox import Button, Text
from bot.routing import Router, button
from handlers.person import person_buttons
from handlers.say import say

router = Router()


@router.on(Mention)
async def answer_question(event: Mention, ctx: Context) -> None:
    await ctx.reply(event, await _reply(event, ctx))


@router.on(Command)
async def answer_privately(event: Command, ctx: Context) -> None:
    await ctx.reply(event, await _reply(event, ctx), private=True)


@router.on(ButtonPressed, button("faq"))
async def answer_choice(event: ButtonPressed, ctx: Context) -> None:
    # The entry may have been taken out since the button was shown.
    entry = _entry(event.value, ctx.content)
    await ctx.reply(event, worded(Known(entry, 1.0) if entry else Unknown(), event, ctx.content), private=True)


async def _reply(event: Mention | Command, ctx: Context) -> Text:
    content = ctx.content
    name, rest = content.command(event.text)
    before = _entry(await ctx.tx.ledger.recall(_thread(event)) or "", content)
    answer = await ctx.answers.best(event.text, content, after=before.question if before else "")
    if isinstance(answer, Known) and event.place.thread:
        # The entry and not the question: what people write is kept nowhere but where they wrote it.
        await ctx.tx.ledger.remember(_thread(event), (answer.also or (answer.entry,))[-1].id)
    if isinstance(answer, Unknown) and name == "help" and rest:
        return Text(say(content.messages.help, event, content))
    asked = await ctx.tx.asked.add(_noted(event.text, answer, ctx))
    text = worded(answer, event, content)
    return text if isinstance(answer, Known) else replace(text, buttons=_or_a_person(text, event, ctx, asked))


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


def _or_a_person(text: Text, event: Event, ctx: Context, asked: int) -> tuple[Button, ...]:
    return (*text.buttons, *person_buttons(event, ctx, asked))


def _thread(event: Event) -> str:
    place = event.place
    return f"faq:{place.platform}:{place.workspace}:{place.channel}:{place.thread}"


def _entry(id: str, content: Content) -> FaqEntry | None:
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
            return Text(say(messages.faq_unknown, event, content))
        case _:
            assert_never(answer)


def _answer(entry: FaqEntry, event: Event, content: Content) -> str:
    words = entry.short if event.place.platform is Platform.X else entry.answer
    wording = content.messages.faq_answer
    return say(wording, event, content, answer=words, source=entry.source, link=entry.link or "")
