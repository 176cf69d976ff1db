"""What all pages have in common: words that stay words, whoever wrote them, and few questions to the database."""

from collections.abc import AsyncIterator

import pytest

from bot.adapters.db import SqlDatabase, open_database
from tests.databases import asked_of
from tests.web.pages.everything import PAGES, content, filled, named
from tests.web.pages.hostile import MARK, STRINGS, Built, batches
from tests.web.pages.reader import ADA, World

SAID = "Please say what this is about"
"""Enough words to describe a picture."""


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[SqlDatabase]:
    database = open_database(sqlite_url)
    await database.migrate()
    yield database
    await database.close()


async def test_a_page_asks_the_database_a_dozen_times_at_most(database: SqlDatabase) -> None:
    world = await filled(World(database), named, 60)
    ada = await world.signed_in(ADA)
    ada.http.follow_redirects = False
    asked = asked_of(database)
    for path in PAGES:
        asked.clear()
        await ada.open(f"/pages{path}")
        assert ada.status in (200, 303, 404), path
        assert len(asked) <= 12, (path, len(asked), asked)


async def seen(words: str) -> dict[str, str]:
    """Every page, with these words in every field that is stored."""
    world = World(content=content(lambda _: words))
    await filled(world, lambda _: words)
    ada = await world.signed_in(ADA)
    return {path: await ada.open(f"/pages{path}") for path in PAGES}


@pytest.mark.parametrize("size", [260, pytest.param(1, marks=pytest.mark.soak)])
async def test_no_page_has_an_element_that_its_template_did_not_write(size: int) -> None:
    assert len(STRINGS) >= 500
    plain = {path: Built(page).elements for path, page in (await seen(SAID)).items()}
    shown = set()
    for words in batches(size):
        for path, page in (await seen(f"{words} {SAID}")).items():
            built = Built(page)
            assert built.elements == plain[path], (path, words)
            assert built.astray == [], (path, words)
            shown |= {path} if MARK in page else set()
    assert len(shown) > 35, "the words are on nearly every page"
