"""What only a real database can show: restarts, several workers, migrations, and what goes wrong."""

import asyncio
import os
import re
import sqlite3
import stat
import tempfile
import traceback
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, make_url, text

from bot.adapters.db import DatabaseProblem, SqlDatabase, open_database
from bot.adapters.db.problems import explained
from bot.adapters.db.tables import metadata
from bot.core.events import Platform
from bot.core.outbox import Delivered, Post, settle
from tests.contracts.values import LEASE, MINUTE, NOW, entry, feedback, post
from tests.contracts.values import event as some_event
from tests.databases import asked_of

NOBODY = 65534


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlDatabase]:
    database = open_database(url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def ready(url: str) -> AsyncIterator[SqlDatabase]:
    async with opened(url) as database:
        await database.migrate()
        yield database


@contextmanager
def directly(url: str) -> Iterator[Connection]:
    """The database behind the bot's back, by the ordinary drivers."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@contextmanager
def without_root() -> Iterator[None]:
    """Run as a user without privileges, if we are root: for root nothing is read-only."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


async def claim_all(database: SqlDatabase) -> list[str]:
    keys: list[str] = []
    while True:
        async with database.transaction() as tx:
            posts = await tx.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=LEASE, limit=3)
            await asyncio.sleep(0)
        if not posts:
            return keys
        keys += [claimed.key for claimed in posts]


async def test_two_workers_claim_each_post_once(database_url: str) -> None:
    wanted = {f"p{number}" for number in range(40)}
    async with ready(database_url) as one, opened(database_url) as two:
        async with one.transaction() as tx:
            for key in wanted:
                await tx.outbox.add(post(key))
        claimed = await asyncio.gather(claim_all(one), claim_all(two))
        async with one.transaction() as tx:
            fences = {stored.fence for stored in await tx.outbox.list()}
    assert sorted(claimed[0] + claimed[1]) == sorted(wanted)
    assert fences == {1}


async def test_a_worker_does_not_wait_for_posts_that_another_is_claiming(postgres_url: str) -> None:
    async with ready(postgres_url) as one, opened(postgres_url) as two:
        async with one.transaction() as tx:
            await tx.outbox.add(post("a"))
            await tx.outbox.add(post("b"))
        async with one.transaction() as first:
            ours = await first.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=LEASE, limit=1)
            theirs = await claim_all(two)
    assert ([claimed.key for claimed in ours], theirs) == (["a"], ["b"])


async def test_feedback_from_two_processes_is_numbered_without_gaps_or_doubles(database_url: str) -> None:
    async def give(database: SqlDatabase, number: int) -> int:
        async with database.transaction() as tx:
            return await tx.feedback.add(feedback(number))

    async with ready(database_url) as one, opened(database_url) as two:
        numbers = await asyncio.gather(*(give((one, two)[number % 2], number) for number in range(20)))
    assert sorted(numbers) == list(range(1, 21))


async def test_everything_is_there_after_a_restart(database_url: str) -> None:
    async with ready(database_url) as database, database.transaction() as tx:
        await tx.inbox.add(some_event())
        await tx.outbox.add(post())
        (claimed,) = await tx.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=LEASE, limit=1)
        (claimed,) = await tx.outbox.begin([claimed], now=NOW, lease=LEASE)
        sent = settle(claimed, Delivered("123"), NOW)
        await tx.outbox.save([sent])
        await tx.plan.put(entry())
        await tx.feedback.add(feedback(1))
        await tx.ledger.remember("cursor", "12")
        await tx.ledger.first("slot", NOW)
    async with ready(database_url) as database, database.transaction() as tx:
        assert list(await tx.inbox.waiting(10)) == [some_event()]
        assert list(await tx.outbox.list()) == [sent]
        assert list(await tx.plan.list()) == [entry()]
        assert [kept.number for kept in await tx.feedback.list()] == [1]
        assert await tx.ledger.recall("cursor") == "12"
        assert not await tx.ledger.first("slot", NOW)


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index 'ix_feedback_")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index ix_feedback_")
async def test_the_migrations_make_the_tables_that_the_program_expects(empty_database_url: str) -> None:
    async with ready(empty_database_url):
        pass
    with directly(empty_database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_ours})
        assert compare_metadata(context, metadata) == []


def _is_ours(name: str | None, kind: str, parents: Mapping[str, Any]) -> bool:
    """The index of feedback's words is the database's own affair, and differs between the two kinds."""
    return not (name or "").startswith(("feedback_words", "ix_feedback_words")) and (
        parents.get("table_name"),
        name,
        kind,
    ) != ("feedback", "words", "column")


