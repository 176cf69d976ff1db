"""How this process is doing: parts report here, and whoever asks is told in words. Nothing here knows of HTTP."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import structlog

from bot.core.events import Event, Platform
from bot.core.outbox import FINAL, Delivered, Outcome, Post, RateLimited, State
from bot.ports import Clock, Database, Report
from bot.runtime import figures
from bot.runtime.figures import Figures, duration
from bot.runtime.metrics import Counter, Histogram, gauge, gauges
from bot.runtime.watchdog import STALL

log = structlog.get_logger()

OK = "ok"
_STARTING = "It has not begun yet."
_BEATS_WITHIN = 10.0
"""Wall seconds. The timer beats every second."""
_FAILURES = 3
"""So many deliveries in a row that failed are the platform's trouble, or ours, and no longer the posts'."""
_REMEMBERED = timedelta(hours=1)
"""A failed delivery says nothing about the present for longer than this."""
_ANSWERS_WITHIN = 5.0
_SAME_FOR = 1.0
"""Wall seconds in which everybody who asks gets the same figures: asking often must not keep the bot from its work."""
_LONGEST_REASON = 500
_PERSONAL = re.compile(r"[^\s(]*@[^\s),]+|https?://\S+|\b\d{6,}\b")

_OUTCOMES = ("delivered", "ratelimited", "unavailable", "refused", "lost")
_LATE = (0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 600, 3600)
_STALLS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class _Part:
    """What one part reported last. With `fresh`, it has to report that all is well at least so often."""

    def __init__(self, clock: Clock, fresh: timedelta | None, *, expected: bool) -> None:
        self._clock = clock
        self._fresh = fresh
        self._well_at: datetime | None = None
        self._reason = _STARTING
        self.counts = expected

    def report(self, trouble: str) -> None:
        self.counts = True
        self._reason = trouble
        if not trouble:
            self._well_at = self._clock.now()

    def trouble(self) -> str:
        if self._fresh is None or self._well_at is None:
            return self._reason
        silence = self._clock.now() - self._well_at
        if silence <= self._fresh:
            return ""
        return self._reason or f"Nothing was heard of it for {duration(silence)}."


@dataclass(slots=True)
class _Streak:
    """Deliveries to a platform that failed since the last one that did not."""

    failures: int
    reason: str
    at: datetime


class Health:
    """Where `listens` is false, nothing is expected of a listener until it reports. `monotonic`: wall seconds."""

    def __init__(self, clock: Clock, *, listens: bool = True, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._listens = listens
        self._monotonic = monotonic
        self._parts: dict[str, _Part] = {}
        self._streaks: dict[Platform, _Streak] = {}
        self._beat_at: float | None = None
        self._longest_stall = 0.0
        self.posts = Counter(
            "antiphon_deliveries_total",
            "Deliveries by platform and by what came of them.",
            ("platform", "outcome"),
            product(Platform, _OUTCOMES),
        )
        self.late = Histogram(
            "antiphon_post_lateness_seconds",
            "From when a post was due to when it had been sent, in seconds of the campaign's clock.",
            _LATE,
            ("platform",),
        )
        self.events = Counter(
            "antiphon_events_total",
            "Events received, by platform and by whether they were new or delivered again.",
            ("platform", "receipt"),
            product(Platform, ("new", "again")),
        )
        self.stalls = Histogram(
            "antiphon_loop_stall_seconds",
            "Times that the event loop stood still over 50 ms, by whether its own work alone took that long.",
            _STALLS,
            ("cause",),
        )

    def part(self, name: str, fresh: timedelta | None = None) -> Report:
        """Where the part of a listener reports; `fresh`, on the bot's clock, is how often it has to be well."""
        part = self._parts[name] = _Part(self._clock, fresh, expected=self._listens)
        return part.report

    def beat(self) -> None:
        self._beat_at = self._monotonic()

    def delivered(self, post: Post, outcome: Outcome, at: datetime) -> None:
        """What came of a delivery that left (or would have left) at `at`."""
        self.posts.add(post.platform, type(outcome).__name__.lower())
        match outcome:
            case Delivered():
                self.late.observe((at - post.due).total_seconds(), post.platform)
                self._streaks.pop(post.platform, None)
            case RateLimited():
                """It says nothing about whether posts get there."""
            case _:
                before = self._streaks.get(post.platform)
                self._streaks[post.platform] = _Streak(before.failures + 1 if before else 1, outcome.reason, at)

    def received(self, event: Event, new: bool) -> None:
        self.events.add(event.place.platform, "new" if new else "again")

    def stalled(self, seconds: float, cpu: float) -> None:
        """The event loop stood still, of which it worked `cpu` seconds."""
        self.stalls.observe(seconds, "work" if cpu > STALL else "waiting")
        self._longest_stall = max(self._longest_stall, seconds)

    def troubles(self) -> dict[str, str]:
        """What each part says: its trouble in words, or nothing."""
        parts = {name: part.trouble() for name, part in self._parts.items() if part.counts}
        deliveries = {f"{platform} deliveries": self._failing(streak) for platform, streak in self._streaks.items()}
        return {"heartbeat": self._heartbeat(), **parts, **deliveries}

    def lines(self) -> Iterator[str]:
        """The figures that this process keeps itself."""
        for kept in (self.posts, self.late, self.events, self.stalls):
            yield from kept.lines()
        yield from gauge(
            "antiphon_loop_stall_longest_seconds", "Longest stall since the process began.", self._longest_stall
        )
        if self._beat_at is not None:
            age = self._monotonic() - self._beat_at
            yield from gauge("antiphon_heartbeat_age_seconds", "Time since the timer's last beat.", round(age, 3))

    def _heartbeat(self) -> str:
        if self._beat_at is None:
            return _STARTING
        age = self._monotonic() - self._beat_at
        return f"The timer has not beaten for {age:.0f} seconds." if age > _BEATS_WITHIN else ""

    def _failing(self, streak: _Streak) -> str:
        if streak.failures < _FAILURES or self._clock.now() - streak.at > _REMEMBERED:
            return ""
        return f"The last {streak.failures} failed. {_impersonal(streak.reason)}"


