"""Moving and signing off in a real browser: what axe finds where something wants a second look."""

from typing import Any

import pytest

from bot.core.plan import Kind
from tests.samples import an_entry
from tests.web.pages.chromium import browser, press, served, violations
from tests.web.pages.reader import OLIVE, World

KEY = "action:tell"
WANTED = frozenset({Kind.ACTION, Kind.ANNOUNCEMENT, Kind.CARD, Kind.CHAT})


async def signed_in(world: World, chromium: Any, who: str, width: int = 1280, **options: Any) -> Any:
    context = await chromium.new_context(viewport={"width": width, "height": 900}, **options)
    page = await context.new_page()
    await page.goto(await world.link(who))
    await press(page, "Sign in")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
async def test_axe_finds_nothing_where_things_are_written_and_approved(width: int, scheme: str) -> None:
    async with served(approve=WANTED) as world, browser() as chromium:
        async with world.database.transaction() as tx:
            await tx.plan.put(an_entry())
        olive = await signed_in(world, chromium, OLIVE, width, color_scheme=scheme)
        await olive.goto(f"{world.url}/pages/plan/{KEY}/move")
        await olive.get_by_label("Date").fill("25/12/2026")
        await press(olive, "Move it")
        found = [await violations(olive)]  # with something worth a second look
        await press(olive, "Move it all the same")
        await olive.goto(f"{world.url}/pages/approvals/{KEY}")
        await olive.get_by_text("Ask somebody without an account").click()
        await olive.get_by_label("Who should sign it off").fill("The champion")
        await press(olive, "Make a link for them")
        found.append(await violations(olive))
        link = await olive.locator("code").inner_text()
        await olive.goto(link)
        found.append(await violations(olive))
        assert [each for each in found if each] == []
