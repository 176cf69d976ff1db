"""What the commands have in common: settings, content, the database, the time."""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from bot.core.problems import Problem
from bot.core.visible import visible

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.adapters.db import SqlDatabase
    from bot.config import Settings
    from bot.core.content import Content

T = TypeVar("T")

LARGEST = 2**31 - 1
"""The largest number that the database stores: every argument and option that names a row by its number ends here."""


def with_database(work: Callable[["SqlDatabase", "Content"], Awaitable[T]]) -> T:
    """Do something with the database and the content, with the tables up to date."""
    settings = read_settings()
    content = load_content(settings.content_dir)
    return on_database(settings, lambda database: work(database, content))


def with_zone(work: Callable[["SqlDatabase", "ZoneInfo", "datetime"], Awaitable[T]]) -> T:
    """Do something with the database, the campaign's time zone and the time as the bot has it.

    What must work in an emergency does not wait until somebody has mended the content.
    """
    settings = read_settings()
    zone = _zone(settings.content_dir)

    async def inside(database: "SqlDatabase") -> T:
        return await work(database, zone, await bot_now(database))

    return on_database(settings, inside)


def on_database(settings: "Settings", work: Callable[["SqlDatabase"], Awaitable[T]]) -> T:
    from bot.adapters.db import open_database
    from bot.adapters.db.erasure import erase_again
    from bot.adapters.db.left import clear_left

    url, key = settings.database_url.get_secret_value(), settings.pseudonym_key.get_secret_value()
    gc.freeze()  # what is loaded by now stays, and need not be looked through again and again
    gc.enable()  # `antiphon` starts without, but what a million rows leave behind is garbage

    async def inside() -> T:
        database = open_database(url)
        try:
            await database.migrate()
            await asyncio.to_thread(clear_left, url)
            await asyncio.to_thread(erase_again, url, clock_now(), settings.erased_list, key)
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(inside())


def prepare_database(settings: "Settings") -> None:
    """Make the database if it is not there, and bring its tables up to date."""

    async def nothing_more(_: "SqlDatabase") -> None: ...

    on_database(settings, nothing_more)


def read_text(file: Path) -> str:
    """Raises Problem for what is no text in UTF-8, or cannot be read."""
    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(f"{file} is not text in UTF-8. Save it in the spreadsheet as “CSV UTF-8”.") from None


def read_bytes(file: Path) -> bytes:
    """Raises Problem for what cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Problem(f"{file} cannot be read ({error.strerror}). Check the name and your rights.") from None


def tell(text: object, *, end: str = "\n", to: TextIO | None = None) -> None:
    """Print. All that commands say goes this way: people's words in it must not steer the terminal."""
    print(visible(str(text)), end=end, file=to)


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar with the time left on a terminal, and nothing elsewhere. What it gives is told of each step."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total or None)
        yield lambda steps: progress.advance(task, steps)


async def bot_now(database: "SqlDatabase") -> "datetime":
    """Several machines go by the server's clock: nothing may begin or go out at a wrong time because ours is wrong."""
    return clock_now() if database.alone else await database.time()


def clock_now() -> "datetime":
    from bot.adapters.clock import SystemClock

    return SystemClock().now()


def read_settings() -> "Settings":
    from bot import config

    return config.read_settings()


def load_content(folder: Path) -> "Content":
    from bot.adapters.yaml_content import load

    return load(folder)


def _zone(folder: Path) -> "ZoneInfo":
    from zoneinfo import ZoneInfo

    from bot.adapters.yaml_content import load_campaign
    from bot.core.content import Campaign

    try:
        return ZoneInfo(load_campaign(folder).zone)
    except Problem:
        name: str = Campaign.model_fields["zone"].default
        print(f"campaign.yaml has problems (antiphon content check), so times are on the clocks of {name}.",
              file=sys.stderr)  # fmt: skip
        return ZoneInfo(name)