class Signs:
    """What can be seen of a running process from outside. `publishes`: whether sending posts is its business."""

    def __init__(self, health: Health, database: Database, clock: Clock, *, publishes: bool) -> None:
        self._health = health
        self._database = database
        self._clock = clock
        self._publishes = publishes
        self._figures: Figures | None = None
        self._same_until = 0.0
        self._looking = asyncio.Lock()

    async def checks(self) -> Mapping[str, str]:
        """Each check with `ok`, or with what is wrong in words."""
        found = await self._look()
        now = self._clock.now()
        troubles = {"database": "" if found else "The database does not answer. The log says why."}
        if found and self._publishes:
            troubles["posts"] = found.trouble(now)
        return {name: trouble or OK for name, trouble in (troubles | self._health.troubles()).items()}

    async def metrics(self) -> str:
        """Everything, in Prometheus's format. Without a database, what the process knows itself."""
        found = await self._look()
        lines = [
            *self._health.lines(),
            *gauge("antiphon_database_up", "Whether the database answers.", int(found is not None)),
        ]
        if found:
            lines += _from_database(found, self._clock.now())
        return "\n".join(lines) + "\n"

    async def _look(self) -> Figures | None:
        """Figures of at most a second ago; None when the database does not answer."""
        async with self._looking:
            loop = asyncio.get_running_loop()
            if loop.time() >= self._same_until:
                self._figures = await self._ask()
                self._same_until = loop.time() + _SAME_FOR
            return self._figures

    async def _ask(self) -> Figures | None:
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN):
                return await figures.look(self._database)
        except Exception as error:
            log.warning("the database does not answer", reason=str(error) or type(error).__name__)
            return None


def _from_database(found: Figures, now: datetime) -> Iterator[str]:
    events = {"waiting": found.waiting, "aside": found.aside}
    posts = {str(state): found.posts.get(state, 0) for state in State if state not in FINAL}
    behind = found.behind(now).total_seconds()
    yield from gauges("antiphon_posts", "Posts that are not over, by state.", "state", posts)
    yield from gauges("antiphon_events_unhandled", "Events not handled: waiting, or set aside.", "receipt", events)
    yield from gauge("antiphon_behind_seconds", "How long the oldest waiting post is past its time.", behind)
    yield from gauge("antiphon_paused", "Whether the bot is paused.", int(found.paused(now)))


def _impersonal(reason: str) -> str:
    """A reason without what may name somebody: platforms' own sentences can."""
    return _PERSONAL.sub("…", reason[:_LONGEST_REASON])
