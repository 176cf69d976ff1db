"""Keeps what people say back, and gives them a receipt."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.context import Context
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention
from bot.core.feedback import Consent, Feedback, Source, consent_of, readable, said_in
from bot.core.outbox import Form, Input
from bot.routing import Router, button, form
from handlers.say import opener, say, show_form

router = Router()

_CONSENTS = (("no", "No"), ("unnamed", "Yes, without my name"), ("named", "Yes, with my name"))
NOTHING_MORE: Mapping[str, str] = MappingProxyType({})


def is_feedback(event: Command | Mention, content: Content) -> bool:
    return said_in(event.text, event.place.platform, content) is not None


@router.on(Command, is_feedback)
@router.on(Mention, is_feedback)
async def take_feedback(event: Command | Mention, ctx: Context) -> None:
    if text := said_in(event.text, event.place.platform, ctx.content):
        await _keep(event, ctx, text)
    else:
        await _ask(event, ctx)


@router.on(ButtonPressed, button("feedback"))
async def open_feedback_form(event: ButtonPressed, ctx: Context) -> None:
    await _ask(event, ctx)


@router.on(FormSubmitted, form("feedback"))
async def take_feedback_form(event: FormSubmitted, ctx: Context) -> None:
    if text := readable(event.values.get("text", "")):
        await _keep(event, ctx, text, event.values)
    else:
        await _ask(event, ctx)


async def _ask(event: Event, ctx: Context) -> None:
    words = say(ctx.content.messages.feedback_empty, event, ctx.content)
    await show_form(event, ctx, feedback_form(ctx.content, event), opener(words, "Give feedback", "feedback", "form"))


async def _keep(event: Event, ctx: Context, text: str, values: Mapping[str, str] = NOTHING_MORE) -> None:
    number = await ctx.tx.feedback.add(
        Feedback(
            key=event.key,
            at=event.at,
            source=Source(event.author.platform),
            author=event.author,
            text=text,
            prompt=readable(values.get("prompt", "")),
            region=readable(values.get("region", "")),
            role=readable(values.get("role", "")),
            consent=consent_of(values.get("may_quote", "")),
            contact=readable(values.get("contact", "")),
        )
    )
    thanks = say(ctx.content.messages.feedback_thanks, event, ctx.content, number=number)
    await ctx.reply(event, thanks, private=True, part="receipt")


def feedback_form(content: Content, event: Event) -> Form:
    messages = content.messages
    return Form(
        "feedback",
        "Give feedback",
        (
            Input("text", "Your feedback", hint=say(messages.feedback_hint, event, content), multiline=True),
            Input("may_quote", "May we quote you?", value=Consent.NO, options=_CONSENTS),
            Input("region", "Your region or nation", optional=True),
            Input("role", "Your role", hint="For example librarian, student or nurse.", optional=True),
            Input("contact", "Your e-mail, if you would like an answer", optional=True),
        ),
        intro=say(messages.feedback_intro, event, content),
    )
