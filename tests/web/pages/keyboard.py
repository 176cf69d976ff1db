"""Somebody at the organisers' pages who has a keyboard and nothing else. Imported only where there is a browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.web.pages.chromium import noting, violations
from tests.web.pages.reader import World

_REACH = 250
"""Presses of Tab after which something counts as out of reach: more than the longest page has."""
_CHOICES = 30
_FOCUSED = """() => {
    const it = document.activeElement, seen = getComputedStyle(it), box = it.getBoundingClientRect();
    return {
        field: it.name || "", text: it.textContent.replace(/\\s+/g, " ").trim(), kind: it.type || it.localName,
        top: it === document.body,
        ringed: seen.outlineStyle !== "none" || seen.boxShadow !== "none" || it.matches("[type=checkbox]"),
        on: 0 <= box.top + box.height && box.top <= innerHeight,
    };
}"""


@dataclass
class Hands:
    """Presses keys in a window of this width, and keeps a list of what should not have happened meanwhile."""

    page: Any
    world: World
    who: str
    width: int
    scripts: bool
    wrong: list[str]

    async def sign_in(self) -> None:
        """By a one-time link."""
        await self.page.goto(await self.world.link(self.who))
        await self.press("Sign in")

    async def open(self, path: str) -> None:
        """By the address bar."""
        await self.page.goto(f"{self.world.url}{path}")
        await self._look()

    async def to(self, name: str) -> str:
        """Tab until this field has the focus, or what has these words; what kind it is. Where nothing has just these
        words, what begins with them."""
        words = f"{name}$" if await self.page.get_by_text(name, exact=True).count() else name
        for _ in range(_REACH):
            await self.page.keyboard.press("Tab")
            found = await self.page.evaluate(_FOCUSED)
            if name == found["field"] or f"{found['text']}$".startswith(words):
                assert found["ringed"], f"{name} has the focus, and nobody sees it"
                assert found["on"], f"{name} has the focus, and is not on the screen"
                return str(found["kind"])
        raise AssertionError(f"{name} is out of reach on {self.page.url}")

    async def press(self, name: str) -> None:
        """A link or a button that leads to another page, or to another place of this one."""
        await self.to(name)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")
        await self._look()

    async def unfold(self, name: str) -> None:
        await self.to(name)
        await self.page.keyboard.press("Enter")

    async def fill(self, **typed: str) -> None:
        """Type these words over what is in the fields, in the page's order. Of a choice, how it begins."""
        for name, words in typed.items():
            if await self.to(name) == "select-one":
                await self._choose(words)
            else:
                await self.page.keyboard.press("Control+a")
                await self.page.keyboard.insert_text(words)

    async def _choose(self, words: str) -> None:
        """With the arrows: what is typed counts as one word only if it comes quickly."""
        await self.page.keyboard.press("Home")
        for _ in range(_CHOICES):
            chosen = await self.page.evaluate("document.activeElement.selectedOptions[0].text")
            if chosen.startswith(words):
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"there is no choice {words}")

    async def tick(self, name: str) -> None:
        await self.to(name)
        await self.page.keyboard.press("Space")

    async def choose_file(self, field: str, name: str, kind: str, data: bytes) -> None:
        """Chromium swallows the key while a download begins: then it is pressed again, as people do."""
        await self.to(field)
        chosen = asyncio.create_task(self.page.wait_for_event("filechooser"))
        while not chosen.done():
            await self.page.keyboard.press("Space")
            await asyncio.wait([chosen], timeout=2)
        await (await chosen).set_files({"name": name, "mimeType": kind, "buffer": data})

    async def download(self, name: str) -> bytes:
        await self.to(name)
        async with self.page.expect_download() as begun:
            await self.page.keyboard.press("Enter")
        path = await (await begun.value).path()
        return bytes(path.read_bytes())

    async def menu(self, name: str) -> None:
        """On a phone the menu has to be opened first."""
        if await self.page.get_by_role("link", name="Menu", exact=True).is_visible():
            await self.press("Menu")
        await self.press(name)

    async def sees(self, words: str) -> None:
        await self.page.get_by_text(words).first.wait_for(timeout=5000)

    @asynccontextmanager
    async def another(self, who: str) -> AsyncIterator["Hands"]:
        """Somebody else with a keyboard, who finds nothing wrong either."""
        async with hands(self.world, self.page.context.browser, who, self.width, scripts=self.scripts) as other:
            yield other
            await other.ends()

    async def _look(self) -> None:
        if (wide := await self.page.evaluate("document.documentElement.scrollWidth")) > self.width:
            self.wrong.append(f"{self.page.url} is {wide} pixels wide")

    async def ends(self) -> None:
        """Where a task has come to its result."""
        if self.scripts:  # axe is one
            # A link in focus has its ring in place of its underline.
            await self.page.evaluate("document.activeElement.blur()")
            self.wrong += await violations(self.page)
        assert not self.wrong, self.wrong


@asynccontextmanager
async def hands(world: World, chromium: Any, who: str, width: int, *, scripts: bool) -> AsyncIterator[Hands]:
    """Signed in, unless `who` is empty."""
    context = await chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    page = await context.new_page()
    found = Hands(page, world, who, width, scripts, noting(page, world.url, "data:"))
    if who:
        await found.sign_in()
    yield found
    await context.close()
