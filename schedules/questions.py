"""Looks after questions for a person: reminds, asks the fallback, and tells the asker when nobody answers."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.context import Context
from bot.core.bodies import Text
from bot.core.content import Region
from bot.core.events import Person, Platform
from bot.core.outbox import State
from bot.core.questions import Question, Step, asked_key, direct, next_step, passed_over, region_of
from bot.core.schedule import WorkingHours
from bot.routing import Schedule
from bot.services.asking import (
    ANSWER_PART,
    DIRECT_PART,
    is_undelivered,
    last_written,
    write_to_asker,
    write_to_people,
)
from bot.services.people import tell_each
from schedules.planning import nightly

SCHEDULE = Schedule()
_LATELY = timedelta(days=7)
"""For so long it is looked whether an answer arrived: longer than any post is tried."""


@SCHEDULE.on(lambda content: WorkingHours(content.zone))
async def look_after_questions(_: datetime, ctx: Context) -> None:
    for question in await ctx.tx.questions.due(ctx.now):
        moved = next_step(question, ctx.now, ctx.content.campaign.ask_person)
        if moved is not None and await ctx.tx.questions.change(moved):
            await _tell(moved, ctx)
    for question in await ctx.tx.questions.waiting():
        await _pass_over(question, ctx)
    for question in await ctx.tx.questions.answered():
        if question.answered_at is not None and ctx.now - question.answered_at < _LATELY:
            await _bring_directly(question, ctx)
            await _tell_undelivered(question, ctx)


async def _pass_over(question: Question, ctx: Context) -> None:
    """Nobody is waited for who cannot be written to: an id in regions.yaml may be mistyped, or its account gone."""
    region = region_of(ctx.content, question.region)
    if region is None:
        return
    written = await last_written(ctx, question, region)
    refused = [person for person, post in written.items() if post and post.state is State.DEAD]
    for person in refused:
        await _tell_organisers(person, region, ctx)
    if not refused or len(refused) < len(written):
        return
    moved = passed_over(question, ctx.now, ctx.content.campaign.ask_person)
    if moved is not None and await ctx.tx.questions.change(moved):
        await _tell(moved, ctx)


async def _tell_organisers(person: Person, region: Region, ctx: Context) -> None:
    """Once about each of a region's people, until what is kept of questions is forgotten."""
    words = ctx.content.messages.person_unreached.on(None, person=person.ref, region=region.name)
    key = f"question:unreached:{region.id}:{ctx.pseudonyms.of(person, 'question')}"
    await tell_each(ctx, ctx.roles.people(ctx.roles.organisers), key, words)


async def _bring_directly(question: Question, ctx: Context) -> None:
    """An answer that could not be put where it was asked: the thread may be gone, or the bot have left the channel."""
    answer = await ctx.tx.outbox.get(f"{asked_key(question.number)}:{ANSWER_PART}")
    if answer is None or answer.state is not State.DEAD or question.place.direct or not isinstance(answer.body, Text):
        return
    there = replace(question, place=direct(question.place, question.asker))
    await write_to_asker(ctx, there, answer.body.text, DIRECT_PART)


async def _tell_undelivered(question: Question, ctx: Context) -> None:
    """Whoever answered is told once that the answer reached nobody."""
    if await is_undelivered(ctx.tx, question.number):
        words = ctx.content.messages.person_undelivered.on(None, number=question.number, question=question.text)
        await tell_each(ctx, [question.taken_by], f"{asked_key(question.number)}:undelivered", words)


async def _tell(question: Question, ctx: Context) -> None:
    messages, region = ctx.content.messages, region_of(ctx.content, question.region)
    if question.step is Step.GIVEN_UP:
        words = messages.person_late.on(
            question.place.platform, question=question.text, contact=ctx.content.campaign.contact
        )
        await write_to_asker(ctx, question, words, "late")
    elif region is not None:
        wording = messages.person_reminder if question.step is Step.REMINDED else messages.person_fallback
        await write_to_people(ctx, question, region, wording)


@SCHEDULE.on(nightly, at_start=True)
async def forget_questions(_: datetime, ctx: Context) -> None:
    before = ctx.now - timedelta(days=ctx.content.campaign.ask_person.keep_days)
    for question in (*await ctx.tx.questions.waiting(), *await ctx.tx.questions.answered()):
        if question.at < before:  # SQLite may give its number again, and a new one has the same keys
            await ctx.tx.outbox.forget(asked_key(question.number), ctx.now)
    await ctx.tx.questions.forget(before)
    await ctx.tx.asked.forget(before)
    for kind in ("said:", "rated:", "calm:"):
        await ctx.tx.ledger.lapse(kind, before)
        await ctx.tx.ledger.expire(kind, before, ctx.now)
    # The keys of answers begin with the event's, and so with the platform's name. What was planned is kept.
    for head in ("question", *Platform):
        await ctx.tx.outbox.forget(head, before)
