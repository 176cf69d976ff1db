"""One worker to a SQLite file."""

import sqlite3
from pathlib import Path

from sqlalchemy import URL

from bot.adapters.db.problems import DatabaseProblem, called
from bot.locks import hold


def file_of(address: URL) -> Path | None:
    """The file of a SQLite database, None where it is in memory."""
    name = address.database or ":memory:"
    return None if name.startswith((":memory:", "file:")) else Path(name)


def lock_beside(address: URL) -> sqlite3.Connection:
    """Hold a lock until the connection is closed or the process ends, however it ends. Raises DatabaseProblem."""
    file = file_of(address)
    if file is None:
        return sqlite3.connect(":memory:")
    try:
        return hold(Path(f"{file}.worker"))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise DatabaseProblem(
            f"Another `antiphon run` or `antiphon worker` is at work on {called(address, 'the')}. Two of them on "
            "SQLite would post twice, so this one stops. Stop the other one first, or move to PostgreSQL "
            "(DATABASE_URL), where any number of workers share the work."
        ) from None
