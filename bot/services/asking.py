"""Writes to people about questions that wait for them: for handlers and schedules alike."""

from datetime import datetime

from bot.context import Context
from bot.core.bodies import Button, Text
from bot.core.content import Region
from bot.core.outbox import State, new_post
from bot.core.questions import Question, asked_key, asked_now, direct, person_of
from bot.core.wording import Wording
from bot.ports import Transaction

_OPEN = (State.QUEUED, State.CLAIMED, State.HELD)
_ALL = 10_000
TAKE, ANSWER = "question-take", "question-answer"
"""The actions of the buttons that answering people press."""
ANSWER_PART = "answer"
"""How the key of the post ends that brings the answer back."""


async def write_to_people(ctx: Context, question: Question, region: Region, wording: Wording) -> bool:
    """Write privately to those whom the question concerns now: once for each step of it. False where there is nobody,
    or nobody who would hear the answer."""
    if await ctx.has_stopped(question.asker):
        return False
    platform, number = question.place.platform, str(question.number)
    words = wording.on(platform, number=question.number, region=region.name, question=question.text)
    take = () if question.taken_by else (Button("I will answer", TAKE, number),)
    body = Text(words, buttons=(*take, Button("Answer", ANSWER, number)))
    refs = {question.taken_by, *region.leads, *region.fallback} - {""}
    asked = asked_now(question, region, [ref for ref in refs if await ctx.has_stopped(person_of(ref))])
    for person in asked:
        who = ctx.pseudonyms.of(person, "question")
        key = f"{asked_key(question.number)}:{question.step}:{question.version}:{who}"
        await ctx.send(person, new_post(key, direct(question.place, person), body, ctx.now))
    return bool(asked)


async def write_to_asker(ctx: Context, question: Question, words: str, part: str) -> None:
    """Never cut off: however late, it is what somebody asked for."""
    key, place, asker = f"{asked_key(question.number)}:{part}", question.place, question.asker
    # The answer stays longer than its question, and in a direct message is still theirs.
    post = new_post(key, place, Text(words), ctx.now, private_to=asker.id if place.direct else "")
    await ctx.send(question.asker, post)


async def forget(tx: Transaction, number: int, now: datetime) -> bool:
    """Delete a question and what the queue has about it, sent or not. False when there is none."""
    about = asked_key(number)
    for post in await tx.outbox.list(states=_OPEN, limit=_ALL):
        if post.key.startswith(f"{about}:"):
            await tx.outbox.cancel(post.key)
    await tx.outbox.forget(about, now)
    return await tx.questions.drop(number)
