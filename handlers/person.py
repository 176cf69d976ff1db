"""Ask a person: a question that the FAQ does not answer goes to the asker's library lead, and the answer comes back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.context import Context
from bot.core.asked import impersonal
from bot.core.bodies import PLACE_JSON, Button, Form, Input, Text
from bot.core.content import Content, Region
from bot.core.dated import dated, read_dated
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention, Person, Place, Platform
from bot.core.feedback import readable
from bot.core.personal import Personal, kinds, personal_in, without
from bot.core.policy import Role
from bot.core.question_words import line
from bot.core.questions import (
    LONGEST,
    Question,
    answer_place,
    answered,
    answers_for,
    region_of,
    regions_for,
    take,
)
from bot.core.wording import Wording
from bot.routing import Filter, Router, button
from bot.services.asking import ANSWER, ANSWER_PART, TAKE, write_to_asker, write_to_people
from handlers.say import LONGEST_VALUE, may, opener, say

router = Router()

ASK = "ask-person"
_MOST_WAITING = 3
"""Questions of one asker that wait at a time: library leads have other work too."""
_TYPED = 2
"""Questions that a text may answer, each with a button: Teams shows six, and four may stand there already."""
_SHOWN = 40
"""Questions in the moderators' list: with many more, Teams does not take it."""
_LISTED = 5
"""Questions with a button of their own there; Teams shows six buttons."""


def person_buttons(event: Event, ctx: Context, asked: str, after: str = "") -> tuple[Button, ...]:
    """The button that leads to a person, where there is one to ask.

    `asked` is the number of what was asked, `after` the entry from which it went on.
    """
    if event.place.platform is Platform.X or not regions_for(ctx.content, event.author):
        return ()
    value = f"{asked} {after}".rstrip()
    return (Button(ctx.content.messages.person_button.on(event.place.platform), ASK, value),)


def form_about(prefix: str) -> Filter:
    """Takes a form whose name goes on with what it is about: `ask-person:17`."""

    def wants(event: FormSubmitted, _: Content) -> bool:
        return event.form.startswith(f"{prefix}:")

    return wants


# ---- The asker


@router.on(ButtonPressed, button(ASK))
async def ask_whom(event: ButtonPressed, ctx: Context) -> None:
    """Show the form. In Teams it is filled in elsewhere, so the place where it was asked for is kept until then."""
    asked, _, after = event.value.partition(" ")
    where = answer_place(event.place, event.author)
    asking = f"{asked} {PLACE_JSON.dump_json(where).decode()}"
    await ctx.tx.ledger.remember(_asking(event.author, ctx), dated(asking, ctx.now))
    await ctx.open_form(event, await _form(event, ctx, asked, await _whole(asked, after, ctx)))


async def _whole(asked: str, after: str, ctx: Context) -> str:
    """What was asked, with what it went on from: nobody can answer "and for students?" alone."""
    found = await ctx.tx.asked.get(_number(asked))
    before = next((f"{entry.question} " for entry in ctx.content.faq if found and entry.id == after), "")
    return f"{before}{found.text}" if found else ""


@router.on(FormSubmitted, form_about(ASK))
async def pass_on(event: FormSubmitted, ctx: Context) -> None:
    asked, messages = event.form.partition(":")[2], ctx.content.messages
    said = readable(event.values.get("question", ""))
    found = personal_in(said, ctx.now.astimezone(ctx.content.zone).date())
    text = without(said, found)
    region = region_of(ctx.content, event.values.get("region", ""))
    if region is None or not text or len(text) > LONGEST:
        words = _too_long(event, ctx) if len(text) > LONGEST else say(messages.person_incomplete, event, ctx.content)
        label = messages.person_button.on(event.place.platform)
        await ctx.reply(event, opener(words, label, ASK, asked), private=True)
        return
    await _remember_region(event, ctx, region)
    waiting = [one for one in await ctx.tx.questions.waiting() if one.asker.ref == event.author.ref]
    # In Teams a form stays where it was, and can be sent again.
    if same := next((one for one in waiting if (one.text, one.region) == (text, region.id)), None):
        await _receipt(event, ctx, same, region, found)
        return
    if len(waiting) >= _MOST_WAITING:
        await ctx.reply(event, say(messages.person_many, event, ctx.content), private=True)
        return
    question = await _kept(event, ctx, text, region)
    if await write_to_people(ctx, question, region, messages.person_question):
        await _receipt(event, ctx, question, region, found)
    else:
        await ctx.reply(event, say(messages.person_late, event, ctx.content, question=text), private=True)


