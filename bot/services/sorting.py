"""Moderators put feedback in order: read, tagged, marked, and given to whoever looks after it. The audit notes each.

`who` is the moderator's ref.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.core.bodies import Button, Text
from bot.core.content import Content, Region
from bot.core.events import Person
from bot.core.feedback import Feedback, Status, as_tag, for_tag, tags_in, themes
from bot.core.feedback_words import shortened
from bot.core.outbox import new_post
from bot.core.policy import Deed, Roles
from bot.core.problems import Problem
from bot.core.pseudonyms import Pseudonyms
from bot.core.questions import direct_to, person_of, region_named
from bot.ports import Transaction
from bot.services.pseudonyms import has_stopped

NOBODY = "nobody"
"""What is typed for a region where no one is to look after a piece."""
SHOW = "feedback-show"
"""The action of the button that shows one piece to a moderator."""
_LONGEST = 60
"""Characters of a tag, and of what somebody typed that an error tells."""


async def known(tx: Transaction, number: int) -> Feedback:
    """Raises Problem where there is none."""
    feedback = await tx.feedback.get(number)
    if feedback is None:
        raise Problem(f"There is no feedback {number}. Perhaps its author has deleted it.")
    return feedback


async def read(tx: Transaction, number: int, who: str, now: datetime, *, personal: bool = False) -> Feedback:
    """One piece, as it was found; what is new counts as read from now on. Raises Problem where there is none."""
    feedback = await known(tx, number)
    if feedback.status is Status.NEW:
        await tx.feedback.mark(number, Status.READ)
    what = "feedback show with personal data" if personal else "feedback show"
    await tx.audit.add(now, who, what, str(number))
    return feedback


async def tag(
    tx: Transaction, number: int, add: Collection[str], remove: Collection[str], who: str, now: datetime
) -> Feedback:
    """Put tags on a piece, take tags off; a tag is one word, and says nothing of who looks after it. Raises Problem."""
    if not (add or remove):
        raise Problem("No tag was named, so nothing was changed. A tag is one word, for example timing.")
    if wrong := [as_tag(one) for one in add if len(tags_in(one)) != 1]:
        raise Problem(
            f"{shortened(wrong[0], _LONGEST)!r} is no tag: a tag is one word, for example timing or first-chat."
        )
    new = tags_in(" ".join(add))
    if any(len(one) > _LONGEST for one in new):
        raise Problem(f"A tag has at most {_LONGEST} characters, so nothing was changed. Use a shorter one.")
    if len(themes(new)) < len(new):
        raise Problem(
            'What begins with "for:" says who looks after it, so it is no tag. Assign it to a region instead.'
        )
    await known(tx, number)
    await tx.feedback.tag(number, add=new, remove=[as_tag(one) for one in remove])
    await tx.audit.add(now, who, "feedback tag", str(number), f"{len(add)} put on, {len(remove)} taken off")
    return await known(tx, number)


async def mark(tx: Transaction, number: int, status: Status, who: str, now: datetime) -> None:
    """Raises Problem where there is none."""
    await known(tx, number)
    await tx.feedback.mark(number, status)
    await tx.audit.add(now, who, "feedback status", str(number), status)


async def assign(
    tx: Transaction,
    number: int,
    region: str,
    content: Content,
    roles: Roles,
    pseudonyms: Pseudonyms,
    who: str,
    key: str,
    now: datetime,
) -> Region | None:
    """Have a region's library leads look after it, instead of another's; they are told, once for each `key`.

    `region` is its id or its name, or NOBODY: then it is None. Raises Problem where none of its people may read
    feedback and hears the bot.
    """
    feedback = await known(tx, number)
    others = {*feedback.tags} - {*themes(feedback.tags)}
    if region.strip().casefold() == NOBODY:
        await tx.feedback.tag(number, remove=others)
        await tx.audit.add(now, who, "feedback assign", str(number), NOBODY)
        return None
    to = _region(region, content)
    readers = await _readers(tx, to, roles, pseudonyms)
    await tx.feedback.tag(number, add=[for_tag(to.id)], remove=others - {for_tag(to.id)})
    await tx.audit.add(now, who, "feedback assign", str(number), to.id)
    for place, person in enumerate(readers):
        words = content.messages.feedback_yours.on(person.platform, number=number, region=to.name)
        body = Text(words, buttons=(Button("Show it", SHOW, str(number)),))
        await tx.outbox.add(new_post(f"feedback-yours:{key}:{place}", direct_to(person), body, now))
    return to


def _region(typed: str, content: Content) -> Region:
    if region := region_named(content, typed):
        return region
    there = ", ".join(region.id for region in content.regions)
    named = repr(shortened(typed, _LONGEST))
    raise Problem(f"There is no region {named}. The regions are: {there or 'none; they stand in regions.yaml'}.")


async def _readers(tx: Transaction, region: Region, roles: Roles, pseudonyms: Pseudonyms) -> Sequence[Person]:
    """Its leads who may read feedback, else its fallback's, without who told the bot to stop. Raises Problem where
    nobody is left."""
    for refs in (region.leads, region.fallback):
        may = [one for one in map(person_of, refs) if roles.may(one, Deed.READ_FEEDBACK)]
        if readers := [one for one in may if not await has_stopped(tx, pseudonyms, one)]:
            return readers
    raise Problem(
        f"None of the library leads of {region.name} is a moderator whom the bot may write to, so none of them would "
        "read it, and it was not assigned. Whoever installed the bot can add one to MODERATORS."
    )
