"""Full-text search: FTS5 on SQLite, tsvector with a GIN index on PostgreSQL. Both take word forms for the same.

Neither is a table or a column of `tables.py`: they are made with the table, kept up by the database itself, and never
copied, so that a backup goes from one kind of database to the other.
"""

import re

from sqlalchemy import DDL, ColumnElement, FromClause, Table, column, event, func, literal_column, table
from sqlalchemy.sql.ddl import ExecutableDDLElement

WORDS = "feedback_words"
"""The index on SQLite. It holds no text of its own, but words of it: see `bot.adapters.db.erasure`."""

_LONGEST = 100_000
"""Characters that PostgreSQL indexes: it refuses what makes more than 1 MB of words."""
_OLD = f"INSERT INTO {WORDS}({WORDS}, rowid, text) VALUES ('delete', old.number, old.text);"  # noqa: S608
_NEW = f"INSERT INTO {WORDS}(rowid, text) VALUES (new.number, new.text);"  # noqa: S608
_SQLITE = (
    f"CREATE VIRTUAL TABLE {WORDS} USING fts5("
    "text, content='feedback', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2')",
    f"CREATE TRIGGER {WORDS}_added AFTER INSERT ON feedback BEGIN {_NEW} END",
    f"CREATE TRIGGER {WORDS}_deleted AFTER DELETE ON feedback BEGIN {_OLD} END",
    f"CREATE TRIGGER {WORDS}_changed AFTER UPDATE OF text ON feedback BEGIN {_OLD} {_NEW} END",
)
_POSTGRES = (
    "ALTER TABLE feedback ADD COLUMN words tsvector "
    f"GENERATED ALWAYS AS (to_tsvector('english', left(text, {_LONGEST}))) STORED",
    "CREATE INDEX ix_feedback_words ON feedback USING gin (words)",
)
_FTS = table(WORDS, column("rowid"), column(WORDS))


def make_searchable(feedback: Table) -> None:
    """Have the search made whenever the table is."""
    for dialect, statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRES)):
        for statement in statements:
            made: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(feedback, "after_create", made.execute_if(dialect=dialect))


def searched(feedback: Table, text: str, dialect: str) -> tuple[FromClause, ColumnElement[bool], ColumnElement[int]]:
    """Where to look for words, the condition, and the number by which what is found is in order."""
    if dialect == "postgresql":
        found = literal_column("feedback.words").op("@@", is_comparison=True)(func.plainto_tsquery("english", text))
        return feedback, found, feedback.c.number
    # Each word in quotes: nothing that people type is an operator of FTS5.
    query = " ".join(f'"{word}"' for word in re.findall(r"\w+", text)) or '""'
    joined = _FTS.join(feedback, feedback.c.number == _FTS.c.rowid)
    return joined, _FTS.c[WORDS].op("MATCH", is_comparison=True)(query), _FTS.c.rowid
