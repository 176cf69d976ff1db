"""The tables as plain rows, in one transaction: for copies between databases, whichever kind they are.

Values are as SQLite keeps them: text, whole numbers and None; instants as text in UTC, JSON as text.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import URL

from bot.adapters.db.problems import explained

Row = Sequence[Any]

_INSTANT = sql.SQL("""to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')""")
_TYPES: Mapping[str, sql.SQL] = {"timestamp with time zone": _INSTANT, "boolean": sql.SQL("{}::int")}
"""How PostgreSQL writes what it keeps otherwise than SQLite does."""


class Raw(Protocol):
    """One transaction's view of a database. Names of tables and columns are the program's own."""

    def revision(self) -> str | None:
        """The last step of `migrations/` that was done. None: these are not the bot's tables."""

    def count(self, table: str) -> int: ...

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """A few at a time, in the order in which they were added."""

    def clear(self, tables: Sequence[str]) -> None: ...

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None: ...

    def time(self) -> datetime | None:
        """What the server's clock shows, by which the bot goes; None where it goes by the machine's."""

    def others(self) -> int:
        """How many other connections the database has, as far as it tells."""


class SqliteRaw:
    def __init__(self, connection: sqlite3.Connection, address: URL) -> None:
        self._connection = connection
        self._address = address

    def revision(self) -> str | None:
        known = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if self._connection.execute(known).fetchone() is None:
            return None
        found = self._connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0]) if found else None

    def tables(self) -> dict[str, list[str]]:
        """The bot's tables, each with its columns."""
        listed = self._connection.execute(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c "
            "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'alembic_version' "
            "AND t.name NOT LIKE 'feedback_words%' "  # an index that the database keeps up by itself
            "ORDER BY t.rowid, c.cid"
        )
        tables: dict[str, list[str]] = {}
        for table, column in listed:
            tables.setdefault(table, []).append(column)
        return tables

    def count(self, table: str) -> int:
        return int(self._connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        # Explained here: whoever writes them elsewhere would take it for trouble over there.
        with explaining(self._address):
            yield from self._connection.execute(f'SELECT {_names(columns)} FROM "{table}" ORDER BY rowid')  # noqa: S608

    def clear(self, tables: Sequence[str]) -> None:
        for table in tables:
            self._connection.execute(f'DELETE FROM "{table}"')  # noqa: S608

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        places = ", ".join("?" * len(columns))
        insert = f'INSERT INTO "{table}" ({_names(columns)}) VALUES ({places})'  # noqa: S608
        self._connection.executemany(insert, rows)

    def time(self) -> datetime | None:
        return None

    def others(self) -> int:
        """SQLite does not tell; its worker holds a lock beside the file."""
        return 0


class PostgresRaw:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def revision(self) -> str | None:
        if self._scalar(sql.SQL("SELECT to_regclass('alembic_version')")) is None:
            return None
        found = self._scalar(sql.SQL("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)

    def count(self, table: str) -> int:
        return int(self._scalar(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))))

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        types = self._types(table)
        values = [_TYPES.get(types[name], sql.SQL("{}::text")).format(sql.Identifier(name)) for name in columns]
        query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
            sql.SQL(", ").join(values), sql.Identifier(table), sql.Identifier(table, columns[0])
        )
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            yield from copy.rows()

    def clear(self, tables: Sequence[str]) -> None:
        self._connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            for row in rows:
                copy.write_row([_storable(value) for value in row])
        self._count_on(table, columns[0])

    def time(self) -> datetime | None:
        shown: datetime = self._scalar(sql.SQL("SELECT clock_timestamp()"))
        return shown

    def others(self) -> int:
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        self._scalar(sql.SQL("SELECT pg_stat_clear_snapshot()"))  # else a transaction is told the same each time
        return int(self._scalar(sql.SQL(query)))

    def lock(self, tables: Sequence[str]) -> None:
        """Have the tables to ourselves until the transaction ends. Raises when others keep them for long."""
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        self._connection.execute("SET LOCAL lock_timeout = '10s'")
        self._connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))

    def _count_on(self, table: str, column: str) -> None:
        """Have what is added next counted from the last one, where the server counts."""
        counter = self._scalar(sql.SQL("SELECT pg_get_serial_sequence({}, {})").format(table, column))
        if counter is not None:
            last = sql.SQL("SELECT setval({}, coalesce(max({}), 0) + 1, false) FROM {}")
            self._scalar(last.format(counter, sql.Identifier(column), sql.Identifier(table)))

    def _types(self, table: str) -> dict[str, str]:
        query = (
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = %s"
        )
        return dict(self._connection.execute(query, [table]).fetchall())

    def _scalar(self, query: sql.SQL | sql.Composed) -> Any:
        row = self._connection.execute(query).fetchone()
        assert row is not None
        return row[0]


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _storable(value: Any) -> Any:
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


@contextmanager
def snapshot(address: URL) -> Iterator[Raw]:
    """The database as it is at one instant. The bot may go on meanwhile. Raises DatabaseProblem."""
    with explaining(address):
        if address.get_backend_name() == "sqlite":
            with sqlite_file(Path(address.database or "")) as connection:
                connection.execute("BEGIN")
                yield SqliteRaw(connection, address)
        else:
            with _postgres(address) as connection:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                connection.read_only = True
                yield PostgresRaw(connection)


@contextmanager
def alone_with(address: URL, tables: Sequence[str]) -> Iterator[Raw]:
    """The database with nobody else writing. It is changed when the block ends, and not when it raises."""
    with explaining(address):
        if address.get_backend_name() == "sqlite":
            with sqlite_file(Path(address.database or "")) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield SqliteRaw(connection, address)
                connection.execute("COMMIT")
        else:
            with _postgres(address) as connection:
                raw = PostgresRaw(connection)
                raw.lock(tables)
                yield raw


@contextmanager
def sqlite_file(path: Path) -> Iterator[sqlite3.Connection]:
    """An SQLite file that is there already. The driver starts no transaction of its own."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=10)) as connection:
        # 32 MB: with SQLite's usual 2 MB, the indexes of a million posts would be read again and again.
        connection.execute("PRAGMA cache_size = -32768")
        yield connection


@contextmanager
def _postgres(address: URL) -> Iterator[psycopg.Connection[Any]]:
    """Commits when the block ends, rolls back when it raises."""
    server = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, connect_timeout=10) as connection:
        yield connection


@contextmanager
def explaining(address: URL) -> Iterator[None]:
    """Turn what a driver says into a DatabaseProblem."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        raise explained(error, address) or error from error
