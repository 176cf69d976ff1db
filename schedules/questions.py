"""Looks after questions for a person: reminds, asks the fallback, and tells the asker when nobody answers."""

from datetime import datetime, timedelta

from bot.context import Context
from bot.core.events import Platform
from bot.core.questions import Question, Step, next_step, region_of
from bot.core.schedule import WorkingHours
from bot.routing import Schedule
from bot.services.asking import write_to_asker, write_to_people
from schedules.planning import nightly

SCHEDULE = Schedule()


@SCHEDULE.on(lambda content: WorkingHours(content.zone))
async def look_after_questions(_: datetime, ctx: Context) -> None:
    for question in await ctx.tx.questions.due(ctx.now):
        moved = next_step(question, ctx.now, ctx.content.campaign.ask_person)
        if moved is not None and await ctx.tx.questions.change(moved):
            await _tell(moved, ctx)


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
    await ctx.tx.questions.forget(before)
    await ctx.tx.asked.forget(before)
    for kind in ("said:", "rated:", "calm:"):
        await ctx.tx.ledger.lapse(kind, before)
    # The keys of answers begin with the event's, and so with the platform's name. What was planned is kept.
    for head in ("question", *Platform):
        await ctx.tx.outbox.forget(head, before)
