"""The pages in a real browser, where there is one: tasks without scripts, and what axe finds."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.actions import month_plan
from bot.core.events import Platform
from bot.core.outbox import State, Text, new_post
from bot.web.server import listen, serve
from tests.web.pages.reader import NOW, OLIVE, ROOMS, World

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed (group browser)")
axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed (group browser)")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

KEY = "action:2026-12:tell:x"
PAGES = ("", "month", "actions/new", "outbox", f"outbox/post?key={KEY}", "pause", "history", "sessions", "nothing")
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
        yield world
        stop.set()
        await serving


@asynccontextmanager
async def browser() -> AsyncIterator[Any]:
    async with playwright.async_playwright() as started:
        chromium = await started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        await chromium.close()


async def press(page: Any, name: str) -> None:
    await page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("width", [1280, 320])
async def test_an_organisers_tasks_are_done_without_scripts_and_without_scrolling_sideways(width: int) -> None:
    async with served() as world, browser() as chromium:
        context = await chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(await world.link(OLIVE))
        await press(page, "Sign in")
        await page.get_by_role("link", name="The month", exact=True).click()
        await page.get_by_role("link", name="Add a key action").click()
        await page.get_by_label("What people should do").fill("Tell a manager today.")
        await page.get_by_label("Date").fill("3/12/2026")
        await page.get_by_label("Time", exact=True).fill("9am")
        await press(page, "See it as it will appear")
        assert await page.get_by_text("of 280 characters, as X counts them").is_visible()
        await press(page, "Queue it")
        assert await page.get_by_text("Queued.", exact=True).is_visible()
        await page.get_by_role("link", name="Posts", exact=True).click()
        await page.get_by_role("link", name="Tell a manager").click()
        await press(page, "It is there")
        assert await page.get_by_text("It counts as sent.").is_visible()
        await page.get_by_role("link", name="Pause", exact=True).click()
        await page.get_by_label("Reason").fill("election")
        await press(page, "Pause everything")
        await press(page, "End the pause")
        assert await page.get_by_text("The pause is over.").is_visible()
        for path in PAGES:
            await page.goto(f"{world.url}/pages/{path}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert [url for url in asked if not url.startswith((world.url, "data:"))] == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
async def test_axe_finds_nothing_on_any_page(width: int, scheme: str) -> None:
    async with served() as world, browser() as chromium:
        context = await chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        page = await context.new_page()
        await page.goto(await world.link(OLIVE))
        found = [await violations(page)]
        await press(page, "Sign in")
        await page.goto(f"{world.url}/pages/actions/new")
        await press(page, "See it as it will appear")
        found.append(await violations(page))  # with everything that is wrong
        await page.goto(f"{world.url}/pages/pause")
        await page.get_by_label("Reason").fill("election")
        await press(page, "Pause everything")
        for path in PAGES:
            await page.goto(f"{world.url}/pages/{path}")
            found.append(await violations(page))
        assert [each for each in found if each] == []


async def violations(page: Any) -> list[str]:
    result = await axe.Axe().run(page, options={"runOnly": STANDARDS, "resultTypes": ["violations"]})
    return [f"{page.url}: {each['help']}, {each['nodes'][0]['html']}" for each in result.response["violations"]]
