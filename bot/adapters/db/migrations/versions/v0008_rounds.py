"""Rounds of feedback; feedback from a workshop's notes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.String(32), "sqlite")
BEFORE, AFTER = "'x', 'slack', 'teams', 'web'", "'x', 'slack', 'teams', 'web', 'workshop'"


def upgrade() -> None:
    op.create_table(
        "rounds",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("prompts", sa.JSON(), nullable=False),
        sa.Column("platforms", sa.JSON(), nullable=False),
        sa.Column("opened", INSTANT, nullable=False),
        sa.Column("closes", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rounds")),
        sa.UniqueConstraint("key", name=op.f("uq_rounds_key")),
    )
    op.create_index(op.f("ix_rounds_closes"), "rounds", ["closes"])
    op.create_table(
        "round_answers",
        sa.Column("feedback", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("feedback", name=op.f("pk_round_answers")),
    )
    op.create_index(op.f("ix_round_answers_round_feedback"), "round_answers", ["round", "feedback"])
    if op.get_bind().dialect.name == "sqlite":
        allow_workshops_on_sqlite()
    else:
        op.drop_constraint(op.f("ck_feedback_source"), "feedback")
        op.create_check_constraint(op.f("ck_feedback_source"), "feedback", f"source IN ({AFTER})")


def allow_workshops_on_sqlite() -> None:
    """Change the check where SQLite keeps it, as its documentation of ALTER TABLE says for what changes no stored row.

    A copy of the table would have to make its indexes, its search and its triggers anew, and a million rows.
    """
    schema = op.get_bind()
    version = schema.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    change = "UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = 'feedback'"
    schema.execute(sa.text(change), {"before": f"source IN ({BEFORE})", "after": f"source IN ({AFTER})"})
    op.execute(f"PRAGMA schema_version = {version + 1}")  # every connection reads the schema again
    op.execute("PRAGMA writable_schema = OFF")
