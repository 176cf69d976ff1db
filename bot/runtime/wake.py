"""Waking a loop, and keeping it going."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class Wake:
    """Called from anywhere on the event loop, it wakes the one loop that waits. Calls do not add up."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def __call__(self) -> None:
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()
        self._event.clear()


async def keep_going(name: str, run: Callable[[], Awaitable[None]], longest_pause: float = 30.0) -> None:
    """Run a loop for ever. One that raises is started again after a pause (seconds) that grows each time."""
    pause = 0.5
    while True:
        try:
            return await run()
        except Exception:
            log.exception("part failed and is started again", part=name, pause_s=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, longest_pause)
