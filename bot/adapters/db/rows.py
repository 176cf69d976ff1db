"""What the parts of the store have in common."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_T = TypeVar("_T")
_AT_ONCE = 500


async def add_new(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row. False, and nothing changed, when its key is there already."""
    return (await connection.execute(_insert_new(table, connection.dialect.name), row)).first() is not None


def add_new_now(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """The same on a connection that waits."""
    return connection.execute(_insert_new(table, connection.dialect.name), row).first() is not None


def rows_of(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[Mapping[str, Any]]:
    """The rows of a table that fit, whole."""
    return [dict(row) for row in connection.execute(select(table).where(condition)).mappings()]


async def add_all_new(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows but those whose key is there already. Returns how many were inserted."""
    return len((await connection.execute(_insert_new(table, connection.dialect.name), rows)).all())


@cache
def _insert_new(table: Table, dialect: str) -> ReturningInsert[Any]:
    """Made once: making it anew takes longer than SQLite takes to do it."""
    # The driver for PostgreSQL does not count inserted rows, so the row itself must come back.
    return insert_of(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)


def in_turn(connection: Connection, *tables: Table) -> None:
    """Nobody else writes to these until the transaction ends. Who takes several takes feedback before the audit."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        names = ", ".join(table.name for table in tables)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def insert_of(dialect: str, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An insert that may say what to do on a conflict."""
    if dialect == "postgresql":
        # SQLAlchemy's half for PostgreSQL takes 60 ms and 2 MB to load.
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return sqlite.insert(table)


def in_parts(them: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """So many keys, numbers or rows at once as any database takes in one statement."""
    return (them[at : at + _AT_ONCE] for at in range(0, len(them), _AT_ONCE))


def row_of(value: Any) -> dict[str, Any]:
    """A flat row of a dataclass: its fields by name, as they are."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def within(
    column: ColumnElement[datetime], since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    """`since <= column < until`; None is open."""
    wanted = [column >= since] if since is not None else []
    return [*wanted, column < until] if until is not None else wanted
