"""Tells organisers once a month what their FAQ wants from them."""

from datetime import datetime, time

from bot.context import Context
from bot.core.asked import Outcome
from bot.core.bodies import Text
from bot.core.dates import day_words
from bot.core.events import Person, Place
from bot.core.faq_entry import to_review
from bot.core.outbox import new_post
from bot.core.questions import direct, person_of
from bot.core.schedule import NthWeekday
from bot.routing import Schedule

SCHEDULE = Schedule()
_TUESDAY = 1


@SCHEDULE.on(lambda content: NthWeekday(1, _TUESDAY, time(9), content.zone))
async def tell_organisers(slot: datetime, ctx: Context) -> None:
    if not (words := await _note(ctx)):
        return
    for ref in sorted(ctx.roles.people(ctx.roles.organisers)):
        person = person_of(ref)
        if place := _room(person, ctx):
            key = f"review:{slot:%Y-%m}:{ctx.pseudonyms.of(person, 'review')}"
            await ctx.send(person, new_post(key, direct(place, person), Text(words), ctx.now))


def _room(person: Person, ctx: Context) -> Place | None:
    """Where somebody can be written to unasked: not on X."""
    return ctx.rooms.get(person.platform) if person.workspace else None


async def _note(ctx: Context) -> str:
    """Empty when there is nothing to do."""
    entries = [*to_review(ctx.content.faq, ctx.now.astimezone(ctx.content.zone).date())]
    unsure = sum(one.outcome is not Outcome.ANSWERED for one in await ctx.tx.asked.list())
    waiting = len(await ctx.tx.questions.waiting())
    if not (entries or unsure or waiting):
        return ""
    lines = [
        f"• {entry.question} ({entry.owner or 'no owner'}, by {day_words(entry.review_by)})"
        for entry in entries
        if entry.review_by
    ]
    filled = {"reviews": "\n".join(lines) or "• none", "unsure": unsure, "waiting": waiting}
    return ctx.content.messages.review_note.on(None, **filled)