async def test_a_state_that_the_program_does_not_know_cannot_be_stored(database_url: str) -> None:
    async with ready(database_url) as database, database.transaction() as tx:
        await tx.outbox.add(post())
    with pytest.raises(Exception, match="ck_outbox_state"), directly(database_url) as connection:
        connection.execute(text("UPDATE outbox SET state = 'lost'"))


async def test_processes_that_migrate_at_once_do_not_disturb_each_other(empty_database_url: str) -> None:
    databases = [open_database(empty_database_url) for _ in range(4)]
    await asyncio.gather(*(database.migrate() for database in databases))
    async with databases[0].transaction() as tx:
        assert await tx.outbox.oldest_waiting() is None
    for database in databases:
        await database.close()


async def test_a_step_that_fails_leaves_the_database_as_it_was(empty_database_url: str) -> None:
    with directly(
        empty_database_url if "postgres" in empty_database_url else _with_folder(empty_database_url)
    ) as connection:
        connection.execute(text("CREATE TABLE notes (mine INTEGER)"))
    async with opened(empty_database_url) as database:
        with pytest.raises(Exception, match="notes"):
            await database.migrate()
    with directly(empty_database_url) as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_heads() == ()
        assert not connection.dialect.has_table(connection, "inbox")


async def test_a_ticks_queries_search_an_index_however_long_the_history(sqlite_url: str) -> None:
    async with ready(sqlite_url) as database:
        statements = asked_of(database)
        async with database.transaction() as tx:
            await tx.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=LEASE, limit=10)
            await tx.outbox.take_over(Platform.SLACK, expired_by=NOW, limit=10)
            await tx.outbox.doubtful(Platform.SLACK, now=NOW, lease=LEASE, limit=10)
            await tx.outbox.oldest_waiting()
            await tx.outbox.counts()
            await tx.plan.due(NOW)
            await tx.plan.next_due()
            await tx.inbox.waiting(10)
    queries = [(sql, given) for sql, given in statements if sql.startswith(("SELECT", "UPDATE"))]
    assert len(queries) == 8
    with directly(sqlite_url) as connection:
        for sql, given in queries:
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).scalars(3).all()
            assert not [step for step in steps if re.match(r"SCAN (inbox|outbox|plan)\b", step)], (sql, steps)


async def test_a_second_worker_on_one_sqlite_file_is_refused_until_the_first_has_ended(sqlite_url: str) -> None:
    async with ready(sqlite_url) as first, opened(sqlite_url) as second:
        assert first.alone
        first.claim_alone()
        first.claim_alone()
        with pytest.raises(DatabaseProblem, match="`antiphon worker` is at work on the database"):
            second.claim_alone()
        await first.close()
        second.claim_alone()


async def test_a_new_sqlite_file_is_readable_by_its_owner_alone(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with ready(empty_sqlite_url), opened(empty_sqlite_url) as database, database.transaction():
        found = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "var").iterdir()}
    assert found == {f"antiphon.db{end}": 0o600 for end in ("", "-wal", "-shm")}


async def test_the_rights_of_a_sqlite_file_that_is_there_are_left_alone(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "var/antiphon.db"
    file.chmod(0o640)
    async with ready(sqlite_url):
        assert stat.S_IMODE(file.stat().st_mode) == 0o640


async def test_any_number_of_workers_share_postgresql(postgres_url: str) -> None:
    async with ready(postgres_url) as first, opened(postgres_url) as second:
        assert not first.alone
        first.claim_alone()
        second.claim_alone()


async def test_processes_on_postgresql_tell_each_other_of_new_events_and_posts(postgres_url: str) -> None:
    async with ready(postgres_url) as here, opened(postgres_url) as there:
        heard = asyncio.Event()
        listening = asyncio.create_task(there.listen(heard.set))
        async with asyncio.timeout(30):
            await heard.wait()  # once at the beginning, for what was said before
            heard.clear()
            async with here.transaction() as tx:
                await tx.outbox.add(post())
            await heard.wait()
            heard.clear()
            async with here.transaction() as tx:
                await tx.inbox.add(some_event())
            await heard.wait()
        heard.clear()
        async with here.transaction() as tx:
            await tx.outbox.add(post())  # there already
            await tx.ledger.remember("cursor", "12")
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        assert not heard.is_set()


async def test_the_servers_time_can_be_asked_for(postgres_url: str) -> None:
    async with ready(postgres_url) as database:
        first, second = await database.time(), await database.time()
    assert first < second
    assert first.utcoffset() is not None


async def test_what_is_committed_is_on_the_disk(empty_sqlite_url: str) -> None:
    async with ready(empty_sqlite_url) as database, database._engine.connect() as connection:
        pragmas = [await connection.exec_driver_sql(f"PRAGMA {name}") for name in ("journal_mode", "synchronous")]
        assert [pragma.scalar() for pragma in pragmas] == ["wal", 2]


@pytest.mark.parametrize("url", ["", "antiphon.db", "mysql://root:s3cret@host/db", "postgresql://u:s3cret@host:x/db"])
def test_an_address_that_is_not_understood_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseProblem, match="DATABASE_URL is not an address") as problem:
        open_database(url)
    assert "s3cret" not in "".join(traceback.format_exception(problem.value))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_every_spelling_of_a_postgresql_address_works(postgres_url: str, scheme: str) -> None:
    async with ready(postgres_url.replace("postgresql", scheme)) as database, database.transaction() as tx:
        assert await tx.outbox.oldest_waiting() is None