async def _kept(event: FormSubmitted, ctx: Context, text: str, region: Region) -> Question:
    question = Question(
        key=event.key,
        at=ctx.now,
        asker=event.author,
        place=await _asked_in(event, ctx),
        text=text,
        region=region.id,
        next_at=ctx.now + timedelta(hours=ctx.content.campaign.ask_person.remind_after),
    )
    return replace(question, number=await ctx.tx.questions.add(question))


async def _receipt(
    event: Event, ctx: Context, question: Question, region: Region, left_out: Sequence[Personal]
) -> None:
    messages = ctx.content.messages
    words = say(messages.person_asked, event, ctx.content, number=question.number, region=region.name)
    if left_out:
        words = f"{words} {say(messages.person_left_out, event, ctx.content, found=kinds(left_out))}"
    await ctx.reply(event, words, private=True, part="receipt")


async def _form(event: Event, ctx: Context, asked: str, text: str) -> Form:
    messages, regions = ctx.content.messages, regions_for(ctx.content, event.author)
    _, known = read_dated(await ctx.tx.ledger.recall(_region(event.author, ctx)) or "")
    return Form(
        f"{ASK}:{asked}",
        "Ask a person",
        (
            Input(
                "question",
                "Your question",
                hint=say(messages.feedback_hint, event, ctx.content),
                value=text,
                multiline=True,
                most=LONGEST,
            ),
            Input("region", "Your region", value=known, options=tuple((region.id, region.name) for region in regions)),
            Input(
                "remember",
                "Shall I remember your region for the next time?",
                value="yes" if known else "no",
                options=(("no", "No"), ("yes", "Yes")),
            ),
        ),
        intro=say(messages.person_intro, event, ctx.content),
    )


async def _remember_region(event: FormSubmitted, ctx: Context, region: Region) -> None:
    """With consent, under a name that does not say whose it is; without, what was remembered is forgotten."""
    if event.values.get("remember") == "yes":
        await ctx.tx.ledger.remember(_region(event.author, ctx), dated(region.id, ctx.now))
    else:
        await ctx.tx.ledger.forget(_region(event.author, ctx))


async def _asked_in(event: FormSubmitted, ctx: Context) -> Place:
    _, note = read_dated(await ctx.tx.ledger.recall(_asking(event.author, ctx)) or "")
    await ctx.tx.ledger.forget(_asking(event.author, ctx))
    number, _, place = note.partition(" ")
    theirs = place and number == event.form.partition(":")[2]
    return PLACE_JSON.validate_json(place) if theirs else answer_place(event.place, event.author)


def _asking(person: Person, ctx: Context) -> str:
    return ctx.pseudonyms.note("asking", person)


def _region(person: Person, ctx: Context) -> str:
    return ctx.pseudonyms.note("region", person)


# ---- Who answers


@router.on(ButtonPressed, button(TAKE))
async def take_question(event: ButtonPressed, ctx: Context) -> None:
    question = await _theirs(event, ctx, event.value)
    if question is None:
        return
    taken = take(question, event.author, ctx.now, ctx.content.campaign.ask_person)
    if taken is None or not await ctx.tx.questions.change(taken):
        await _gone(event, ctx, question.number)
        return
    await ctx.tx.audit.add(ctx.now, event.author.ref, "question take", f"question:{question.number}")
    words = _filled(event, ctx, ctx.content.messages.person_taken, question)
    await ctx.reply(event, opener(words, "Answer", ANSWER, event.value), private=True)


@router.on(ButtonPressed, button(ANSWER))
async def open_answer(event: ButtonPressed, ctx: Context) -> None:
    number, _, typed = event.value.partition(" ")
    question = await _theirs(event, ctx, number)
    if question is None:
        return
    if not question.waits:
        await _gone(event, ctx, question.number)
        return
    if typed:
        await ctx.tx.asked.drop([impersonal(typed)])  # it was no question
    hint = say(ctx.content.messages.feedback_hint, event, ctx.content)
    box = Input("answer", "Your answer", hint=hint, value=typed, multiline=True, most=LONGEST)
    await ctx.open_form(event, Form(f"{ANSWER}:{number}", "Answer a question", (box,), intro=question.text))


