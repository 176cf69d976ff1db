"""Fixtures that several folders use."""

import gc
import logging
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, groupby
from pathlib import Path

import pytest
import structlog
from coverage import Coverage
from hypothesis import HealthCheck, given, is_hypothesis_test, settings
from hypothesis import strategies as st

from tests.databases import (
    database_url,
    empty_database_url,
    empty_postgres_url,
    empty_sqlite_url,
    postgres_server,
    postgres_url,
    sqlite_url,
)
from tests.emulators import Emulators

# Nobody throws modules away: looking through them for garbage takes a tenth of the time.
gc.disable()

# The sentence encoders take a second to load, in each process that a test starts: those that are about it ask for it.
os.environ.setdefault("ANSWERS", "core")

# A machine may stop for seconds: how long an example takes proves nothing.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

_HERE = Path(__file__).parent
__all__ = [
    "database_url",
    "empty_database_url",
    "empty_postgres_url",
    "empty_sqlite_url",
    "postgres_server",
    "postgres_url",
    "sqlite_url",
]


_LONG = "journeys"
_UNMEASURED = {
    "adapters", "benchmarks", "browser", "contracts", "demo", "docs", "journeys", "start",
    "test_all_pages.py", "test_architecture.py", "test_catalogue.py", "test_load.py", "test_locks.py", "test_pseudo.py",
    "test_ready.py", "test_repository.py", "test_sign_in_with.py", "test_streams.py", "test_sweep.py",
    "test_who_reads_feedback.py",
}  # fmt: skip
"""Tests of other code than that of which the coverage is measured, which doubles their time."""


@contextmanager
def _measured(worth: bool) -> Iterator[None]:
    """pytest-cov has a marker for this, with which a process of xdist goes on measuring: one that was started before
    it was known to be such a process measures in its stead. And it leaves what a test sets up and clears away."""
    running = [] if worth else list(iter(_stopped, None))
    yield
    for measuring in running[:1]:
        measuring.start()


def _stopped() -> Coverage | None:
    running = Coverage.current()
    if running is not None:
        running.stop()
    return running


def _is_law(item: pytest.Item) -> bool:
    """It runs the lines of the examples beside it, a hundred times."""
    return isinstance(item, pytest.Function) and is_hypothesis_test(item.obj)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Each process of the tests reads all modules, and one measures that."""
    with _measured(os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with _measured(not _is_law(item) and _UNMEASURED.isdisjoint(item.path.relative_to(_HERE).parts)):
        return (yield)


@pytest.hookimpl(trylast=True)  # the tests that are left out have gone by then: the shares are counted
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    paths = {item: item.path.relative_to(_HERE).parts for item in items}
    journeys = [item for item in items if paths[item][0] == _LONG]
    long = [list(together) for _, together in groupby(journeys, _together)]
    others = [item for item in items if paths[item][0] != _LONG]
    items[:] = _shared(long, others, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def _together(item: pytest.Item) -> str:
    """Tests of a module share its fixture, which may take long to make; not where one test is many."""
    return item.nodeid if hasattr(item, "callspec") else str(item.path)


def _shared(long: Sequence[list[pytest.Item]], others: Sequence[pytest.Item], processes: int) -> list[pytest.Item]:
    """What takes long comes first in the shares of the processes, so that none is left alone with it at the end. It
    mostly waits: of four or more, one process has none of it and keeps the machine busy meanwhile.

    Each gets as many tests (xdist's worksteal)."""
    total, shared = sum(map(len, long)) + len(others), list[pytest.Item]()
    waiting = processes - (processes > 3)
    for number in range(processes):
        first = list(chain.from_iterable(long[number::waiting])) if number < waiting else []
        size = (total - len(shared)) // (processes - number)
        rest = max(size - len(first), 0)
        shared += *first, *others[:rest]
        others = others[rest:]
    return shared


def pytest_collection_finish(session: pytest.Session) -> None:
    """`start.py test` collects once before the tests run: what Hypothesis keeps of all modules serves every process."""
    gc.freeze()
    gc.enable()
    if session.config.option.collectonly:
        _hypothesis_reads_the_modules()


@settings(max_examples=1, database=None)
@given(st.text())
def _hypothesis_reads_the_modules(_: str) -> None:
    """With its first example it looks for values that are worth trying, in every module of ours."""


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
