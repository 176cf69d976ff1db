"""Writes to people about questions that wait for them: for handlers and schedules alike."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.context import Context
from bot.core.bodies import Button, Text
from bot.core.content import Region
from bot.core.events import Person
from bot.core.outbox import Post, State, new_post
from bot.core.questions import Question, Step, asked_key, asked_now, direct, person_of
from bot.core.wording import Wording
from bot.ports import Transaction

_OPEN = (State.QUEUED, State.CLAIMED, State.HELD)
_ALL = 10_000
TAKE, ANSWER = "question-take", "question-answer"
"""The actions of the buttons that answering people press."""
ANSWER_PART = "answer"
"""How the key of the post ends that brings the answer back."""
DIRECT_PART = f"{ANSWER_PART}-direct"
"""The same, where that was refused and it goes to the asker directly."""


async def write_to_people(ctx: Context, question: Question, region: Region, wording: Wording) -> bool:
    """Write privately to those whom the question concerns now: once for each step of it. False where there is nobody,
    or nobody who would hear the answer."""
    if await ctx.has_stopped(question.asker):
        return False
    platform, number = question.place.platform, str(question.number)
    words = wording.on(platform, number=question.number, region=region.name, question=question.text)
    take = () if question.taken_by else (Button("I will answer", TAKE, number),)
    body = Text(words, buttons=(*take, Button("Answer", ANSWER, number)))
    asked = await _asked(ctx, question, region)
    for person in asked:
        key = _key(ctx, question, person, question.version)
        await ctx.send(person, new_post(key, direct(question.place, person), body, ctx.now))
    return bool(asked)


async def last_written(ctx: Context, question: Question, region: Region) -> Mapping[Person, Post | None]:
    """What was written last to each of those whom the question concerns now."""
    version = question.version if question.step is Step.ASKED else question.version - 1  # what was written before
    asked = await _asked(ctx, question, region)
    return {person: await ctx.tx.outbox.get(_key(ctx, question, person, version)) for person in asked}


async def _asked(ctx: Context, question: Question, region: Region) -> Sequence[Person]:
    refs = {question.taken_by, *region.leads, *region.fallback} - {""}
    return asked_now(question, region, [ref for ref in refs if await ctx.has_stopped(person_of(ref))])


def _key(ctx: Context, question: Question, person: Person, version: int) -> str:
    who = ctx.pseudonyms.of(person, "question")
    return f"{asked_key(question.number)}:{question.step}:{version}:{who}"


async def write_to_asker(ctx: Context, question: Question, words: str, part: str) -> None:
    """Never cut off: however late, it is what somebody asked for."""
    key, place, asker = f"{asked_key(question.number)}:{part}", question.place, question.asker
    # In a direct message `private_to` is what says whose the answer is.
    post = new_post(key, place, Text(words), ctx.now, private_to=asker.id if place.direct else "")
    await ctx.send(question.asker, post)


async def is_undelivered(tx: Transaction, number: int) -> bool:
    """Whether the platform refused an answer wherever it was tried."""
    tried = [await tx.outbox.get(f"{asked_key(number)}:{part}") for part in (ANSWER_PART, DIRECT_PART)]
    posts = [post for post in tried if post is not None]
    return bool(posts) and all(post.state is State.DEAD for post in posts)


async def forget(tx: Transaction, number: int, now: datetime) -> bool:
    """Delete a question and what the queue has about it, sent or not. False when there is none."""
    about = asked_key(number)
    for post in await tx.outbox.list(states=_OPEN, limit=_ALL):
        if post.key.startswith(f"{about}:"):
            await tx.outbox.cancel(post.key)
    await tx.outbox.forget(about, now)
    return await tx.questions.drop(number)
