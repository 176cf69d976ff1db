"""Waking a loop, and keeping it going."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")


class Wake:
    """Called from anywhere on the event loop, it wakes the one loop that waits. Calls do not add up."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def __call__(self) -> None:
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()
        self._event.clear()


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """Do something to its end, also when cancelled meanwhile: half a transaction helps nobody."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def keep_going(
    name: str,
    run: Callable[[], Awaitable[None]],
    longest_pause: float = 30.0,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Run a loop for ever. One that raises is started again after a pause (seconds) that grows each time.

    Once it has run longer than the longest pause, it starts again from a short one.
    """
    clock = asyncio.get_running_loop().time
    pause = 0.5
    while True:
        began = clock()
        try:
            return await run()
        except Exception:
            pause = 0.5 if clock() - began > longest_pause else pause
            log.exception("part failed and is started again", part=name, pause_s=pause)
        await sleep(pause)
        pause = min(pause * 2, longest_pause)
