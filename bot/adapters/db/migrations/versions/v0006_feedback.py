"""Feedback with its fields, its authors apart from it, full-text search; an audit in a chain, without names."""

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.String(32), "sqlite")
SEARCH_ON_SQLITE = (
    "CREATE VIRTUAL TABLE feedback_words USING fts5("
    "text, content='feedback', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2')",
    "CREATE TRIGGER feedback_words_added AFTER INSERT ON feedback BEGIN "
    "INSERT INTO feedback_words(rowid, text) VALUES (new.number, new.text); END",
    "CREATE TRIGGER feedback_words_deleted AFTER DELETE ON feedback BEGIN "
    "INSERT INTO feedback_words(feedback_words, rowid, text) VALUES ('delete', old.number, old.text); END",
    "CREATE TRIGGER feedback_words_changed AFTER UPDATE OF text ON feedback BEGIN "
    "INSERT INTO feedback_words(feedback_words, rowid, text) VALUES ('delete', old.number, old.text); "
    "INSERT INTO feedback_words(rowid, text) VALUES (new.number, new.text); END",
)
SEARCH_ON_POSTGRES = (
    "ALTER TABLE feedback ADD COLUMN words tsvector "
    "GENERATED ALWAYS AS (to_tsvector('english', left(text, 100000))) STORED",
    "CREATE INDEX ix_feedback_words ON feedback USING gin (words)",
)


def upgrade() -> None:
    # Made anew under their names: a copy keeps what was there, and no constraint has a stale name.
    op.execute("CREATE TABLE feedback_before AS SELECT * FROM feedback")
    op.drop_table("feedback")
    create_feedback()
    create_authors_and_tags()
    op.execute(
        "INSERT INTO feedback (number, key, at, source, text, prompt, region, role, consent, status) "
        "SELECT number, key, at, platform, text, '', '', '', "
        "CASE WHEN may_quote THEN 'unnamed' ELSE 'no' END, 'new' FROM feedback_before ORDER BY number"
    )
    op.execute(
        "INSERT INTO feedback_authors (number, platform, workspace, person, name, contact) "
        "SELECT number, platform, workspace, person, name, '' FROM feedback_before ORDER BY number"
    )
    op.drop_table("feedback_before")
    create_people()
    chain_audit()


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("source", one_of("source", "x", "slack", "teams", "web"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("consent", one_of("consent", "no", "unnamed", "named"), nullable=False),
        sa.Column("status", one_of("status", "new", "read", "answered", "actioned"), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_feedback")),
        sa.UniqueConstraint("key", name=op.f("uq_feedback_key")),
    )
    op.create_index(op.f("ix_feedback_at_number"), "feedback", ["at", "number"])
    for column in ("prompt", "region", "status"):
        op.create_index(op.f(f"ix_feedback_{column}_at_number"), "feedback", [column, "at", "number"])
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SEARCH_ON_SQLITE if on_sqlite else SEARCH_ON_POSTGRES:
        op.execute(statement)


def create_authors_and_tags() -> None:
    op.create_table(
        "feedback_authors",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("platform", one_of("platform", "x", "slack", "teams"), nullable=True),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_feedback_authors")),
    )
    op.create_index(
        op.f("ix_feedback_authors_person_workspace_platform"), "feedback_authors", ["person", "workspace", "platform"]
    )
    op.create_table(
        "feedback_tags",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", "tag", name=op.f("pk_feedback_tags")),
    )
    op.create_index(op.f("ix_feedback_tags_tag_at_number"), "feedback_tags", ["tag", "at", "number"])


def create_people() -> None:
    op.create_table(
        "people",
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_people")),
    )
    op.create_table(
        "erased",
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_erased")),
    )


def chain_audit() -> None:
    op.add_column("audit", sa.Column("hash", sa.Text(), nullable=True))
    connection = op.get_bind()
    entries = connection.execute(sa.text("SELECT id, at, who, what, about, detail FROM audit ORDER BY id")).all()
    key, last, known = secrets.token_hex(32), "", set()
    for entry in entries:
        who = entry.who
        if ":" in who:  # a person's ref, not "command line"
            who = f"person-{hmac.new(key.encode(), entry.who.encode(), hashlib.sha256).hexdigest()[:24]}"
            if who not in known:
                values = {"pseudonym": who, "ref": entry.who}
                connection.execute(sa.text("INSERT INTO people VALUES (:pseudonym, :ref)"), values)
            known.add(who)
        at = entry.at if isinstance(entry.at, datetime) else datetime.fromisoformat(entry.at)
        parts = [
            last,
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            who,
            entry.what,
            entry.about,
            entry.detail,
        ]
        last = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        change = sa.text("UPDATE audit SET who = :who, hash = :hash WHERE id = :id")
        connection.execute(change, {"who": who, "hash": last, "id": entry.id})
    if entries:
        note = sa.text("INSERT INTO notes (name, value) VALUES ('pseudonym key', :key)")
        connection.execute(note, {"key": key})
    with op.batch_alter_table("audit") as audit:
        audit.alter_column("hash", existing_type=sa.Text(), nullable=False)
