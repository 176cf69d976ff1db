"""Fixtures that several folders use."""

from collections.abc import Iterator

import pytest

from tests.databases import database_url, postgres_server, postgres_url, sqlite_url
from tests.emulators import Emulators

__all__ = ["database_url", "postgres_server", "postgres_url", "sqlite_url"]


@pytest.fixture(scope="session")
def emulator_process() -> Iterator[Emulators]:
    with Emulators() as emulators:
        yield emulators


@pytest.fixture
def emulators(emulator_process: Emulators) -> Emulators:
    """The three emulated platforms, as new."""
    emulator_process.reset()
    return emulator_process
