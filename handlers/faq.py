"""Answers questions from the FAQ, asks back when it is not sure, and says so when it does not know."""

from typing import assert_never

from bot.context import Context
from bot.core.answers import Answer, Known, Suggestions, Unknown, best
from bot.core.content import Content, FaqEntry
from bot.core.events import ButtonPressed, Command, Event, Mention, Platform
from bot.core.outbox import Button, Text
from bot.routing import Router, button
from handlers.say import say

router = Router()


@router.on(Mention)
async def answer_question(event: Mention, ctx: Context) -> None:
    answer = best(event.text, ctx.content)
    await ctx.reply(event, worded(answer, event, ctx.content))


@router.on(Command)
async def answer_privately(event: Command, ctx: Context) -> None:
    answer = best(event.text, ctx.content)
    await ctx.reply(event, worded(answer, event, ctx.content), private=True)


@router.on(ButtonPressed, button("faq"))
async def answer_choice(event: ButtonPressed, ctx: Context) -> None:
    # The entry may have been taken out since the button was shown.
    entry = next((entry for entry in ctx.content.faq if entry.id == event.value), None)
    answer = Known(entry, 1.0) if entry else Unknown()
    await ctx.reply(event, worded(answer, event, ctx.content), private=True)


def worded(answer: Answer, event: Event, content: Content) -> Text:
    """The reply to a question. X shows no buttons, so there only the closest entry is named."""
    messages = content.messages
    match answer:
        case Known(entry):
            return Text(_answer(entry, event, content))
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
