"""The life of an outbound post: what it is, what became of a delivery, what it becomes next."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from bot.core.bodies import Body, Removal
from bot.core.events import Place, Platform


class State(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    """A publisher has it in hand; certainly nothing has left."""
    SENDING = "sending"
    """It may be leaving, or have left: the intent is committed before the first byte."""
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    HELD = "held"
    MISSED = "missed"
    DEAD = "dead"
    CANCELLED = "cancelled"


FINAL = frozenset({State.SENT, State.MISSED, State.DEAD, State.CANCELLED})
"""States that nothing leaves by itself."""
UNSURE = frozenset({State.HELD, State.UNCONFIRMED})
"""States in which nobody knows whether it is there."""
IN_HAND = frozenset({State.CLAIMED, State.SENDING})
"""States that end with a lease."""
REMOVAL = "removal"
"""The last part of the keys of removals."""
MISSED = "Its time passed before it could be sent."
DOUBTED = "It may have been sent before the database was restored."
MISSED_OR_SENT = "Its time passed. It may have been sent before the database was restored."


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message to one place.

    `key` names the thing it stands for (`chat:2017-09-19:q3:x`), so that adding it twice adds nothing.
    `private_to` is the id of the one person who may see it, or whose direct message it is; or empty. `due` never
    changes; `try_at` is when the next attempt or look may happen, and `attempts` how many there were. After
    `cut_off` it is missed, never sent late. All instants are UTC. `fence` rises whenever somebody takes it in hand: a
    worker that lost its lease holds an old number and can change nothing. `lease_until` is when others may take it
    over.
    """

    key: str
    place: Place
    body: Body
    due: datetime
    try_at: datetime
    cut_off: datetime | None = None
    private_to: str = ""
    state: State = State.QUEUED
    attempts: int = 0
    fence: int = 0
    lease_until: datetime | None = None
    remote_id: str = ""
    sent_at: datetime | None = None
    reason: str = ""

    @property
    def platform(self) -> Platform:
        return self.place.platform


def sequence_of(post: Post) -> tuple[Place, str] | None:
    """What a post is read in sequence with, where the order matters: the posts of one chat in one place. Else None."""
    kind, _, rest = post.key.partition(":")
    return (post.place, rest.partition(":")[0]) if kind == "chat" else None


def new_post(
    key: str,
    place: Place,
    body: Body,
    due: datetime,
    *,
    cut_off: datetime | None = None,
    private_to: str = "",
) -> Post:
    return Post(
        key=key,
        place=place,
        body=body,
        due=due,
        try_at=due,
        cut_off=cut_off,
        private_to=private_to,
    )


def removal(key: str, place: Place, remote_id: str, now: datetime) -> Post:
    """What takes a post down that is out: asked for twice, it is the same post."""
    return new_post(f"{key}:{REMOVAL}", place, Removal(remote_id), now)


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform has it. `remote_id` is its id there; empty where the platform gives none."""

    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Certainly not accepted; welcome again at `retry_at`."""

    retry_at: datetime


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Certainly not accepted; worth trying again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never. `reason` is for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer that says: it may be public."""

    reason: str = ""


Outcome = Delivered | RateLimited | Unavailable | Refused | Lost


@dataclass(frozen=True, slots=True)
class Found:
    remote_id: str


@dataclass(frozen=True, slots=True)
class Absent:
    """We looked where it would be, and it is not there."""


@dataclass(frozen=True, slots=True)
class CannotLook:
    """This platform does not let us look: a person must."""

    reason: str


Finding = Found | Absent | CannotLook | Unavailable


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what. `quiet` is at least the platform's longest accept and visibility lag."""

    quiet: timedelta = timedelta(seconds=60)
    backoff: timedelta = timedelta(seconds=2)
    backoff_limit: timedelta = timedelta(minutes=5)
    lease: timedelta = timedelta(seconds=60)


PATIENCE = Patience()


def too_late(post: Post, at: datetime) -> bool:
    return post.cut_off is not None and at > post.cut_off


