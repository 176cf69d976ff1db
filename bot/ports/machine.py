"""Time, and the platforms."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.events import Event, Place, Platform
from bot.core.outbox import Finding, Outcome, Post


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware and in UTC. On a campaign clock it may run faster than the wall's."""

    async def sleep_until(self, instant: datetime) -> None:
        """Return once `now() >= instant`, also when the clock's speed changes meanwhile."""

    async def sleep(self, how_long: timedelta) -> None:
        """Return when so much of its time has passed, also when the clock is set back meanwhile."""


class Timer(Protocol):
    """The heartbeat: calls back at an instant that can be moved, and regularly in any case."""

    def start(self, beat: Callable[[], Awaitable[None]]) -> None: ...

    def wake_at(self, instant: datetime) -> None:
        """Beat at `instant` of the bot's clock. A later call replaces an earlier one."""

    def stop(self) -> None: ...


Receive = Callable[[Event], Awaitable[None]]
"""What a listener calls with each event. When it returns, the event is safe and may be acknowledged."""


Report = Callable[[str], None]
"""How a part says how it is: what is wrong, in words for people, or nothing when all is well."""


class Listener(Protocol):
    """Receives from one platform. `run` returns when cancelled, and raises on what it cannot mend itself."""

    platform: Platform

    async def run(self, receive: Receive) -> None: ...


class TooLateError(Exception):
    """Another process may have taken the post over by now: this one must not write it any more."""


InTime = Callable[[], None]
"""Raises TooLateError once a post may leave no longer, because the process stood still. In any thread."""
ItsTime = Callable[[], Awaitable[InTime]]
"""Returns when a post may leave, and from then on at once."""


class PlatformClient(Protocol):
    """Delivers to one platform. Neither method raises for what a platform can answer."""

    platform: Platform

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        """Send a post, for which this may be called a little before its time.

        Whatever can be done ahead is done ahead (pictures, tokens, building, signing). The request that makes
        the post visible is then held at its transport until `its_time()`, awaited by this task, returns: no
        byte of it leaves before, only the write is left for then, and the wait uses up no time limit. What it
        returns is called directly before each write: when it raises, which may end this method too, the request
        stays incomplete. Cancelled before `its_time()` has returned, nothing has left and nothing will.
        """

    async def find(self, post: Post) -> Finding:
        """Look for a post whose delivery had no answer."""

    async def close(self) -> None: ...


ReadPicture = Callable[[str], bytes]
"""A picture as it may leave, by its path below the content folder. Raises OSError where it is not there, or not inside.
"""

Rooms = Mapping[Platform, Place]
"""Where scheduled posts go: our own timeline on X, the campaign's channels elsewhere."""
