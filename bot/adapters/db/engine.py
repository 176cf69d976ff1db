"""Opening a database: addresses, connection settings, transactions."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.adapters.db.migrate import upgrade
from bot.adapters.db.problems import DatabaseProblem, explained
from bot.adapters.db.store import SqlTransaction

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
_PRAGMAS = (
    "busy_timeout = 10000",  # milliseconds; first, because the next one may have to wait
    "journal_mode = WAL",
    "synchronous = FULL",  # what was committed survives a power cut: the outbox's promise rests on it
    "foreign_keys = ON",
)


class SqlDatabase:
    """The bot's database. Its transactions raise DatabaseProblem for what an operator can mend."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # SQLite has one writer. Waiting here is fair and costs nothing; waiting in SQLite is neither.
        self._turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqlTransaction]:
        """Do not open one inside another: on SQLite the inner one would wait for ever."""
        async with self._connection() as connection:
            yield SqlTransaction(connection)

    async def migrate(self) -> None:
        """Bring the tables up to date. Two processes may do it at once: one does, the other waits."""
        async with self._connection() as connection:
            await connection.run_sync(upgrade)

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._turn, self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise explained(error.orig, self._engine.url) or error from error


def open_database(url: str) -> SqlDatabase:
    """A database by its address: `sqlite:///var/antiphon.db` or `postgresql://user:password@host/name`.

    Makes the SQLite file and its folder; connects to PostgreSQL only when used. Raises DatabaseProblem.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return SqlDatabase(_sqlite(address))
    return SqlDatabase(create_async_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": 10}))


def _address(url: str) -> URL:
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
    _try(address)
    # isolation_level None: the driver starts no transactions of its own, `_begin` does.
    engine = create_async_engine(address, connect_args={"isolation_level": None})
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _make_folder(address: URL) -> None:
    name = address.database or ":memory:"
    if name.startswith((":memory:", "file:")):
        return
    try:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseProblem(
            f"The folder of the database file {name} cannot be made ({error.strerror}). The bot has nowhere to "
            "keep what it plans and hears. Make the folder yourself, or name another file in DATABASE_URL."
        ) from error


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
            cursor.execute(f"PRAGMA {pragma}")
    except Exception:
        # Nobody else closes it, and its thread would keep the program from ending.
        connection.close()
        raise
    cursor.close()


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads first and writes later could otherwise fail half-way as "locked".
    connection.exec_driver_sql("BEGIN IMMEDIATE")
