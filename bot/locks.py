"""A lock on a file, which works on every system and which no crash leaves behind: SQLite's own."""

import sqlite3
from pathlib import Path


def hold(file: Path) -> sqlite3.Connection:
    """Hold it until the connection is closed or the process ends, however it ends.

    Raises sqlite3.OperationalError, with the code SQLITE_BUSY where another process holds it.
    """
    connection = sqlite3.connect(file, isolation_level=None, timeout=0, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        raise
    return connection
