"""How often the platforms let us post, and when the next post may leave so that none is turned away."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.bodies import Removal, Repost
from bot.core.events import Platform
from bot.core.outbox import Post


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` posts in any `per`."""

    count: int
    per: timedelta


_QUARTER = timedelta(minutes=15)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_MOST_KEPT = 5000

RATES: Mapping[str, Sequence[Rate]] = {
    # X API v2 rate limits, August 2026: POST and DELETE /2/tweets, POST /2/users/:id/retweets.
    "x:post": (Rate(100, _QUARTER), Rate(10_000, _DAY)),
    "x:repost": (Rate(50, _QUARTER),),
    "x:removal": (Rate(50, _QUARTER),),
    # Slack: "generally one message per second per channel". A tenth more, because what leaves a second apart
    # may arrive less than a second apart.
    "slack": (Rate(1, _SECOND * 1.1),),
    # Teams: limits of one bot in one conversation; the tightest that a burst and an hour can meet.
    "teams": (Rate(7, _SECOND * 1.1), Rate(60, _SECOND * 30), Rate(1800, timedelta(hours=1))),
}


def lane(post: Post) -> tuple[str, str]:
    """Which rates a post falls under, and with whom it shares them."""
    match post.platform:
        case Platform.X:
            kind = post.body.kind if isinstance(post.body, Repost | Removal) else "post"
            return f"x:{kind}", ""
        case platform:
            return platform.value, f"{post.place.workspace}/{post.place.channel}"


@dataclass(slots=True)
class _Window:
    """The last instants given away under one rate, in order."""

    rate: Rate
    given: deque[datetime] = field(default_factory=deque)

    def earliest(self, at: datetime) -> datetime:
        if len(self.given) < self.rate.count:
            return at
        return max(at, self.given[0] + self.rate.per)

    def give(self, at: datetime) -> None:
        self.given.append(at)
        if len(self.given) > self.rate.count:
            self.given.popleft()


@dataclass(slots=True)
class _Lane:
    windows: Sequence[_Window]
    not_before: datetime | None = None

    def next(self, at: datetime) -> datetime:
        at = max(at, self.not_before or at)
        for window in self.windows:
            at = window.earliest(at)
        for window in self.windows:
            window.give(at)
        return at


class Slots:
    """Gives posts the instants at which they may leave: first come, first served, as early as the rates allow.

    Each process has its own: several on one platform can together be turned away, and then wait as told.
    """

    def __init__(self, rates: Mapping[str, Sequence[Rate]] = RATES) -> None:
        self._rates = rates
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._kept: dict[str, datetime] = {}

    def slot(self, post: Post, now: datetime) -> datetime:
        """The instant for this post, never before its `try_at`. Asked again, it is the same until `free`."""
        kept = self._kept.get(post.key)
        if kept is None:
            self._tidy(now)
            kept = self._kept[post.key] = self._lane(post).next(max(post.try_at, now))
        return kept

    def free(self, post: Post) -> None:
        """The post has left, or will not leave at its instant."""
        self._kept.pop(post.key, None)

    def wait(self, post: Post, until: datetime) -> None:
        """The platform turned this post away until then, and would turn away others that share its rates."""
        self._lane(post).not_before = until

    def _tidy(self, now: datetime) -> None:
        """Forget the slots of posts that another worker has sent meanwhile."""
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {key: at for key, at in self._kept.items() if at > now - _MINUTE}

    def _lane(self, post: Post) -> _Lane:
        where = lane(post)
        if where not in self._lanes:
            self._lanes[where] = _Lane([_Window(rate) for rate in self._rates[where[0]]])
        return self._lanes[where]
