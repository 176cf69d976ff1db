"""The desks in a real browser, where there is one: nothing for axe to find, nothing to scroll sideways, no script."""

import pytest

from tests.web.pages.chromium import browser, menu, press, served, violations
from tests.web.pages.everything import filled, named
from tests.web.pages.reader import ADA
from tests.web.pages.test_live import DESK, EVENING


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
async def test_axe_finds_nothing_on_the_desk_in_its_hour_and_a_host_needs_no_script(width: int, scheme: str) -> None:
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
        plain = await chromium.new_context(
            java_script_enabled=False,
            viewport={"width": width, "height": 900},
            storage_state=await context.storage_state(),
        )
        page = await plain.new_page()
        await page.goto(f"{world.url}{DESK}")
        await press(page, "Hold")
        assert await page.get_by_text("Nothing more goes out until you let it go on.").first.is_visible()
        await press(page, "Go on")
        await menu(page, "Home")  # the desk's own menu is short
        await menu(page, "Import and export")
        await page.get_by_label("The file").set_input_files(
            {"name": "a.csv", "mimeType": "text/csv", "buffer": b"date,time,text\n20/12/2026,9am,Share a story.\n"}
        )
        await press(page, "Check it")
        await press(page, "Take it in")
        assert await page.get_by_text("The import is done.").is_visible()
        await press(page, "Undo this import")
        assert await page.get_by_text("The import is undone.").is_visible()
