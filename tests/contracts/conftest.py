"""The kinds of database that the contract suites run against."""

from collections.abc import AsyncIterator

import pytest

from bot.adapters.db import open_database
from bot.ports import Database
from tests.fakes import FakeDatabase


@pytest.fixture(params=["fake", "sqlite", "postgres"])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database with its tables, of each kind."""
    if request.param == "fake":
        yield FakeDatabase()
        return
    database = open_database(request.getfixturevalue(f"{request.param}_url"))
    await database.migrate()
    yield database
    await database.close()
