"""A look into the database from outside, in its own language: the bot's code has no part in it."""

import sqlite3
from contextlib import closing
from typing import Any

import psycopg

_UNDECIDED = "SELECT key, state FROM outbox WHERE state NOT IN ('sent', 'cancelled') LIMIT 20"


class Inspector:
    def __init__(self, url: str) -> None:
        self._file = url.removeprefix("sqlite:///") if url.startswith("sqlite") else ""
        self._server = None if self._file else psycopg.connect(url, autocommit=True)

    def state(self, key: str) -> str:
        """A post's state, empty where there is no such post."""
        rows = self._rows("SELECT state FROM outbox WHERE key = ?", key)
        return str(rows[0][0]) if rows else ""

    def queued(self) -> int:
        return int(self._rows("SELECT count(*) FROM outbox WHERE state = 'queued'")[0][0])

    def undecided(self) -> list[Any]:
        return self._rows(_UNDECIDED)

    def newest(self) -> int:
        """How many posts were ever queued."""
        rows = self._rows("SELECT value FROM notes WHERE name = 'crashlab'")
        return int(rows[0][0]) if rows else 0

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def _rows(self, query: str, *values: str) -> list[Any]:
        if self._server is not None:
            return self._server.execute(query.replace("?", "%s").encode(), values).fetchall()
        # Not kept open: an open SQLite file must not be carried across a fork.
        with closing(sqlite3.connect(self._file, timeout=30)) as connection:
            return connection.execute(query, values).fetchall()
