"""Drafts, pictures, approvals and the journal of the plan; announcements."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.String(32), "sqlite")
KINDS = ("chat", "action", "card", "announcement")
DEEDS = ("add", "change", "move", "unschedule", "undo", "approve", "decline")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    with op.batch_alter_table("plan") as plan:
        plan.drop_constraint(op.f("ck_plan_kind"), type_="check")
        plan.create_check_constraint(op.f("ck_plan_kind"), sa.column("kind").in_(KINDS))
    _writing()
    _approving()
    _journal()


def _writing() -> None:
    op.create_table(
        "pieces",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", _one_of("kind", KINDS), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pieces")),
    )
    op.create_index(op.f("ix_pieces_at"), "pieces", ["at"])
    op.create_table(
        "pictures",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_pictures")),
    )


def _approving() -> None:
    op.create_table(
        "approvals",
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.Column("verdict", _one_of("verdict", ("yes", "no")), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("about", name=op.f("pk_approvals")),
    )
    op.create_table(
        "sign_offs",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_sign_offs")),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("what", _one_of("deed", DEEDS), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_about_number"), "journal", ["about", "number"])
    op.create_index(op.f("ix_journal_at"), "journal", ["at"])
