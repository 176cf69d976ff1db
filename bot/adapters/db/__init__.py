"""What is scheduled, said and heard, in SQLite or PostgreSQL."""

from bot.adapters.db.engine import SqlDatabase, open_database
from bot.adapters.db.problems import DatabaseProblem

__all__ = ["DatabaseProblem", "SqlDatabase", "open_database"]
