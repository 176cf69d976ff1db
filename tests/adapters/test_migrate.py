"""Two ways lead to the present tables: all steps one after the other, and at once in an empty database."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, inspect, select, text

from bot.adapters.db import migrate
from bot.adapters.db.tables import audit, feedback, feedback_authors, people
from bot.core.audit import AuditEntry, followed
from bot.core.feedback import Consent, Status

ROOT = Path(__file__).parents[2]


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def made_of(connection: Connection) -> dict[str, Any]:
    """Everything that the database enforces or speeds up, and how many rows there are, by table."""
    found = inspect(connection)
    return {
        table: (
            sorted((it["name"], str(it["type"]), it["nullable"], it["default"]) for it in found.get_columns(table)),
            found.get_pk_constraint(table),
            by_name(found.get_unique_constraints(table)),
            by_name(found.get_check_constraints(table)),
            by_name(found.get_foreign_keys(table)),
            by_name(found.get_indexes(table)),
            connection.scalar(text(f'SELECT count(*) FROM "{table}"')),
        )
        for table in found.get_table_names()
    }


def by_name(parts: Any) -> list[Any]:
    return sorted(parts, key=lambda part: str(part["name"]))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index ix_feedback_")
def test_an_empty_database_becomes_what_the_steps_make_of_the_oldest(empty_database_url: str) -> None:
    with connected(empty_database_url) as connection:
        migrate.upgrade(connection)
        at_once = made_of(connection)
        everything = MetaData()
        everything.reflect(connection)
        everything.drop_all(connection)
    with connected(empty_database_url) as connection:
        migrate.upgrade(connection, migrate.steps()[0])
        migrate.upgrade(connection)
        assert made_of(connection) == at_once
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == migrate.steps()[-1]


def test_the_file_names_tell_the_steps_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot/adapters/db/migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert [step.revision for step in scripts.walk_revisions()][::-1] == migrate.steps()


def test_alembic_is_loaded_only_where_it_has_something_to_do(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from bot.adapters.db import open_database\n"
        f"database = open_database('sqlite:///{tmp_path}/antiphon.db')\n"
        "asyncio.run(database.migrate()); asyncio.run(database.close())\n"
        "print('alembic' in sys.modules)"
    )

    def loads_it() -> str:
        return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    assert loads_it() == "False", "the database is new"
    assert loads_it() == "False", "the database is at the newest step"


def test_feedback_and_audit_from_before_are_kept(empty_database_url: str) -> None:
    with connected(empty_database_url) as connection:
        migrate.upgrade(connection, "0002")
        at = "2026-12-01T08:00:00.000000+00:00"
        for number, quote in ((1, "true"), (2, "false")):
            said = f"{number}, 'slack:T1:Ev{number}', '{at}', 'slack', 'T1', 'U1', 'Zoë', 'Slower, please', {quote}"
            connection.execute(text(f"INSERT INTO feedback VALUES ({said})"))
        for number, who in ((1, "slack:T1/U1"), (2, "command line")):
            connection.execute(text(f"INSERT INTO audit VALUES ({number}, '{at}', '{who}', 'pause', '', '')"))
        migrate.upgrade(connection)
        kept = connection.execute(select(feedback.c.number, feedback.c.consent, feedback.c.status)).all()
        authors = connection.execute(select(feedback_authors.c.person, feedback_authors.c.name)).all()
        lines = [AuditEntry(*row) for row in connection.execute(select(*list(audit.c)[1:-1]).order_by(audit.c.id))]
        chain = followed(list(zip(lines, connection.scalars(select(audit.c.hash).order_by(audit.c.id)), strict=True)))
        ref = connection.scalar(select(people.c.ref).where(people.c.pseudonym == lines[0].who))
    assert kept == [(1, Consent.UNNAMED, Status.NEW), (2, Consent.NO, Status.NEW)]
    assert authors == [("U1", "Zoë")] * 2
    assert (chain.lines, chain.broken) == (2, None)
    assert (ref, lines[1].who) == ("slack:T1/U1", "command line")
