"""What people do to the plan, noted with who did it: so that it can be read, and undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.actions import cancelled
from bot.core.content import Content
from bot.core.dates import when_words
from bot.core.events import Platform
from bot.core.journal import Author, Change, Deed, undone
from bot.core.outbox import State
from bot.core.plan import Entry, Standing
from bot.ports import Transaction

MEANWHILE = "Nothing was done, because somebody has changed this meanwhile. Below is how it is now."


async def note(
    tx: Transaction,
    content: Content,
    now: datetime,
    who: Author,
    what: Deed,
    before: Entry | None,
    after: Entry,
    words: str = "",
) -> int:
    """In the journal, with the differences, under the number that is returned; and in the audit, which names nobody."""
    number = await tx.journal.add(
        Change(at=now, who=who.ref, name=who.name, what=what, about=after.key, before=before, after=after, words=words)
    )
    told = f"{when_words(after.due, content.zone)}: {after.title}"
    earlier = f"; it was {when_words(before.due, content.zone)}: {before.title}" if before else ""
    await tx.audit.add(
        now, who.ref, f"{after.kind} {what}", after.key, f"{told}{earlier if what is Deed.CHANGE else ''}"
    )
    return number


async def put(tx: Transaction, content: Content, now: datetime, who: Author, entry: Entry) -> bool:
    """Plan a new entry. False where its key is taken."""
    if await tx.plan.get(entry.key) is not None or not await tx.plan.put(entry):
        return False
    await note(tx, content, now, who, Deed.ADD, None, entry)
    return True


async def change(
    tx: Transaction, content: Content, now: datetime, who: Author, before: Entry, after: Entry, what: Deed = Deed.CHANGE
) -> bool:
    """Put another wording or time in the place of what somebody saw. False where it is not so any more."""
    if not await tx.plan.change(after):
        return False
    await note(tx, content, now, who, what, before, after)
    return True


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """`done` is False where somebody changed it meanwhile. `out` are the platforms where it has left, or may have."""

    done: bool
    out: tuple[Platform, ...] = ()


async def unschedule(tx: Transaction, content: Content, now: datetime, who: Author, seen: Entry) -> Unscheduled:
    """See to it that nothing of an entry is sent, or nothing more of it."""
    if seen.standing is Standing.RELEASED:
        posts = {platform: await tx.outbox.get(f"{seen.key}:{platform}") for platform in seen.bodies}
        stopped = {on for on, post in posts.items() if post is not None and await tx.outbox.cancel(post.key)}
        gone = {on for on, post in posts.items() if post is None or post.state is State.CANCELLED}
        if stopped:
            await note(tx, content, now, who, Deed.UNSCHEDULE, seen, cancelled(seen))
        return Unscheduled(bool(stopped), tuple(on for on in posts if on not in stopped | gone))
    if not await tx.plan.change(cancelled(seen)):
        return Unscheduled(False)
    await note(tx, content, now, who, Deed.UNSCHEDULE, seen, cancelled(seen))
    return Unscheduled(True)


async def undo(tx: Transaction, content: Content, now: datetime, who: Author, number: int) -> str:
    """Have an entry as it was before a change. Returns why not, or nothing."""
    found = await tx.journal.get(number)
    if found is None:
        return "That change is not kept any more."
    present = await tx.plan.get(found.about)
    before = undone(found, present, now)
    if isinstance(before, str):
        return before
    assert present is not None
    store = tx.plan.bring_back if present.standing is Standing.CANCELLED else tx.plan.change
    if not await store(before):
        return "It was changed at this very moment. Look at it, and try again."
    await note(tx, content, now, who, Deed.UNDO, present, before)
    return ""


async def writer(tx: Transaction, entry: Entry) -> Author:
    """Who wrote an entry as it stands, or its source."""
    return (await writers(tx, [entry]))[entry.key]


async def writers(tx: Transaction, entries: Sequence[Entry]) -> Mapping[str, Author]:
    """The same for several, by their keys."""
    known = await tx.journal.writers([entry.key for entry in entries]) if entries else {}
    return {entry.key: known.get(entry.key, Author(entry.source)) for entry in entries}
