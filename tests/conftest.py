"""Fixtures that several folders use."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.databases import database_url, postgres_server, postgres_url, sqlite_url
from tests.emulators import Emulators

__all__ = ["database_url", "postgres_server", "postgres_url", "sqlite_url"]


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command configures the logs for its process; here the next test runs in the same one."""
    yield
    structlog.reset_defaults()
    logging.basicConfig(force=True)


@pytest.fixture(scope="session")
def emulator_process() -> Iterator[Emulators]:
    with Emulators() as emulators:
        yield emulators


@pytest.fixture
def emulators(emulator_process: Emulators) -> Emulators:
    """The three emulated platforms, as new."""
    emulator_process.reset()
    return emulator_process
