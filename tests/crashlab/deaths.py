"""Forking workers, and seeing to their deaths."""

import os
import random
import select
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.crashlab import points, worker
from tests.crashlab.inspector import Inspector
from tests.crashlab.points import Order
from tests.crashlab.report import Report
from tests.crashlab.site import SPEED, Site

_LIFE = 1.5
"""Wall seconds in which a worker should come to where it is to die; then it dies where it is."""
_ENOUGH = 3
"""Queued posts with which a worker is busy until its end."""
_COMPANY = 0.3
"""How often two workers work at a time, where more than one may."""


class BrokenLab(Exception):
    """Something else than a kill ended a worker, or the bot came to no end."""


@dataclass(eq=False)
class _Child:
    """`go_on_at`, `kill_at`: monotonic instants; 0 for never."""

    order: Order
    pid: int
    pipe: int
    go_on_at: float = 0.0
    kill_at: float = 0.0

    @property
    def next(self) -> float:
        return self.go_on_at or self.kill_at


@dataclass
class Deaths:
    """The workers of one round."""

    site: Site
    inspector: Inspector
    report: Report
    dice: random.Random
    slowness: float
    _background: list[_Child] = field(default_factory=list)
    """Those that stand still, and those that keep others company."""

    def live(self, order: Order) -> None:
        """One worker, until it is dead as ordered, or stands still."""
        feed = order.name in points.ADDING or self.inspector.queued() < _ENOUGH
        child = self._fork(order, lambda tell: worker.publish(self.site, order, tell, feed))
        if not self.site.database.alone and self.dice.random() < _COMPANY:
            self._keep_company()
        reached = not order.point or self._wait_until(time.monotonic() + _LIFE * self.slowness, child.pipe)
        if order.stop and reached:
            self._stand_still(child)
        else:
            self._wait_until(time.monotonic() + (order.delay or 0))
            self._end(child, reached)

    def in_peace(self, work: Callable[[], Coroutine[Any, Any, None]], seconds: float) -> None:
        """A worker that nobody kills, unless it takes too long."""
        child = self._fork(Order("in peace"), lambda _: work())
        if not select.select([child.pipe], [], [], seconds)[0]:
            os.kill(child.pid, signal.SIGKILL)
        os.close(child.pipe)
        if status := os.waitpid(child.pid, 0)[1]:
            raise BrokenLab(f"a worker that was left in peace ended with status {status}")

    def let_the_others_end(self) -> None:
        while self._background:
            self._wait_until(min(child.next for child in self._background))

    def close(self) -> None:
        """For a round that broke off: leave nobody behind."""
        for child in self._background:
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)

    def _fork(self, order: Order, work: Callable[[int], Coroutine[Any, Any, None]]) -> _Child:
        pipe, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(pipe)
            worker.in_worker(work(tell))
        os.close(tell)
        return _Child(order, pid, pipe)

    def _keep_company(self) -> None:
        """One more worker at the same time, which dies a little later."""
        order = Order(points.ANYWHERE)
        child = self._fork(order, lambda tell: worker.publish(self.site, order, tell, False))
        child.kill_at = time.monotonic() + self.dice.uniform(0.05, 0.4)
        self._background.append(child)

    def _stand_still(self, child: _Child) -> None:
        """Until shortly before others take over, or until long after it."""
        lease = self.site.patience.lease.total_seconds() / SPEED
        stillness = [0.85 * lease] if self.site.database.alone else [0.85 * lease, 3 * lease]
        child.go_on_at = time.monotonic() + self.dice.choice(stillness)
        soon = self.dice.choice((0.05, 0.4, 0.8))
        child.kill_at = child.go_on_at + soon * self.slowness
        self._background.append(child)
        if self.site.database.alone:
            self.let_the_others_end()  # nobody else may work on this database meanwhile

    def _wait_until(self, instant: float, pipe: int | None = None) -> bool:
        """Wait for an instant, or for something on the pipe: then True. Those in the background are seen to."""
        pipes = [] if pipe is None else [pipe]
        while True:
            soonest = min([instant, *(child.next for child in self._background)])
            if select.select(pipes, [], [], max(soonest - time.monotonic(), 0))[0]:
                return True
            self._see_to_the_background()
            if time.monotonic() >= instant:
                return False

    def _see_to_the_background(self) -> None:
        now = time.monotonic()
        for child in [child for child in self._background if now >= child.next]:
            if child.go_on_at:
                child.go_on_at = 0.0
                os.kill(child.pid, signal.SIGCONT)
            else:
                self._background.remove(child)
                self._end(child)

    def _end(self, child: _Child, reached: bool = True) -> None:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        status = os.waitpid(child.pid, 0)[1]
        key = os.read(child.pipe, 200).decode().strip()
        os.close(child.pipe)
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            raise BrokenLab(f"a worker ended by itself with status {status}")
        name = child.order.name if reached else points.ANYWHERE
        self.report.kills[name] += 1
        if key:
            self.report.left[name, self.inspector.state(key)] += 1
