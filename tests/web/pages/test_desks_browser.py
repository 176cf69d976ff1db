"""The desks in a real browser, where there is one: nothing for axe to find, nothing to scroll sideways, no script."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.web.pages.streams import Streams
from tests.web.pages.chromium import browser, noting, press, served, violations
from tests.web.pages.everything import filled, named
from tests.web.pages.reader import ADA, MORGAN, OLIVE, World
from tests.web.pages.test_live import DESK, EVENING


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
async def test_axe_finds_nothing_on_the_desk_in_its_hour(width: int, scheme: str) -> None:
    async with served() as world, browser() as chromium:
        await filled(world, named, 3)
        world.later(EVENING - world.clock.now())
        context = await chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        page = await context.new_page()
        await page.goto(await world.link(ADA))
        await press(page, "Sign in")
        await page.goto(f"{world.url}{DESK}?reload=yes")
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


AT_THAT_MOMENT = """document.getElementById("following").addEventListener(
    "htmx:afterSettle", () => document.getElementById("press-4").click(), {once: true}
)"""
"""Presses “Q1 again” when the buttons have just changed."""
HOSTS = ((ADA, 1280), (MORGAN, 320))


async def _opened(world: World, chromium: Any, who: str, width: int, path: str = DESK) -> tuple[Any, list[str]]:
    """A page, and a list of what is not as it should be: its errors, and what it asks of others."""
    page = await (await chromium.new_context(viewport={"width": width, "height": 900})).new_page()
    wrong = noting(page, world.url)
    await page.goto(await world.link(who))
    await press(page, "Sign in")
    await page.goto(f"{world.url}{path}")
    return page, wrong


async def test_another_host_sees_a_press_without_reloading_and_keeps_what_is_open_and_in_focus() -> None:
    async with served(streams=Streams(pace=0.1)) as world, browser() as chromium:
        await filled(world, named, 3)
        world.later(EVENING - world.clock.now())
        (ada, hers), (morgan, theirs) = [await _opened(world, chromium, who, width) for who, width in HOSTS]
        await morgan.evaluate("window.row = document.getElementById('row-q3')")
        await morgan.locator("#change-q3 summary").click()
        skip, end = morgan.locator("#press-skip-q3"), morgan.get_by_role("button", name="End …")
        await skip.focus()
        place = await end.bounding_box()
        await morgan.evaluate(AT_THAT_MOMENT)
        await press(ada, "Hold")
        await morgan.get_by_role("status").get_by_text("The chat is held: nothing goes out.").wait_for()
        assert await morgan.evaluate("window.row.isConnected && document.activeElement.id") == "press-skip-q3"
        assert await skip.is_visible()
        assert await end.bounding_box() == place
        assert await morgan.get_by_text("Reload every 20 seconds").is_hidden()
        assert await morgan.get_by_text("so nothing was done").is_visible()
        assert await violations(morgan) == []
        await asyncio.sleep(1)
        await skip.press("Enter")
        await ada.get_by_text("Q3 is skipped.").wait_for()
        assert "Held." in await ada.get_by_role("alert").inner_text(), "what was pressed here, and nothing else"
        assert hers == theirs == []


async def test_a_desk_says_when_it_is_out_of_touch_and_when_nobody_is_signed_in() -> None:
    async with served(streams=Streams(pace=0.1)) as world, browser() as chromium:
        await filled(world, named, 3)
        world.later(EVENING - world.clock.now())
        morgan, _ = await _opened(world, chromium, MORGAN, 1280)
        lost, ended = morgan.get_by_text("has lost touch with the bot"), morgan.get_by_text("You are not signed in any")
        await morgan.context.set_offline(True)
        await lost.wait_for()
        assert await violations(morgan) == []
        await morgan.context.set_offline(False)
        await lost.wait_for(state="hidden")
        await morgan.context.clear_cookies()
        world.later(timedelta(minutes=1))
        await ended.wait_for()
        await morgan.get_by_role("link", name="Sign in again").click()
        await morgan.get_by_role("heading", name="Sign in").first.wait_for()


WATCH = """() => {
    window.said = [];
    const sending = document.getElementById("sending");
    new MutationObserver(() => said.push(sending.innerText)).observe(sending, {childList: true, subtree: true});
}"""
"""Keeps what a screen reader is told while a sheet is on its way."""


SHEETS = (("31/2/2026", "Error: What is wrong with the sheet", "problems"), ("20/12/2026", "What the sheet would", ""))


async def test_whoever_sends_a_sheet_is_told_how_far_it_is_and_brought_to_what_came_of_it() -> None:
    async with served() as world, browser() as chromium:
        page, wrong = await _opened(world, chromium, OLIVE, 320, "/pages/import")
        assert await violations(page) == []
        for day, title, focused in SHEETS:
            await page.evaluate(WATCH)
            await page.get_by_label("The file").set_input_files(
                {"name": "a.csv", "mimeType": "text/csv", "buffer": f"date,time,text\n{day},9am,Hello.\n".encode()}
            )
            await page.get_by_role("button", name="Check it").click()
            await page.get_by_role("heading", name="a.csv").wait_for()
            assert (await page.title()).startswith(title)
            told = await page.evaluate("said")
            assert (told[0][:22], told[-1][:14]) == ("The sheet is being sen", "It has arrived")
            assert await page.evaluate("[document.activeElement.id, document.activeElement !== document.body]") == [
                focused,
                True,
            ]
            assert await violations(page) == []
            await page.go_back()
            await page.get_by_role("heading", name="Take in a sheet").wait_for()
        assert [line for line in wrong if "400 (Bad Request)" not in line] == []
        assert await page.evaluate("localStorage.length") == 0
