"""Opening a database: addresses, connection settings, transactions."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, nullcontext, suppress
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util.concurrency import await_only

from bot.adapters.db import driver
from bot.adapters.db.alone import file_of, lock_beside
from bot.adapters.db.migrate import upgrade
from bot.adapters.db.problems import DatabaseProblem, explained
from bot.adapters.db.store import SqlTransaction


def _read_json(text: str | bytes) -> Any:
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)  # with half a surrogate pair in it, as people's devices send them; three times as slow


_ALWAYS: Mapping[str, Any] = {"hide_parameters": True, "json_deserializer": _read_json}
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
CHANNEL = "antiphon"
"""On which processes tell each other that there is something new (PostgreSQL's NOTIFY)."""
_PRAGMAS = (
    "busy_timeout = 10000",  # milliseconds; first, because the next one may have to wait
    "journal_mode = WAL",
    "synchronous = FULL",  # what was committed survives a power cut: the outbox's promise rests on it
    "foreign_keys = ON",
    "secure_delete = ON",  # what was deleted is overwritten: not every build of SQLite does it by itself
)


_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds before each new try."""

_ALIVE: Mapping[str, Any] = {
    "connect_timeout": 10,
    # A server that was switched off says no goodbye. Left alone, the system would notice after two hours.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
"""How we notice that PostgreSQL is gone."""
_IDLE = "15s"
"""How PostgreSQL notices that we are: it rolls back what a machine has begun that stands still or was switched off.
Until then other machines wait for every row that it has touched."""


class SqlDatabase:
    """The bot's database. Its transactions raise DatabaseProblem for what an operator can mend."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._lock: sqlite3.Connection | None = None
        # SQLite has one writer. Waiting here is fair and costs nothing; waiting in SQLite is neither.
        self._turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqlTransaction]:
        """Do not open one inside another: on SQLite the inner one would wait for ever."""
        async with self._connection() as connection:
            tx = SqlTransaction(connection)
            yield tx
            if tx.news and not self.alone:
                await connection.execute(text(f"NOTIFY {CHANNEL}"))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlTransaction]:
        async with self._connection(reading=True) as connection:
            yield SqlTransaction(connection)

    async def migrate(self) -> None:
        """Bring the tables up to date. Two processes may do it at once: one does, the other waits."""
        async with self._connection() as connection:
            await connection.run_sync(upgrade)

    @property
    def alone(self) -> bool:
        """SQLite has one worker, which `claim_alone` sees to; PostgreSQL any number."""
        return self._engine.dialect.name == "sqlite"

    def claim_alone(self) -> None:
        """Be the only worker until the process ends. Nothing to do where there may be several.

        Raises DatabaseProblem when another worker is at work on the same SQLite file.
        """
        if self.alone and self._lock is None:
            self._lock = lock_beside(self._engine.url)

    async def time(self) -> datetime:
        """What the server's clock shows (PostgreSQL)."""
        async with self._connection() as connection:
            now: datetime = await connection.scalar(text("SELECT clock_timestamp()"))
            return now

    async def listen(self, news: Callable[[], None]) -> None:
        """Call `news` whenever another process has queued something (PostgreSQL). Ends when cancelled, or raises."""
        import psycopg  # who has SQLite needs not its 9 MB

        address = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await psycopg.AsyncConnection.connect(address, autocommit=True, **_ALIVE)
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}".encode())
            news()  # whatever was said while nobody listened
            async for _ in connection.notifies():
                news()

    async def close(self) -> None:
        await self._engine.dispose()
        if self._lock is not None:
            self._lock.close()

    @asynccontextmanager
    async def _connection(self, *, reading: bool = False) -> AsyncIterator[AsyncConnection]:
        turn: AbstractAsyncContextManager[Any] = nullcontext() if reading else self._turn
        engine = self._engine.execution_options(reading=True) if reading else self._engine
        try:
            async with turn, engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise explained(error.orig, self._engine.url) or error from error


def open_database(url: str) -> SqlDatabase:
    """A database by its address: `sqlite:///var/antiphon.db` or `postgresql://user:password@host/name`.

    Makes the SQLite file and its folder; connects to PostgreSQL only when used. Raises DatabaseProblem. Other errors go
    to logs: they do not quote what was to be kept.
    """
    address = address_of(url)
    if address.get_backend_name() == "sqlite":
        return SqlDatabase(_sqlite(address))
    engine = create_async_engine(address, pool_pre_ping=True, connect_args=dict(_ALIVE), **_ALWAYS)
    event.listen(engine.sync_engine, "connect", _limit)
    return SqlDatabase(engine)


def address_of(url: str) -> URL:
    try:
        scheme, rest = url.strip().split("://", 1)
        address = make_url(f"{_DRIVERS[scheme.split('+')[0]]}://{rest}")
    except (KeyError, ValueError, ArgumentError):
        # Without the cause: it quotes the address, and the address has a password in it.
        raise DatabaseProblem(
            "DATABASE_URL is not an address that the bot understands. Write sqlite:///var/antiphon.db, "
            "or postgresql://USER:PASSWORD@HOST/NAME (special characters of the password percent-encoded)."
        ) from None
    return address


def _sqlite(address: URL) -> AsyncEngine:
    _make_folder(address)
    _make_file(address)
    _try(address)
    # isolation_level None: the driver starts no transactions of its own, `_begin` does.
    connect = {"isolation_level": None, "async_creator_fn": driver.connect}
    engine = create_async_engine(address, connect_args=connect, **_ALWAYS)
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _make_folder(address: URL) -> None:
    file = file_of(address)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseProblem(
            f"The folder of the database file {file} cannot be made ({error.strerror}). The bot has nowhere to "
            "keep what it plans and hears. Make the folder yourself, or name another file in DATABASE_URL."
        ) from error


def _make_file(address: URL) -> None:
    """A new one is readable by its owner alone, and SQLite gives what it puts beside it the same rights."""
    if file := file_of(address):
        with suppress(OSError):  # it is there already, or `_try` says why it cannot be made
            file.touch(mode=0o600, exist_ok=False)


def _try(address: URL) -> None:
    """Open the file once by itself: a failure within aiosqlite leaves a thread behind that complains at exit."""
    name = address.database or ":memory:"
    try:
        with closing(sqlite3.connect(name, uri=name.startswith("file:"))) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise explained(error, address) or error from error


def _set_up(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    try:
        for pragma in _PRAGMAS:
            _patiently(cursor, f"PRAGMA {pragma}")
    except Exception:
        # Nobody else closes it, and its thread would keep the program from ending.
        connection.close()
        raise
    cursor.close()


def _patiently(cursor: Any, statement: str) -> None:
    """Where several connections turn a new file to WAL at once, SQLite refuses some without waiting."""
    for wait in _WAITS:
        try:
            cursor.execute(statement)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            await_only(asyncio.sleep(wait))
        else:
            return
    cursor.execute(statement)


def _limit(connection: Any, _: object) -> None:
    # Not in the address: some poolers refuse connections that ask for it there.
    connection.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE}'")
    connection.commit()


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads first and writes later could otherwise fail half-way as "locked".
    only_reads = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
