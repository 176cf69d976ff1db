"""Bringing the tables up to date. `migrations/versions/` has one module a step; alembic runs those that are missing.

It takes nearly as long to import as SQLAlchemy, so it is left out where it has nothing to do: in a database
at the newest step, and in an empty one, which gets the tables of `tables.py` at once.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select, text

from bot.adapters.db.problems import DatabaseProblem, called
from bot.adapters.db.tables import metadata

_LOCK = 7_233_001
"""Any number that other users of the same PostgreSQL database do not lock."""
_FOLDER = Path(__file__).parent / "migrations"
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table: it says which step the database is at."""


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the missing steps in the connection's transaction: all of them, or none; `to` names the last one.

    Raises DatabaseProblem for a database that a newer version of the program has changed.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    stored, newest = _stored(connection), steps()[-1]
    if stored and not is_known(stored):
        raise DatabaseProblem(
            f"{called(connection.engine.url)} was last used by a newer version of the bot (step "
            f"{stored}), whose tables this version does not know. Install the newer version "
            "again, or restore a backup from before the update."
        )
    if stored == newest:
        return
    if to in ("head", newest) and not inspect(connection).get_table_names():
        _create(connection, newest)
    else:
        _run_steps(connection, to)


def steps() -> list[str]:
    """All steps, the newest last. File names begin with them: v0001_first_tables.py."""
    return sorted(path.stem[1:].partition("_")[0] for path in (_FOLDER / "versions").glob("v*.py"))


def is_known(revision: str) -> bool:
    """Whether this version of the program has the step; if not, a newer one made it."""
    return revision in steps()


def _stored(connection: Connection) -> str | None:
    """The step that the database is at, if it has any."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalar(select(_VERSION.c.version_num))


def _create(connection: Connection, newest: str) -> None:
    """The tables as all steps together make them: a test compares the two."""
    metadata.create_all(connection)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION).values(version_num=newest))


def _run_steps(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
