"""Writing, approving, moving and undoing in a real browser: without scripts, by keyboard alone, and what axe finds."""

from pathlib import Path
from typing import Any

import pytest

from bot.core.plan import Kind
from tests.samples import an_entry
from tests.web.pages.chromium import browser, press, served, violations
from tests.web.pages.everything import png
from tests.web.pages.reader import MARIA, OLIVE, World

KEY = "action:tell"
WANTED = frozenset({Kind.ACTION, Kind.ANNOUNCEMENT, Kind.CARD, Kind.CHAT})
PAGES = (
    "drafts", "compose/action/new", "compose/announcement/new", "compose/card/new", "compose/chat/new?like=last",
    f"plan/{KEY}", f"plan/{KEY}/move", "changes", "approvals", f"approvals/{KEY}", "calendar", "month", "",
)  # fmt: skip


async def signed_in(world: World, chromium: Any, who: str, width: int = 1280, **options: Any) -> Any:
    context = await chromium.new_context(viewport={"width": width, "height": 900}, **options)
    page = await context.new_page()
    await page.goto(await world.link(who))
    await press(page, "Sign in")
    return page


async def narrow(page: Any, width: int) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url


@pytest.mark.parametrize("width", [1280, 320])
async def test_all_that_is_written_is_queued_approved_moved_and_undone_without_scripts(
    width: int, tmp_path: Path
) -> None:
    picture = tmp_path / "card.png"
    picture.write_bytes(png())
    async with served(approve=WANTED) as world, browser() as chromium:
        olive = await signed_in(world, chromium, OLIVE, width, java_script_enabled=False)
        maria = await signed_in(world, chromium, MARIA, width, java_script_enabled=False)
        await olive.goto(f"{world.url}/pages/compose/card/new")
        await olive.get_by_label("Picture", exact=True).set_input_files(picture)
        await olive.get_by_label("Description for people").fill("A purple card with the words: ask a librarian")
        await olive.get_by_label("Text", exact=True).fill("Ask a librarian before you decide.")
        await olive.get_by_label("Credit").fill("Card: the campaign")
        await olive.get_by_label("Consent").fill("Nobody can be recognised.")
        await olive.get_by_label("Release date").fill("4 December 2026")
        await press(olive, "See it as it will appear")
        assert await olive.get_by_role("img").count() == 3
        await narrow(olive, width)
        await press(olive, "Queue it")
        assert await olive.get_by_text("Queued. It waits until somebody else approves of it.").is_visible()
        await narrow(olive, width)
        await maria.goto(f"{world.url}/pages/")
        await maria.get_by_role("link", name="Ask a librarian before you decide.").click()
        await narrow(maria, width)
        await press(maria, "Approve")
        await olive.reload()
        await olive.get_by_role("link", name="Move it").click()
        await press(olive, "A week later")
        assert await olive.get_by_text("Waits for approval", exact=True).is_visible()
        await olive.get_by_role("button", name="Undo this").first.click()
        assert await olive.get_by_text("Planned", exact=True).is_visible(), "what was approved is approved again"
        for path in PAGES:
            await olive.goto(f"{world.url}/pages/{path}")
            await narrow(olive, width)


async def test_an_action_is_queued_and_approved_by_keyboard_alone() -> None:
    async with served(approve=WANTED) as world, browser() as chromium:
        olive = await signed_in(world, chromium, OLIVE)
        await go(olive, "Add a key action")
        for field, typed in (("text", "Tell a manager."), ("date", "first Monday of March 2027"), ("time", "9am")):
            await to(olive, field)
            await olive.keyboard.insert_text(typed)
        await to(olive, "on.teams")
        await olive.keyboard.press("Space")
        await go(olive, "See it as it will appear")
        assert await olive.get_by_text("Monday 1 March 2027 at 9am").first.is_visible()
        await go(olive, "Queue it")
        assert await olive.get_by_text("X and Slack", exact=True).is_visible()
        assert await olive.get_by_role("link", name="Write another key action for that time").is_visible()
        maria = await signed_in(world, chromium, MARIA)
        await go(maria, "Tell a manager.")
        await go(maria, "Approve")
        assert await maria.get_by_text("Approved.", exact=True).is_visible()


async def to(page: Any, name: str) -> None:
    """Press Tab until the field has the focus, or what is pressed has these words."""
    words = "(document.activeElement.name || '') + '|' + (document.activeElement.innerText || '').trim()"
    for _ in range(60):
        await page.keyboard.press("Tab")
        field, _, label = (await page.evaluate(words)).partition("|")
        if name in (field, label):
            assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'")
            return
    raise AssertionError(f"{name} is out of reach")


async def go(page: Any, name: str) -> None:
    await to(page, name)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


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
        await olive.get_by_label("Who should sign it off").fill("The champion")
        await press(olive, "Make a link for them")
        found.append(await violations(olive))
        link = await olive.locator("code").inner_text()
        await olive.goto(link)
        found.append(await violations(olive))
        assert [each for each in found if each] == []
