"""What is planned next and what did not go out, for the demo's page; and going to what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.bodies import Text
from bot.core.outbox import Post, State
from bot.core.plan import Kind, Standing
from bot.demo.session import Session
from bot.ports import Transaction

SHOWN = 3
_KINDS = {Kind.CHAT: "Chat", Kind.ACTION: "Key action", Kind.CARD: "Card", Kind.ANNOUNCEMENT: "Announcement"}
_STUCK = {
    State.MISSED: "missed",
    State.DEAD: "refused",
    State.HELD: "waits for a person to look",
    State.UNCONFIRMED: "perhaps sent: the bot will look for it",
}
_APPROACH = timedelta(seconds=70)
"""Campaign time left before a planned post: more than the scheduler's lead, so that it is prepared in time."""
_AT_THE_DOOR = timedelta(seconds=15)
"""The same for a post that is prepared already: more than the publisher's lead."""


@dataclass(frozen=True)
class Coming:
    due: datetime
    kind: str
    title: str


@dataclass(frozen=True)
class Stuck:
    """A post that did not go out. `reason` is for people."""

    key: str
    where: str
    text: str
    due: datetime
    became: str
    reason: str


@dataclass(frozen=True)
class Agenda:
    coming: Sequence[Coming]
    count: int
    stuck: Sequence[Stuck]


async def agenda(here: Session) -> Agenda:
    now = here.clock.now()
    async with here.bot.database.transaction() as tx:
        entries = [it for it in await tx.plan.list(since=now) if it.standing is not Standing.CANCELLED]
        posts = [post for state in _STUCK for post in await tx.outbox.list(states=[state], limit=20)]
    coming = [Coming(it.due, _KINDS[it.kind], it.title) for it in entries[:SHOWN]]
    return Agenda(coming, len(entries), [_stuck(post) for post in sorted(posts, key=lambda post: post.due)])


def _stuck(post: Post) -> Stuck:
    words = post.body.text.split("\n")[0] if isinstance(post.body, Text) else f"a {post.body.kind}"
    return Stuck(post.key, post.platform.label, words, post.due, _STUCK[post.state], post.reason)


async def go_to_next(here: Session) -> bool:
    """Move the clock to shortly before the next post, past nothing. False when nothing is planned."""
    async with here.bot.database.transaction() as tx:
        target = await next_stop(tx, here.clock.now())
    if target is None:
        return False
    # As near as is useful: the bot still has a moment to prepare the post.
    if target > here.clock.now() + timedelta(seconds=1):
        here.clock.jump(target)
    here.clock.resume()
    await here.clock_changed()
    return True


async def next_stop(tx: Transaction, now: datetime) -> datetime | None:
    """Posts that are prepared come before what is planned: a jump past them would make them late."""
    prepared = [post for state in (State.QUEUED, State.SENDING) for post in await tx.outbox.list(states=[state])]
    tries = [post.try_at for post in prepared if post.try_at > now]
    if tries:
        return min(tries) - _AT_THE_DOOR
    due = await tx.plan.next_due()
    return due - _APPROACH if due else None
