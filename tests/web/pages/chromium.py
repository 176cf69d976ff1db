"""A real browser at the pages. Where there is none, whatever imports this is skipped, with the reason."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.actions import month_plan
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.outbox import State, new_post
from bot.web.server import listen, serve
from tests.web.pages.reader import NOW, ROOMS, World

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed (group browser)")
axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed (group browser)")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("there is no Chromium on this machine", allow_module_level=True)

QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
"""A browser that asks its maker nothing meanwhile."""
KEY = "action:2026-12:tell:x"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@asynccontextmanager
async def served(**options: Any) -> AsyncIterator[World]:
    """The pages on a port of their own, with a month and a post that needs somebody."""
    with listen("127.0.0.1", 0) as sock:
        world, stop = World(url=f"http://localhost:{sock.getsockname()[1]}", **options), asyncio.Event()
        async with world.database.transaction() as tx:
            for entry in month_plan(world.content.actions[0], world.content, Platform):
                await tx.plan.put(entry)
            post = new_post(KEY, ROOMS[Platform.X], Text("Tell a manager"), NOW - timedelta(hours=1))
            await tx.outbox.add(replace(post, state=State.HELD, reason="There was no answer."))
        serving = asyncio.create_task(serve(world.app, sock, stop))
        try:
            yield world
        finally:
            stop.set()
            await serving


@asynccontextmanager
async def browser() -> AsyncIterator[Any]:
    async with playwright.async_playwright() as started:
        chromium = await started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        await chromium.close()


def noting(page: Any, *ours: str) -> list[str]:
    """From now on, what should not happen in a page: what its console says, and what it asks of others than `ours`."""
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(ours) else wrong.append(asked.url))
    return wrong


async def press(page: Any, name: str) -> None:
    await page.get_by_role("button", name=name).click()
    await page.wait_for_load_state()  # of the page to which it leads: what is looked at next is on that one


async def menu(page: Any, name: str) -> None:
    """Go to another page by the menu, which on a phone has to be opened first."""
    opener = page.get_by_role("link", name="Menu", exact=True)
    if await opener.is_visible():
        await opener.click()
    await page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()


async def violations(page: Any) -> list[str]:
    result = await axe.Axe().run(page, options={"runOnly": STANDARDS, "resultTypes": ["violations"]})
    return [f"{page.url}: {each['help']}, {each['nodes'][0]['html']}" for each in result.response["violations"]]
