"""You said, we did: words back to who gave feedback and, where they let us quote them, to everybody."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.bodies import Text
from bot.core.content import Content
from bot.core.dated import dated
from bot.core.events import Place, Platform
from bot.core.feedback import Consent, Feedback, Status, readable, told_key
from bot.core.outbox import new_post
from bot.core.personal import kinds, personal_in
from bot.core.policy import LIMITS, length
from bot.core.privacy import taken_back_note
from bot.core.problems import Problem
from bot.core.pseudonyms import Pseudonyms
from bot.core.questions import direct_to
from bot.ports import Rooms, Transaction
from bot.services.pseudonyms import has_stopped
from bot.services.taking_down import take_down

_SHORTEST = 20
"""Characters of what was said that a post shows at least."""
_LONGEST = 300
_MOST = 3000
"""Characters that somebody writes to an author: with what is quoted, Slack and Teams take it in one message."""
_MENTION = re.compile(r"(?<![@＠])[@＠]++(?=\w)")
"""What calls somebody on X: whom a quotation names has not asked to be in a post of the campaign's."""


def way_to(feedback: Feedback) -> Place:
    """Where its author is written to directly. Raises Problem where there is no such way."""
    author = feedback.author
    if author is None or author.platform is Platform.X:
        way = f" Their contact is in `antiphon feedback show {feedback.number} --with-personal-data`."
        raise Problem(
            f"The author of feedback {feedback.number} cannot be written to: "
            + ("nobody is known." if author is None else "on X the bot sends no direct messages.")
            + (way if feedback.contact else " They left no contact.")
        )
    return direct_to(author)


async def way_now(tx: Transaction, feedback: Feedback, pseudonyms: Pseudonyms) -> Place:
    """The same, and Problem also where they told the bot to stop."""
    place = way_to(feedback)
    if feedback.author and await has_stopped(tx, pseudonyms, feedback.author):
        raise Problem(f"The author of feedback {feedback.number} told the bot to stop writing to them.")
    return place


async def answer(
    tx: Transaction, feedback: Feedback, words: str, who: str, key: str, now: datetime, pseudonyms: Pseudonyms
) -> None:
    """Words to its author alone. Raises Problem, and then nothing may be committed."""
    body = Text(_something(words))
    post = new_post(f"feedback-answer:{key}", await way_now(tx, feedback, pseudonyms), body, now)
    await tx.outbox.add(replace(post, private_to=post.place.channel))
    await tx.feedback.mark(feedback.number, Status.ANSWERED)
    await tx.audit.add(now, who, "feedback answer", str(feedback.number))


async def tell_done(
    tx: Transaction,
    feedback: Feedback,
    done: str,
    content: Content,
    who: str,
    key: str,
    now: datetime,
    pseudonyms: Pseudonyms,
) -> str:
    """Something was done about it: its author is told, where that can be. Returns why not, or nothing.

    Raises Problem where no words say what."""
    done = _something(done)
    await tx.feedback.mark(feedback.number, Status.ACTIONED)
    await tx.audit.add(now, who, "feedback done", str(feedback.number))
    try:
        place = await way_now(tx, feedback, pseudonyms)
    except Problem as problem:
        return str(problem)
    words = content.messages.done_direct.on(place.platform, said=_short(feedback.text, _LONGEST), done=done)
    post = new_post(f"feedback-done:{key}", place, Text(words), now)
    await tx.outbox.add(replace(post, private_to=place.channel))
    return ""


async def tell_everybody(
    tx: Transaction,
    feedback: Feedback,
    done: str,
    content: Content,
    rooms: Rooms,
    platforms: Collection[Platform],
    who: str,
    now: datetime,
) -> Sequence[Platform]:
    """The same in the campaign's rooms, once on each. Returns where it goes now.

    Raises Problem where it may not be quoted, or does not fit, and then nothing was queued.
    """
    done = _something(done)
    _may_be_quoted(feedback, done, content, now)
    if missing := [platform.label for platform in platforms if platform not in rooms]:
        raise Problem(f"The bot has no room on {' and '.join(missing)}, so nothing was posted.")
    bodies = {platform: _public(feedback, done, content, platform) for platform in platforms}
    posted = [
        platform
        for platform, text in bodies.items()
        if await tx.outbox.add(new_post(told_key(feedback.number, platform), rooms[platform], Text(text), now))
    ]
    if posted:
        await tx.audit.add(now, who, "feedback told", str(feedback.number), ", ".join(posted))
    return posted


def _something(typed: str) -> str:
    """Words as they can be sent and kept. Raises Problem for what no platform sends."""
    words = readable(typed)
    if not words:
        raise Problem("Nothing was written, so nothing was sent. Write what its author is to read.")
    if len(words) > _MOST:
        raise Problem(f"That is longer than {_MOST:,} characters, so nothing was sent. Use fewer words.")
    return words


def may_quote(feedback: Feedback) -> bool:
    return feedback.consent is not Consent.NO


def _may_be_quoted(feedback: Feedback, done: str, content: Content, now: datetime) -> None:
    if not may_quote(feedback):
        raise Problem(f"The author of feedback {feedback.number} did not let us quote it, so nothing was posted.")
    today = now.astimezone(content.zone).date()
    if found := personal_in(feedback.text, today):
        raise Problem(f"There seems to be {kinds(found)} in feedback {feedback.number}, so it was not posted.")
    if found := personal_in(done, today):
        raise Problem(f"There seems to be {kinds(found)} in what was done, so nothing was posted. Take it out.")


def _public(feedback: Feedback, done: str, content: Content, platform: Platform) -> str:
    named = feedback.author.name if feedback.author and feedback.consent is Consent.NAMED else ""

    def with_words(said: str) -> str:
        words = content.messages.done_public
        by = f" ({_MENTION.sub('', named)})" if named else ""
        return words.on(platform, said=said, by=by, done=done, hashtag=content.campaign.hashtag)

    said = _MENTION.sub("", feedback.text)
    for most in range(_LONGEST, _SHORTEST, -10):
        if length(text := with_words(_short(said, most)), platform) <= LIMITS[platform]:
            return text
    raise Problem(f"What was done is too long for {platform.label}, so nothing was posted. Use fewer words.")


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


async def take_back(tx: Transaction, number: int, who: str, now: datetime) -> bool:
    """Delete feedback at its author's wish, what quotes it, and what moderators have read of any. False when they gave
    none of this number."""
    feedback = await tx.feedback.get(number)
    if feedback is None or not await tx.feedback.take_back(number, who):
        return False
    await tx.ledger.remember(taken_back_note(feedback.key), dated("", feedback.at))
    await tx.outbox.forget_read()
    for platform in Platform:
        if post := await tx.outbox.get(told_key(number, platform)):
            await take_down(tx, post, now)
    return True
