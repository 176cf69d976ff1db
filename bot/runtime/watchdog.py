"""Notices when something keeps the event loop from its work.

An event loop works in turns: it waits for what happens, then runs all that is ready. While one turn lasts, everything
else waits. A loop of ours measures each turn where it asks the system for news, so that nothing has to wake
up for it, and no stall is missed between two looks.
"""

import asyncio
import selectors
import sys
import threading
import time
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog

log = structlog.get_logger()

STALL = 0.05
"""Seconds from which a turn counts as a stall."""
_LONG_STALL = 1.0
"""Seconds from which a stall is logged, with what the loop is doing."""
_LOOK = 0.5
"""Seconds between two looks of the thread that logs."""
_DEEPEST = 12
"""Innermost calls that are logged."""

_MOST = 16
"""Connections that are served in one turn: a burst of hundreds must not make it long."""

T = TypeVar("T")
_Ready = tuple[selectors.SelectorKey, int]
Stalled = Callable[[float, float], None]
"""Told how long a stall was, and how much of it was work of the loop's own thread (both in seconds). The rest it
waited: for something that blocks, or for the machine, which was busy with others."""


class Turns(selectors.DefaultSelector):
    """The loop's selector. Whatever happens between two of its calls is one turn."""

    def __init__(self) -> None:
        super().__init__()
        self.busy_since: float | None = None
        """When the present turn began (`time.monotonic`); None while the loop waits. Other threads read it."""
        self.longest = 0.0
        self._last = -1
        self._cpu = 0.0
        self.stalled: Stalled = lambda seconds, cpu: None  # noqa: ARG005
        """Told of each stall when it is over."""

    def select(self, timeout: float | None = None) -> list[_Ready]:
        if self.busy_since is not None:
            self._ended(time.monotonic() - self.busy_since, time.thread_time() - self._cpu)
        try:
            return self._share(super().select(timeout))
        finally:
            self.begin()

    def begin(self) -> None:
        """A turn begins."""
        self._cpu = time.thread_time()
        self.busy_since = time.monotonic()

    def _share(self, ready: list[_Ready]) -> list[_Ready]:
        """What one turn takes on. The system tells of the rest again, and each has its turn."""
        if len(ready) > _MOST:
            ready = sorted(ready, key=lambda news: (news[0].fd <= self._last, news[0].fd))[:_MOST]
            self._last = ready[-1][0].fd
        return ready

    def _ended(self, seconds: float, cpu: float) -> None:
        self.busy_since = None
        if seconds > self.longest:
            self.longest = seconds
        if seconds > STALL:
            self.stalled(seconds, cpu)


class WatchedLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.turns = Turns()
        super().__init__(self.turns)


def run_watched(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, on a loop that is measured."""
    with asyncio.Runner(loop_factory=WatchedLoop) as runner:
        return runner.run(main)


@contextmanager
def watching(stalled: Stalled) -> Iterator[None]:
    """Tell `stalled` of each stall of the running loop, and log the long ones while they last.

    On a loop that is not a `WatchedLoop` nothing is measured. Code that keeps Python's interpreter lock keeps the
    thread that logs from its work, too: such a stall is told of when it is over, without its stack.
    """
    loop = asyncio.get_running_loop()
    if not isinstance(loop, WatchedLoop):
        yield
        return
    over = threading.Event()
    watch = threading.Thread(
        target=_watch, args=(loop.turns, threading.get_ident(), over), name="watchdog", daemon=True
    )
    loop.turns.begin()  # how long the bot took to start is no stall
    loop.turns.stalled = _told(stalled)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _told(stalled: Stalled) -> Stalled:
    def tell(seconds: float, cpu: float) -> None:
        stalled(seconds, cpu)
        if seconds > _LONG_STALL:
            log.warning("the event loop stood still", seconds=round(seconds, 2), cpu=round(cpu, 2))

    return tell


def _watch(turns: Turns, thread: int, over: threading.Event) -> None:
    logged: float | None = None
    while not over.wait(_LOOK):
        since = turns.busy_since
        if since is not None and since != logged and time.monotonic() - since > _LONG_STALL:
            logged = since
            log.warning("the event loop stands still", doing=_doing(thread))


def _doing(thread: int) -> str:
    """The calls that a thread is in, innermost first: names and lines, no values."""
    calls = traceback.extract_stack(sys._current_frames().get(thread))
    return " < ".join(f"{call.name} ({call.filename}:{call.lineno})" for call in list(reversed(calls))[:_DEEPEST])
