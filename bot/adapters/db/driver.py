"""aiosqlite with one trip to its thread for a statement, or none.

By itself it makes four: a cursor, the statement, its rows, the end of the cursor. Each waits for the other thread's
turn, which takes ten times as long as SQLite takes to put in a row or to find one by its key: it does that in memory.
What waits for the disk or for other processes (to begin, to commit), and whatever may have to look through many rows,
goes to the thread.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import aiosqlite

BY_KEY = "/* by key */"
"""Begins the columns of a SELECT that finds a row or a few by their key: `select(...).prefix_with(BY_KEY)`."""
LONG = "/* long */"
"""Begins an INSERT that does more than to put in rows: a command to the full-text index."""
_HERE = ("INSERT INTO", f"SELECT {BY_KEY}")

Done = tuple[sqlite3.Cursor, Sequence[Any]]
"""What a statement did, and its rows."""


class Cursor:
    """The part of aiosqlite's cursor that SQLAlchemy uses. All rows are there when the statement is done."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        if sql.startswith(_HERE):
            self._keep(*self._connection.run_here("execute", sql, parameters))
        else:
            self._keep(*await self._connection.run("execute", sql, parameters))

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._keep(*await self._connection.run("executemany", sql, parameters))

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        """Its cursor in SQLite was closed when the statement was done."""

    def _keep(self, done: sqlite3.Cursor, rows: Sequence[Any]) -> None:
        self._rows = rows
        self.description, self.rowcount, self.lastrowid = done.description, done.rowcount, done.lastrowid


class Connection(aiosqlite.Connection):
    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def run(self, way: str, sql: str, parameters: Any) -> Done:
        done: Done = await self._execute(self.run_here, way, sql, parameters)  # type: ignore[no-untyped-call]
        return done

    def run_here(self, way: str, sql: str, parameters: Any) -> Done:
        cursor = self._conn.cursor()
        getattr(cursor, way)(sql, parameters)
        return cursor, cursor.fetchall() if cursor.description else ()


def connect(database: str, **settings: Any) -> Connection:
    """For SQLAlchemy's `async_creator_fn`."""
    settings["check_same_thread"] = False  # one thread at a time: nobody else has the connection during a transaction
    connection = Connection(lambda: sqlite3.connect(database, **settings), iter_chunk_size=64)
    # What was not closed must not keep the program from ending.
    connection._thread.daemon = True
    return connection
