"""Every page in a real browser, where there is one: what axe finds, what does not fit, whom it asks, and what it runs.

With SCREENS=FOLDER in the environment a picture of each page is left there, as `docs/screens` has them.
"""

import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.core.plan import Kind
from bot.web.language import Languages
from tests.web.catalogues import known
from tests.web.pages.chromium import browser, press, served, violations
from tests.web.pages.everything import CHAT, KINDS, OVER, PAGES, PLANNED, Say, content, filled
from tests.web.pages.hostile import MARK, batches
from tests.web.pages.pseudo import languages
from tests.web.pages.reader import ADA, World

SCREENS = os.environ.get("SCREENS", "")
TALLEST = 1600
"""Pixels of a picture. What is below is more of the same."""
WORDS = {
    "asked": "Can I borrow books from another hospital",
    "approval.name": "Maria",
    "approval.words": "Please say which managers.",
    "audit": "3 new, 0 changed",
    "chat.topic": "What we learnt this year",
    "chat.lead": "a guest from the regional network",
    "chat.title": "",
    "chat": "What shows best that your library makes a difference?",
    "campaign": "your regional library lead",
    "desk.name": "Olive",
    "desk": "5 minutes",
    "draft.date": "13 December 2026",
    "draft.time": "9am",
    "draft.start": "8pm",
    "draft.minutes": "60",
    "draft.topic": "Evidence on the ward",
    "draft.questions": "Where do you meet the clinical teams?\nWhat do they ask for?",
    "draft.reading": "https://example.org/reading",
    "draft.lead_ids": "",
    "draft.host": "the organisers",
    "draft.lead": "a guest from the regional network",
    "draft.summary": "How evidence reaches the ward.",
    "draft.alt": "Words on a purple ground: five minutes to the evidence.",
    "draft.credit": "Card: the campaign",
    "draft.consent": "Nobody can be recognised.",
    "draft": "Show a clinician how to find the evidence in five minutes.",
    "event.name": "Sam",
    "event": "What does the campaign cost?",
    "event.reason": "The database did not answer.",
    "faq.question": "How can I get involved?",
    "faq.source": "Campaign pages",
    "faq.owner": "regional lead",
    "faq": "Post a card, tell your managers what your library does for patients, and join the chat.",
    "feedback.prompt": "Question 2",
    "feedback.region": "North West",
    "feedback.role": "Librarian",
    "feedback.tag": "speed",
    "feedback.theme": "timing",
    "feedback.name": "Sam",
    "feedback.contact": "",
    "feedback": "The chat was a bit fast for me, and I would like more time for each question.",
    "focus": "access to evidence",
    "heard.name": "Robin",
    "heard.link": "https://example.org/post",
    "heard": "We showed the board what a search saved. #ukmedlibs",
    "import": "key-actions-december.xlsx",
    "journal.before": "Tell a manager what your library did. #AMillionDecisions",
    "journal.name": "Olive",
    "journal": "",
    "kept": "18 December 2026",
    "pause": "The bot posted twice this morning; we look into it.",
    "plan.alt": "Words on a blue ground: evidence helps people to decide.",
    "plan.title": "Tell a manager what your library did this week.",
    "plan": "Tell a manager what your library did this week. #AMillionDecisions",
    "post.reason": "There was no answer.",
    "post": "Share a story of how evidence helped. #AMillionDecisions",
    "question.text": "May we use the campaign's cards in our trust's newsletter?",
    "question.answer": "Yes, with the credit that is below the card.",
    "question": "Alex",
}  # fmt: skip


ENGLISH_ALONE: Languages = {}


def real(field: str) -> str:
    """Words as people would write them."""
    return WORDS[field] if field in WORDS else WORDS[field.partition(".")[0]]


def always(words: str) -> Say:
    return lambda _: words


@dataclass
class Watched:
    """A browser's page, and everything about it that should not have happened."""

    page: Any
    world: World
    wrong: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.world.url}/pages{path}")

    def asks(self, request: Any) -> None:
        if not request.url.startswith((self.world.url, "data:")):
            self.wrong.append(f"asks {request.url}")

    def says(self, message: Any) -> None:
        missing = "status of 4" in message.text and "Failed to load" in message.text  # the page says so itself
        if message.type in ("error", "warning") and not missing:
            self.wrong.append(f"says {message.text}")

    async def dialog(self, dialog: Any) -> None:
        self.wrong.append(f"runs {dialog.message}")
        await dialog.dismiss()


