"""Bringing the tables up to date with alembic. `migrations/versions/` has one module a step."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.adapters.db.problems import DatabaseProblem, called

_LOCK = 7_233_001
"""Any number that other users of the same PostgreSQL database do not lock."""


def upgrade(connection: Connection) -> None:
    """Run the missing steps in the connection's transaction: all of them, or none.

    Raises DatabaseProblem for a database that a newer version of the program has changed.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    config = _config(connection)
    scripts = ScriptDirectory.from_config(config)
    stored = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := stored - {step.revision for step in scripts.walk_revisions()}:
        raise DatabaseProblem(
            f"{called(connection.engine.url)} was last used by a newer version of the bot (step "
            f"{', '.join(sorted(unknown))}), whose tables this version does not know. Install the newer version "
            "again, or restore a backup from before the update."
        )
    if stored != set(scripts.get_heads()):
        command.upgrade(config, "head")


def _config(connection: Connection) -> Config:
    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
