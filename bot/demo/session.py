"""A bot at work in an emulated world, on a campaign clock that can run fast, stand still and skip ahead."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from starlette.types import ASGIApp

from bot.adapters.clock import CampaignClock
from bot.bootstrap import Bot, build
from bot.config import Settings
from bot.core.content import Content
from bot.core.outbox import Patience
from bot.core.problems import Problem
from bot.demo.process import Process, start_emulators
from bot.demo.world import Json, World, emulated_world
from bot.platforms import X_POLL
from bot.runtime.publisher import Pace
from bot.web.server import listen

FASTEST = 120
# Leases, databases and the building of requests take the wall's time: on a fast clock that is longer by its speed.
PATIENCE = Patience(lease=timedelta(seconds=60) * FASTEST)
PACE = Pace(lead=timedelta(seconds=2) * FASTEST, head_start=timedelta(milliseconds=100) * FASTEST)
APPROACH = timedelta(seconds=75)
"""Campaign time left before a post when a gap is skipped: more than the scheduler's lead."""
_PATIENCE_S = 30.0

T = TypeVar("T")


class StoryStopped(Problem):
    """Something that should have happened did not."""


@dataclass(frozen=True)
class Session:
    world: World
    clock: CampaignClock
    bot: Bot
    settings: Settings

    async def skip_to(self, instant: datetime) -> None:
        """Move campaign time forward to `instant`, for the bot and the platforms alike."""
        self.clock.jump(instant)
        await self.clock_changed()

    async def clock_changed(self) -> None:
        await self.world.follow(self.clock)
        await self.bot.supervisor.beat()


async def eventually(look: Callable[[], Awaitable[T | None]], what: str, patience: float = _PATIENCE_S) -> T:
    """The first true thing that `look` finds. Raises StoryStopped after `patience` seconds of wall time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while True:
                if found := await look():
                    return found
                await asyncio.sleep(0.02)
    raise StoryStopped(f"This did not happen within {patience:.0f} seconds: {what}.")


async def slack_form(world: World, user: str, ask: Callable[[], Awaitable[object]]) -> Json:
    """The form that opens for somebody who asks. Slack opens none after three seconds: who is told so asks again."""
    known = [view["id"] for view in await world.get("/slack/views", user=user)]

    async def look() -> Json | None:
        views: list[Json] = await world.get("/slack/views", user=user)
        return next((view for view in views if view["id"] not in known), None)

    what = f"a form is open for {user}"
    for _ in range(2):
        await ask()
        with contextlib.suppress(StoryStopped):
            return await eventually(look, what, _PATIENCE_S / 3)
    await ask()
    return await eventually(look, what)


@asynccontextmanager
async def session(
    content: Content,
    content_dir: Path,
    start: datetime,
    speed: float,
    *,
    emulators: Process | None = None,
    port: int = 0,
    x_poll: timedelta = X_POLL,
    wrap: Callable[["Session"], ASGIApp] | None = None,
    **settings: Any,
) -> AsyncIterator[Session]:
    """Run a bot against fresh emulators, its campaign clock at `start`. The database is thrown away at the end.

    `emulators` are those that were started ahead, if they were.
    `wrap` may put another web application around the bot's (the demo page does).
    """
    clock = CampaignClock(start, speed)
    clock.pause()  # time begins when everybody is there
    stop = asyncio.Event()
    with tempfile.TemporaryDirectory(prefix="antiphon-") as folder, listen("127.0.0.1", port) as sock:
        async with emulated_world(emulators or start_emulators()) as world:
            own_port = sock.getsockname()[1]
            await world.follow(clock)
            await world.put("/teams/endpoint", {"url": f"http://127.0.0.1:{own_port}/api/messages"})
            values = await world.settings(Path(folder), own_port, content_dir=content_dir, **settings)
            with _no_certificates():
                bot = await build(values, content, clock=clock, patience=PATIENCE, x_poll=x_poll, pace=PACE)
            here = Session(world, clock, bot, values)
            running = asyncio.create_task(bot.run(stop, sock, wrap(here) if wrap else bot.web))
            try:
                await eventually(lambda: _listening(world, running), "the bot listens on X, Slack and Teams")
                clock.resume()
                await here.clock_changed()
                yield here
            finally:
                stop.set()
                await running


@contextmanager
def _no_certificates() -> Iterator[None]:
    """Keep the SDKs from reading the machine's certificates: a quarter of a second, and all is plain HTTP here."""
    kept = {name: os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
    os.environ.update(SSL_CERT_FILE="", SSL_CERT_DIR=os.devnull)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


async def _listening(world: World, running: asyncio.Task[None]) -> bool:
    if running.done():
        running.result()
    paths = {exchange["path"] for exchange in await world.get("/exchanges")}
    signs = ("/mentions", "connections.open", "/token")
    return all(any(path.endswith(sign) for path in paths) for sign in signs)
