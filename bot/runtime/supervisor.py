"""Starts the parts in order, keeps them going, and stops them so that nothing is cut off."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import structlog

from bot.ports import Listener, PlatformClient, Timer
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.publisher import Publisher
from bot.runtime.scheduler import Scheduler
from bot.runtime.wake import keep_going

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parts:
    """What one process runs. A web process has no publishers and no scheduler; a worker may have no listeners."""

    dispatcher: Dispatcher
    timer: Timer
    listeners: Sequence[Listener] = ()
    publishers: Sequence[Publisher] = ()
    scheduler: Scheduler | None = None
    clients: Sequence[PlatformClient] = field(default=())
    loops: list[tuple[str, Callable[[], Awaitable[None]]]] = field(default_factory=list)
    """What else goes on for ever, by name."""
    beaten: Callable[[], None] = lambda: None
    """Told of each beat of the timer."""


class Supervisor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. First nothing new comes in, then what has begun is finished."""
        async with AsyncExitStack() as stack:
            for client in self._parts.clients:
                stack.push_async_callback(client.close)
            await self._started()
            stack.callback(self._parts.timer.stop)
            inward = [self._listen(listener) for listener in self._parts.listeners]
            onward = self._begin_loops()
            log.info("running", listeners=len(inward), publishers=len(self._parts.publishers))
            await stop.wait()
            log.info("stopping")
            await _ended(inward)
            await _attempted("handle what was heard last", self._parts.dispatcher.drain)
            await _ended(onward)
            for publisher in self._parts.publishers:
                await _attempted(f"keep what became of posts on {publisher.platform}", publisher.finish)

    async def _started(self) -> None:
        if self._parts.scheduler is not None:
            await self._parts.scheduler.start()
        self._parts.timer.start(self.beat)

    def _listen(self, listener: Listener) -> asyncio.Task[None]:
        return _begin(f"{listener.platform} listener", lambda: listener.run(self._parts.dispatcher.receive))

    def _begin_loops(self) -> list[asyncio.Task[None]]:
        loops = [("dispatcher", self._parts.dispatcher.run), *self._parts.loops]
        loops += [(f"{publisher.platform} publisher", publisher.run) for publisher in self._parts.publishers]
        loops += [("scheduler", self._parts.scheduler.run)] if self._parts.scheduler else []
        return [_begin(name, run) for name, run in loops]

    async def beat(self) -> None:
        """Wake every loop to look whether something is due."""
        self._parts.beaten()
        self._parts.dispatcher.wake()
        for publisher in self._parts.publishers:
            publisher.wake()
        if self._parts.scheduler is not None:
            self._parts.scheduler.wake()


def _begin(name: str, run: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
    return asyncio.create_task(keep_going(name, run), name=name)


async def _attempted(what: str, work: Callable[[], Awaitable[None]]) -> None:
    """One of the last things, which must not keep the others from being done. The next start takes it from there."""
    try:
        await work()
    except Exception:
        log.exception("could not be done before the end", what=what)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