def take(post: Post, now: datetime, lease: timedelta, doubt_before: datetime | None = None) -> Post:
    """What a queued post becomes when a publisher reaches for it. See `bot.ports.Outbox.claim`."""
    late = too_late(post, now)
    # What has a fence was taken in hand since then, so it was looked for.
    if doubt_before is not None and post.due < doubt_before and post.fence == 0:
        return (
            _free(post, State.MISSED, reason=MISSED_OR_SENT) if late else _free(post, State.UNCONFIRMED, reason=DOUBTED)
        )
    if late:
        return _free(post, State.MISSED, reason=MISSED)
    return replace(
        post,
        state=State.CLAIMED,
        attempts=post.attempts + 1,
        fence=post.fence + 1,
        lease_until=max(now, post.try_at) + lease,
    )


def settle(post: Post, outcome: Outcome, now: datetime, patience: Patience = PATIENCE) -> Post:
    """What a post in hand becomes after a delivery. Others do not change.

    A post that is only claimed has no committed intent, so whatever went wrong, it is not public.
    """
    if post.state not in IN_HAND:
        return post
    match outcome:
        case Delivered(remote_id):
            return _free(post, State.SENT, remote_id=remote_id, sent_at=now, reason="")
        case RateLimited(retry_at):
            return _again(post, max(retry_at, now), "The platform asked us to wait.")
        case Refused(reason):
            return _free(post, State.DEAD, reason=reason)
        case Lost(reason) if post.state is State.SENDING:
            return _free(post, State.UNCONFIRMED, try_at=now + patience.quiet, reason=reason)
        case Unavailable(reason) | Lost(reason):
            return _again(post, now + _backoff(post.attempts, patience), reason)
        case _:
            assert_never(outcome)


def reconcile(post: Post, finding: Finding, now: datetime, patience: Patience = PATIENCE) -> Post:
    """What an unconfirmed post becomes after a look for it on the platform."""
    if post.state is not State.UNCONFIRMED:
        return post
    match finding:
        case Found(remote_id):
            return _free(post, State.SENT, remote_id=remote_id, sent_at=now, reason="")
        case Absent():
            return _again(post, now, post.reason)
        case CannotLook(reason):
            return _free(post, State.HELD, reason=reason)
        case Unavailable(reason):
            later = now + _backoff(post.attempts, patience)
            return replace(post, try_at=later, attempts=post.attempts + 1, reason=reason)
        case _:
            assert_never(finding)


def abandon(post: Post, now: datetime, patience: Patience = PATIENCE) -> Post:
    """What a post in hand becomes whose publisher died or lost its lease by `now`."""
    if post.state is State.SENDING:
        return settle(post, Lost("The bot stopped while sending this."), now, patience)
    return put_back(post)


def put_back(post: Post, try_at: datetime | None = None) -> Post:
    """A post in hand of which certainly no byte has left: as if it had not been claimed, or deferred to `try_at`.

    Where that is past its cut-off it is missed.
    """
    if post.state not in IN_HAND:
        return post
    return replace(_again(post, try_at or post.try_at, post.reason), attempts=post.attempts - 1)


def confirm(post: Post, now: datetime, remote_id: str = "") -> Post | None:
    """A person says: it is there. None when the post is not in doubt."""
    if post.state not in (State.UNCONFIRMED, State.HELD, State.MISSED, State.DEAD):
        return None
    return _free(post, State.SENT, remote_id=remote_id, sent_at=now, reason="Confirmed by a person.")


def send_again(post: Post, now: datetime, within: timedelta = timedelta(hours=1)) -> Post | None:
    """A person says: send it now. None when the post is not waiting for a person. Past `within` it is missed again."""
    if post.state not in (State.UNCONFIRMED, State.HELD, State.MISSED, State.DEAD):
        return None
    return _free(post, State.QUEUED, try_at=now, cut_off=now + within, attempts=0, reason="")


def _free(post: Post, state: State, **changes: object) -> Post:
    return replace(post, state=state, lease_until=None, **changes)  # type: ignore[arg-type]


def _again(post: Post, at: datetime, reason: str) -> Post:
    if too_late(post, at):
        return _free(post, State.MISSED, reason=reason or MISSED)
    return _free(post, State.QUEUED, try_at=at, reason=reason)


def _backoff(attempts: int, patience: Patience) -> timedelta:
    return min(patience.backoff * (1 << min(max(attempts - 1, 0), 16)), patience.backoff_limit)
