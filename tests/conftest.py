"""Fixtures that several folders use."""

import logging
import os
from collections.abc import Iterator

import pytest
import structlog

from tests.databases import database_url, postgres_server, postgres_url, sqlite_url
from tests.emulators import Emulators

# The sentence encoder takes a second to load, in each process that a test starts: those that are about it ask for it.
os.environ.setdefault("ANSWERS", "core")

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
