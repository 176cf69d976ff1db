"""Copies of a database that a killed backup or restore has left."""

from pathlib import Path

from bot.adapters.db.engine import address_of
from bot.unfinished import clear


def clear_left(url: str) -> None:
    """Remove those among temporary files, and beside an SQLite file. What is at work stays. Raises DatabaseProblem for
    a wrong address."""
    address = address_of(url)
    clear()
    if address.get_backend_name() == "sqlite":
        clear(Path(address.database or "").parent)