async def problem_with(url: str) -> str:
    """What the bot says when it opens this database and sets it up."""
    with pytest.raises(DatabaseProblem) as problem:
        async with ready(url):
            pass
    return str(problem.value)


async def test_a_server_that_cannot_be_reached_is_explained_without_the_password() -> None:
    said = await problem_with("postgresql://antiphon:s3cret@127.0.0.1:1/campaign")
    assert said.startswith("The PostgreSQL database 'campaign' at 127.0.0.1:1: it cannot be reached. Check that")
    assert "s3cret" not in said


async def test_a_missing_postgresql_database_is_explained(postgres_url: str) -> None:
    assert "there is no such database" in await problem_with(postgres_url.replace("?", "_gone?"))


async def test_a_file_that_is_not_a_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Minutes of the meeting. " * 100)
    assert "it is not a database" in await problem_with(f"sqlite:///{tmp_path}/notes.txt")


def test_a_disk_that_fails_is_explained() -> None:
    found = explained(sqlite3.OperationalError("disk I/O error"), make_url("sqlite:///var/antiphon.db"))
    assert "The database file var/antiphon.db: its disk cannot be written or read. See whether" in str(found)


async def test_a_folder_in_place_of_the_file_is_explained(tmp_path: Path) -> None:
    assert "it cannot be opened" in await problem_with(f"sqlite:///{tmp_path}")


async def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    assert "cannot be made" in await problem_with(f"sqlite:///{tmp_path}/var/antiphon.db")


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder with an empty file in it, `empty.db`. Unlike pytest's own folders it can be read by everybody."""
    with tempfile.TemporaryDirectory(prefix="antiphon-") as name:
        folder = Path(name)
        (folder / "empty.db").touch(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


async def test_a_read_only_folder_is_explained(read_only_folder: Path) -> None:
    with without_root():
        said = await problem_with(f"sqlite:///{read_only_folder}/antiphon.db")
    assert "it cannot be opened" in said
    assert "may write" in said


async def test_a_read_only_file_is_explained(read_only_folder: Path) -> None:
    with without_root():
        assert "it is read-only" in await problem_with(f"sqlite:///{read_only_folder}/empty.db")


async def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    async with ready(database_url):
        pass
    with directly(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    said = await problem_with(database_url)
    assert "a newer version of the bot (step 9999)" in said
    assert "s3cret" not in said


async def test_a_database_that_was_never_set_up_is_explained(empty_database_url: str) -> None:
    async with opened(empty_database_url) as database:
        with pytest.raises(DatabaseProblem, match="its tables are missing"):
            async with database.transaction() as tx:
                await tx.outbox.oldest_waiting()


async def test_a_database_that_another_program_keeps_locked_is_explained(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.db.engine._PRAGMAS", ("busy_timeout = 50", "journal_mode = WAL"))
    async with ready(sqlite_url) as database:
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseProblem, match="kept it locked"):
            async with database.transaction():
                pass
        other.close()
        async with database.transaction() as tx:
            assert await tx.outbox.oldest_waiting() is None


def _with_folder(url: str) -> str:
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True)
    return url


def test_a_post_without_a_time_zone_is_refused(sqlite_url: str) -> None:
    async def keep(naive: Post) -> None:
        async with ready(sqlite_url) as database, database.transaction() as tx:
            await tx.outbox.add(naive)

    with pytest.raises(Exception, match="no time zone"):
        asyncio.run(keep(post(due=(NOW + MINUTE).replace(tzinfo=None))))
