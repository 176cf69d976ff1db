"""The demo with its page: the bot, the emulators and a browser window."""

import asyncio
import webbrowser
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp

from bot.adapters.yaml_content import load
from bot.demo.narrator import Narrator
from bot.demo.page import Page
from bot.demo.process import Process
from bot.demo.session import Session, session
from bot.demo.tale import Tale, plot_of

_PACE = 10


async def show(
    emulators: Process,
    content_dir: Path,
    port: int,
    browser: bool,
    stop_on_signals: Callable[[], asyncio.Event],
    tell: Callable[[str], None],
) -> None:
    """Serve the demo until stopped. Raises Problem when the port is taken."""
    content = load(content_dir)
    plot = plot_of(content)

    def page(here: Session) -> ASGIApp:
        return Page(here, content, Narrator(Tale(plot, here))).application(here.bot.web)

    async with session(content, content_dir, plot.start, _PACE, emulators=emulators, port=port, wrap=page) as here:
        address = f"http://127.0.0.1:{here.settings.port}/"
        tell(f"The demo is at {address} (Ctrl+C ends it)")
        if browser:
            await asyncio.to_thread(webbrowser.open, address)
        await stop_on_signals().wait()
        tell("The demo has ended.")