@router.on(FormSubmitted, form_about(ANSWER))
async def pass_back(event: FormSubmitted, ctx: Context) -> None:
    question = await _theirs(event, ctx, event.form.partition(":")[2])
    text = readable(event.values.get("answer", ""))
    if question is None:
        return
    if not text or len(text) > LONGEST:
        again = _filled(event, ctx, ctx.content.messages.person_taken, question)
        words = _too_long(event, ctx) if text else again
        await ctx.reply(event, opener(words, "Answer", ANSWER, str(question.number)), private=True)
        return
    done = answered(question, event.author, text, ctx.now)
    if done is None or not await ctx.tx.questions.change(done):
        await _gone(event, ctx, question.number)
        return
    await ctx.tx.audit.add(ctx.now, event.author.ref, "question answer", f"question:{question.number}")
    await _deliver(done, ctx)
    messages = ctx.content.messages
    heard = messages.person_unheard if await ctx.has_stopped(question.asker) else messages.person_answered
    words = say(heard, event, ctx.content, number=question.number)
    await ctx.reply(event, words, private=True, part="receipt")


async def or_an_answer(said: Text, event: Mention | Command, ctx: Context) -> Text:
    """What is said to a text that the FAQ does not know. It may be an answer that a library lead typed instead of
    pressing a button: then with a button that takes it."""
    if not event.place.direct or not (waiting := await _waiting_for(event.author, ctx)):
        return said
    values = [(one.number, f"{one.number} {readable(event.text)}") for one in waiting[:_TYPED]]
    buttons = (
        Button(f"Answer {number}", ANSWER, value if len(value) <= LONGEST_VALUE else str(number))
        for number, value in values
    )
    words = say(ctx.content.messages.person_typed, event, ctx.content)
    return Text(f"{said.text}\n\n{words}", buttons=(*said.buttons, *buttons))


async def _waiting_for(person: Person, ctx: Context) -> Sequence[Question]:
    waiting = await ctx.tx.questions.waiting()
    theirs = [one for one in waiting if answers_for(region_of(ctx.content, one.region), person)]
    return [one for one in theirs if one.taken_by in ("", person.ref)]


async def _deliver(question: Question, ctx: Context) -> None:
    region = region_of(ctx.content, question.region)
    words = ctx.content.messages.person_answer.on(
        question.place.platform,
        question=question.text,
        answer=question.answer,
        region=region.name if region else "another region",
    )
    await write_to_asker(ctx, question, words, ANSWER_PART)


async def _theirs(event: ButtonPressed | FormSubmitted, ctx: Context, number: str) -> Question | None:
    """The question, for its region's people and for moderators; somebody else is told that it is not theirs."""
    question = await ctx.tx.questions.get(_number(number))
    if question is None:
        await _gone(event, ctx, _number(number))
        return None
    asked = answers_for(region_of(ctx.content, question.region), event.author)
    return question if asked or await may(event, ctx, Role.MODERATOR) else None


async def _gone(event: Event, ctx: Context, number: int) -> None:
    await ctx.reply(event, say(ctx.content.messages.person_gone, event, ctx.content, number=number), private=True)


def _filled(event: Event, ctx: Context, wording: Wording, question: Question) -> str:
    return say(wording, event, ctx.content, number=question.number, question=question.text)


def _too_long(event: Event, ctx: Context) -> str:
    return say(ctx.content.messages.person_long, event, ctx.content, most=f"{LONGEST:,}")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


# ---- Moderators


def wants_list(event: Command | Mention, content: Content) -> bool:
    return event.place.platform is not Platform.X and content.command(event.text) == ("questions", "")


@router.on(Command, wants_list)
@router.on(Mention, wants_list)
async def list_questions(event: Command | Mention, ctx: Context) -> None:
    if not await may(event, ctx, Role.MODERATOR):
        return
    questions = await ctx.tx.questions.waiting()
    if not questions:
        await ctx.reply(event, say(ctx.content.messages.questions_none, event, ctx.content), private=True)
        return
    shown = [line(question, ctx.content, ctx.now) for question in questions[:_SHOWN]]
    more = len(questions) - len(shown)
    lines = "\n".join([*shown, f"… and {more} more, which come up when these are answered"] if more else shown)
    words = say(ctx.content.messages.questions_list, event, ctx.content, count=len(questions), lines=lines)
    buttons = (Button(f"Answer {question.number}", ANSWER, str(question.number)) for question in questions[:_LISTED])
    # Directly: in a Teams channel everybody would read what people asked.
    await ctx.message(event, event.author, Text(words, buttons=tuple(buttons)), "questions")
