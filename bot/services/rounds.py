"""Opens and closes rounds of feedback, keeps their answers and makes their boards: for handlers, pages and commands."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.audit import BOARD, board_detail
from bot.core.board.values import Board, boxes
from bot.core.content import Content
from bot.core.dates import day_words
from bot.core.events import Place, Platform
from bot.core.feedback import Consent, Feedback
from bot.core.outbox import new_post
from bot.core.personal import personal_in, without
from bot.core.problems import Problem
from bot.core.rounds import Asked, Round, opening, overlapping, post_key, read_asked
from bot.ports import Rooms, Transaction
from bot.services.turns import take_turn

_STILL_WRITING = timedelta(hours=1)
"""After a round's end: who had its form open when it was closed is not to lose what they write there. No longer, as
anybody can send the public form, and would write on a board that was read long ago."""
_STILL_FOUND = timedelta(days=30)
"""After a round's end people still come upon its questions, and write below them."""


async def open_round(tx: Transaction, round: Round, content: Content, rooms: Rooms, who: str) -> Round:
    """Keep the round and put its prompts in the outbox. Raises Problem, and then nothing is kept."""
    await take_turn(tx, "round")
    if missing := [platform.label for platform in round.platforms if platform not in rooms]:
        raise Problem(f"The bot has no room on {' and '.join(missing)}. Choose among the platforms that are set up.")
    others = [one for one in await tx.rounds.list(open_at=round.opened) if one.key != round.key]
    if other := overlapping(round, others):
        raise Problem(f"Round {other.number}, {other.title}, is still open there. Close it first.")
    try:
        opening(round, content)
    except ValueError as problem:
        raise Problem(str(problem)) from None
    kept = replace(round, number=await tx.rounds.add(round))
    for platform, texts in opening(kept, content).items():
        for number, text in enumerate(texts, 1):
            key = post_key(Asked(kept.number, number), platform)
            await tx.outbox.add(new_post(key, rooms[platform], text, kept.opened, cut_off=kept.closes))
    await tx.audit.add(kept.opened, who, "round open", str(kept.number), kept.title)
    return kept


async def close_round(tx: Transaction, number: int, who: str, now: datetime) -> Round:
    """Take no more answers. Raises Problem where the round is not open."""
    if not await tx.rounds.close(number, now):
        raise Problem(f"There is no open round {number}, so nothing was changed.")
    round = await find_round(tx, number)
    for platform in round.platforms:
        for prompt in range(1, len(round.prompts) + 1):
            await tx.outbox.cancel(post_key(Asked(number, prompt), platform))  # should a pause have held it back
    await tx.audit.add(now, who, "round close", str(number), round.title)
    return round


async def find_round(tx: Transaction, number: int) -> Round:
    """Raises Problem where there is none."""
    round = await tx.rounds.get(number)
    if round is None:
        raise Problem(f"There is no round {number}. The list of rounds shows what there is.")
    return round


async def open_on(tx: Transaction, platform: Platform, said: datetime, now: datetime) -> Round | None:
    """The round that takes what was `said` then: the bot may hear of it after the end, and the platform's clock may be
    behind."""
    for at in (said, now):
        for one in await tx.rounds.list(open_at=at):
            if platform in one.platforms:
                return one
    return None


async def asked_in_thread(tx: Transaction, place: Place, said: datetime, now: datetime) -> Asked | None:
    """The prompt of an open round below whose post something was said."""
    round = await open_on(tx, place.platform, said, now)
    return await _above(tx, place, round) if round else None


async def below_closed(tx: Transaction, place: Place, now: datetime) -> bool:
    """Whether something was said below a prompt of a round that is over, and not for long."""
    over = [one for one in await tx.rounds.list() if one.closes <= now < one.closes + _STILL_FOUND]
    return any([await _above(tx, place, one) for one in over])


async def _above(tx: Transaction, place: Place, round: Round) -> Asked | None:
    for number in range(1, len(round.prompts) + 1):
        asked = Asked(round.number, number)
        post = await tx.outbox.get(post_key(asked, place.platform))
        if post is not None and post.remote_id and post.remote_id == place.thread and _same(post.place, place):
            return asked
    return None


def _same(room: Place, place: Place) -> bool:
    """Whether a thread is in a room: in Teams the thread's id stands behind the conversation's."""
    return room.channel.partition(";")[0] == place.channel.partition(";")[0]


async def keep_answer(tx: Transaction, feedback: Feedback, answers: str) -> int:
    """Keep feedback, and what it answers: `3.2`, or nothing. Returns its number.

    Where the round is over, or was a workshop's, it is feedback like any other.
    """
    asked = read_asked(answers)
    round = await tx.rounds.get(asked.round) if asked else None
    prompt = round.prompt(asked.prompt) if round and asked and _takes(round, feedback.at) else ""
    number = await tx.feedback.add(replace(feedback, prompt=prompt) if prompt else feedback)
    if prompt and asked:
        await tx.rounds.answer(number, asked)
    return number


def _takes(round: Round, at: datetime) -> bool:
    """A workshop's round has no platforms, and was over before anybody could have had its form."""
    return at < round.closes + _STILL_WRITING if round.platforms else round.lasts(at)


async def board_of(
    tx: Transaction, number: int, content: Content, who: str, now: datetime, *, public: bool, file: str = ""
) -> Board:
    """The board of a round; in public, of those answers alone that we may quote. Noted in the audit, with the file
    that it is for.

    Nobody is named, not even who would let us: a board is everybody's. In public nothing stands that looks personal,
    whoever let us. Raises Problem.
    """
    round = await find_round(tx, number)
    await tx.audit.add(now, who, BOARD, str(number), board_detail("public" if public else "everything", file))
    answers = await tx.rounds.answers(number)
    today = now.astimezone(content.zone).date()
    shown = [
        (asked, without(one.text, personal_in(one.text, today)) if public else one.text)
        for asked, one in answers
        if not public or one.consent is not Consent.NO
    ]
    return Board(round.title, _about(round, content, public=public), boxes(round.prompts, shown))


def _about(round: Round, content: Content, *, public: bool) -> str:
    first, last = (instant.astimezone(content.zone).date() for instant in (round.opened, round.closes))
    days = day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"
    whom = "Only answers that may be quoted." if public else "For the organisers: not every answer may be quoted."
    return f"{content.campaign.name}, {days}. {whom}"
