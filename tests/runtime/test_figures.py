"""Figures from real databases: right, and as quick after a million posts as after ten."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import create_async_engine

from bot.adapters.db import SqlDatabase, open_database
from bot.core.outbox import State
from bot.runtime.figures import look
from tests.databases import asked_of
from tests.runtime.support import NOW, mention, post


async def test_what_waits_is_counted(database: SqlDatabase) -> None:
    async with database.transaction() as tx:
        await tx.outbox.add(post("later", NOW + timedelta(hours=1)))
        await tx.outbox.add(post("first"))
        for number in range(4):
            await tx.inbox.add(mention(number))
        await tx.inbox.done([mention(0).key], NOW)
        await tx.inbox.failed(mention(1).key, "no", give_up_after=1)
    figures = await look(database)
    assert figures.posts == {State.QUEUED: 2}
    assert (figures.waiting, figures.aside) == (2, 1)
    assert figures.oldest == NOW


async def test_an_empty_database_has_nothing_behind(database: SqlDatabase) -> None:
    figures = await look(database)
    assert (figures.waiting, figures.aside, figures.oldest) == (0, 0, None)
    assert figures.behind(NOW) == timedelta()


async def test_no_look_reads_a_table_from_end_to_end(sqlite_url: str) -> None:
    """SQLite says SEARCH where it goes by an index to what it wants, and SCAN where it reads everything."""
    database = open_database(sqlite_url)
    await database.migrate()
    asked = asked_of(database)
    await look(database)
    await database.close()
    plain = create_async_engine(sqlite_url.replace("sqlite:", "sqlite+aiosqlite:"))
    async with plain.connect() as connection:
        selects = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
        plans = [
            f"{row.detail} in {sql}"
            for sql, values in selects
            for row in (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)).all()
        ]
    await plain.dispose()
    assert len(selects) >= 5
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