@asynccontextmanager
async def watched(say: Say, languages: Languages = ENGLISH_ALONE, **options: Any) -> AsyncIterator[Watched]:
    """An admin's browser at the pages, with something of everything in these words."""
    beside = {"approve": frozenset(Kind), "languages": languages}
    async with served(content=content(say), **beside) as world, browser() as chromium:
        await filled(world, say)
        context = await chromium.new_context(**options)
        page = await context.new_page()
        watched = Watched(page, world)
        page.on("request", watched.asks)
        page.on("console", watched.says)
        page.on("pageerror", lambda error: watched.wrong.append(f"fails with {error}"))
        page.on("dialog", watched.dialog)
        await page.goto(await world.link(ADA))
        watched.wrong += await violations(page)
        await press(page, "Sign in")
        yield watched


async def picture(page: Any, width: int) -> bytes:
    """A page as it is in the light, as WebP, which Chromium writes by itself."""
    height = min(await page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    await page.emulate_media(color_scheme="light")
    session = await page.context.new_cdp_session(page)
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    asked = {"format": "webp", "quality": 22, "captureBeyondViewport": True, "clip": clip}
    taken = await session.send("Page.captureScreenshot", asked)
    await page.emulate_media(color_scheme="no-override")
    return base64.b64decode(taken["data"])


SHOWN = {
    "/": "home", "/month": "month", "/drafts": "drafts", "/compose/action/new": "write",
    "/compose/action/new-wrong": "wrong",
    f"/compose/card/{KINDS[Kind.CARD]}/check": "check", f"/compose/chat/{KINDS[Kind.CHAT]}": "chat-form",
    f"/plan/{PLANNED}": "plan", f"/plan/{PLANNED}/move": "move", "/changes": "changes", "/approvals": "approvals",
    "/approvals/action:2026-12:own": "approve", "/outbox": "posts", f"/outbox/post?key={PLANNED}:x": "post",
    f"/live/{CHAT}": "live", "/faq": "faq", "/faq/new": "faq-new", "/feedback": "feedback",
    "/feedback/1": "feedback-one", "/feedback/alike": "feedback-alike",
    "/chats": "chats", f"/chats/{OVER}": "chat", "/ledger": "months", "/import": "import", "/pause": "pause",
    "/history": "history", "/sessions": "sessions", "/calendar": "calendar",
}  # fmt: skip
"""Of which pages docs/screens.md has pictures, by the names that these have there."""


def keep(path: str, width: int, picture: bytes) -> None:
    if name := SHOWN.get(path):
        Path(SCREENS, f"{name}-{width}.webp").write_bytes(picture)


async def looked_at(watched: Watched, path: str, width: int) -> None:
    page = watched.page
    watched.wrong += await violations(page)
    if (wide := await page.evaluate("document.documentElement.scrollWidth")) > width:
        watched.wrong.append(f"{path} is {wide} pixels wide")
    if SCREENS:
        keep(path, width, await picture(page, width))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
async def test_every_page_can_be_read_fits_and_asks_nobody_else(width: int, scheme: str) -> None:
    size = {"width": width, "height": 900}
    async with watched(real, viewport=size, color_scheme=scheme) as found:
        for path in PAGES:
            await found.open(path)
            await looked_at(found, path, width)
        assert found.wrong == []


async def test_every_page_fits_a_phone_in_a_language_whose_words_are_longer_by_a_third() -> None:
    async with watched(real, languages(known()), viewport={"width": 320, "height": 900}) as found:
        await found.page.set_extra_http_headers({"Accept-Language": "xx"})
        for path in PAGES:
            await found.open(path)
            assert await found.page.evaluate("document.documentElement.lang") == "xx"
            if (wide := await found.page.evaluate("document.documentElement.scrollWidth")) > 320:
                found.wrong.append(f"{path} is {wide} pixels wide")
        assert found.wrong == []


@pytest.mark.parametrize("width", [1280, 320])
async def test_every_page_that_says_what_is_wrong_can_be_read_too(width: int) -> None:
    async with watched(real, viewport={"width": width, "height": 900}) as found:
        for path, button in WRONG:
            await found.open(path)
            await found.page.evaluate("for (const it of document.querySelectorAll('details')) it.open = true")
            await press(found.page, button)
            await looked_at(found, f"{path}-wrong", width)
        assert found.wrong == []


WRONG = (
    *((f"/compose/{kind}/new", "See it as it will appear") for kind in ("action", "announcement", "card", "chat")),
    ("/faq/new", "See what else would change"),
    ("/approvals/action:2026-12:own", "Make a link for them"),
    ("/import", "Check it"),
)


async def test_nothing_that_people_wrote_runs_or_becomes_a_part_of_a_page() -> None:
    """Without the pages' own policy, which would stop most of it as well."""
    for words in batches(130):
        async with watched(always(words), bypass_csp=True) as found:
            for path in PAGES:
                await found.open(path)
                assert await found.page.locator(f".{MARK}").count() == 0, path
            assert found.wrong == []
