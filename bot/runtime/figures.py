"""What the database says of how the bot is doing. Its cost does not grow with what was sent and heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.content import Content
from bot.core.dates import when_words
from bot.core.outbox import State
from bot.core.pause import NOTE, Pause, stored
from bot.ports import Database

OVERDUE = timedelta(minutes=5)
"""From so long past its time, a waiting post is a sign that something is wrong."""


@dataclass(frozen=True, slots=True)
class Figures:
    """`posts` counts those that are not over; `waiting` and `aside` count events. `oldest` is when what waits longest
    wanted to go: a post, or an entry of the plan of which no posts were made."""

    posts: Mapping[State, int]
    waiting: int
    aside: int
    oldest: datetime | None
    pause: Pause | None

    def paused(self, now: datetime) -> bool:
        return self.pause is not None and self.pause.active(now)

    def behind(self, now: datetime) -> timedelta:
        """How long what waits longest is past its time."""
        return max(now - self.oldest, timedelta()) if self.oldest else timedelta()

    def trouble(self, now: datetime) -> str:
        """What is wrong with the flow of posts, in words, or nothing."""
        if self.behind(now) <= OVERDUE or self.paused(now):
            return ""
        return f"A post should have gone {duration(self.behind(now))} ago. Look at `antiphon outbox` and the log."


async def look(database: Database) -> Figures:
    async with database.transaction() as tx:
        waiting, aside = await tx.inbox.counts()
        instants = [await tx.outbox.oldest_waiting(), await tx.plan.next_due()]
        return Figures(
            posts=await tx.outbox.counts(),
            waiting=waiting,
            aside=aside,
            oldest=min((instant for instant in instants if instant is not None), default=None),
            pause=stored(await tx.ledger.recall(NOTE)),
        )


async def status(database: Database, content: Content, now: datetime) -> Sequence[str]:
    """How the bot is doing, in words: for `antiphon status`."""
    figures = await look(database)
    counts = ", ".join(f"{number} {state}" for state, number in sorted(figures.posts.items()))
    lines = [
        _pause_words(figures, content, now),
        f"Posts that are not over: {counts or 'none'}.",
        f"Events not yet handled: {figures.waiting}; set aside after failures: {figures.aside}.",
    ]
    if trouble := figures.trouble(now):
        lines.append(f"{trouble} Is a worker running?")
    elif figures.oldest:
        lines.append(f"Next: {when_words(figures.oldest, content.zone)}.")
    return lines


def _pause_words(figures: Figures, content: Content, now: datetime) -> str:
    if figures.pause is None or not figures.paused(now):
        return "The bot is not paused."
    return f"Paused since {when_words(figures.pause.since, content.zone)}: {figures.pause.reason}"


def duration(length: timedelta) -> str:
    """`40 seconds`, `12 minutes`, `3 hours`: enough to know whether to hurry."""
    seconds = int(length.total_seconds())
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}s"
    return f"{seconds} seconds"
