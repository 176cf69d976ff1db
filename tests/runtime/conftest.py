"""Fixtures of the runtime's tests."""

from collections.abc import AsyncIterator

import pytest

from bot.adapters.db import SqlDatabase, open_database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[SqlDatabase]:
    database = open_database(database_url)
    await database.migrate()
    yield database
    await database.close()
