"""What the parts of the store have in common."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def add_new(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row. False, and nothing changed, when its key is there already."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # The driver for PostgreSQL does not count inserted rows, so the row itself must come back.
    added = insert(table).values(row).on_conflict_do_nothing().returning(*table.primary_key)
    return (await connection.execute(added)).first() is not None


def row_of(value: Any) -> dict[str, Any]:
    """A flat row of a dataclass: its fields by name, as they are."""
    return {field.name: getattr(value, field.name) for field in fields(value)}
