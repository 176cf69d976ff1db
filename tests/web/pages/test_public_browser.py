"""The public form and a board in a real browser, where there is one: they fit a phone, and axe finds nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.core.board.page import to_page
from bot.core.board.values import Board, boxes
from bot.web.feedback_form import FeedbackForm
from bot.web.server import listen, serve
from tests.fakes import FakeClock, FakeDatabase
from tests.samples import sample_content
from tests.web.pages.chromium import browser, press, violations

LONG = f"{'maya.' * 12}jones@a-library.example.org"
"""A word wider than a phone."""


@pytest.fixture
async def address() -> AsyncIterator[str]:
    form, stop = FeedbackForm(FakeDatabase(), sample_content(), FakeClock()), asyncio.Event()
    with listen("127.0.0.1", 0) as sock:
        serving = asyncio.create_task(serve(Starlette(routes=form.routes), sock, stop))
        yield f"http://localhost:{sock.getsockname()[1]}/feedback"
        stop.set()
        await serving


async def wrong(page: Any) -> list[str]:
    wide = await page.evaluate("document.documentElement.scrollWidth")
    return [*(await violations(page)), *([f"{await page.title()} is {wide} pixels wide"] if wide > 320 else [])]


async def test_every_page_of_the_form_fits_a_phone_and_is_accessible(address: str) -> None:
    async with browser() as chromium:
        page = await (await chromium.new_context(viewport={"width": 320, "height": 640})).new_page()
        await page.goto(address)
        found = await wrong(page)
        await press(page, "Send")
        found += await wrong(page)
        await page.get_by_label("Your feedback").fill(f"Write to {LONG}\nor ring")
        await page.get_by_label("Your region or nation").fill("Wales")
        await press(page, "Send")
        found += await wrong(page)
        await press(page, "Send it as it is")
        found += await wrong(page)
        await page.get_by_role("link", name="delete your feedback").click()
        found += await wrong(page)
        await press(page, "Delete it")
        found += await wrong(page)
        assert await page.get_by_role("heading", name="Deleted").is_visible()
    assert found == []


async def test_a_board_fits_a_phone_and_is_accessible() -> None:
    prompts = (f"What works at https://{LONG[-20:]}/a-million-decisions/2018/06/13?", "Why?", "Why?")
    said = [(1, "x" * 300), (2, "\u202eRight to left\n- under it\n  - further"), (3, LONG)]
    board = Board(f"Espresso-Café-in-{LONG}", "Wednesday 13 June 2018.", boxes(prompts, said))
    async with browser() as chromium:
        page = await (await chromium.new_context(viewport={"width": 320, "height": 640})).new_page()
        await page.set_content(to_page(board))
        assert await wrong(page) == []
