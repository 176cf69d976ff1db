"""The pages in a real browser, where there is one: tasks without scripts."""

import pytest

from tests.web.pages.chromium import KEY, browser, menu, press, served
from tests.web.pages.reader import OLIVE

PAGES = ("", "month", "actions/new", "outbox", f"outbox/post?key={KEY}", "pause", "history", "sessions", "nothing")


@pytest.mark.parametrize("width", [1280, 320])
async def test_an_organisers_tasks_are_done_without_scripts_and_without_scrolling_sideways(width: int) -> None:
    async with served() as world, browser() as chromium:
        context = await chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(await world.link(OLIVE))
        await press(page, "Sign in")
        await menu(page, "The month")
        await page.get_by_role("link", name="Add a key action").click()
        await page.get_by_label("What people should do").fill("Tell a manager today.")
        await page.get_by_label("Date").fill("3/12/2026")
        await page.get_by_label("Time", exact=True).fill("9am")
        await press(page, "See it as it will appear")
        assert await page.get_by_text("of 280 characters, as X counts them").is_visible()
        await press(page, "Queue it")
        assert await page.get_by_text("Queued.", exact=True).is_visible()
        await menu(page, "Posts")
        await page.get_by_role("link", name="Tell a manager").click()
        await press(page, "It is there")
        assert await page.get_by_text("It counts as sent.").is_visible()
        await menu(page, "Pause")
        await page.get_by_label("Reason").fill("election")
        await press(page, "Pause everything")
        await press(page, "End the pause")
        assert await page.get_by_text("The pause is over.").is_visible()
        for path in PAGES:
            await page.goto(f"{world.url}/pages/{path}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert [url for url in asked if not url.startswith((world.url, "data:"))] == []
