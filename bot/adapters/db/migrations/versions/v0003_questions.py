"""Questions for a person, what people asked, and what they found useful."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.String(32), "sqlite")
PLATFORM = ("x", "slack", "teams")
STAGE = ("open", "taken", "answered")
STEP = ("asked", "reminded", "fallen-back", "given-up")
OUTCOME = ("answered", "asked-back", "unknown")


def one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def needed(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    create_questions()
    create_asked()
    op.create_table(
        "ratings",
        needed("entry", sa.Text()),
        needed("useful", sa.Integer()),
        needed("useless", sa.Integer()),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_ratings")),
    )


def create_questions() -> None:
    op.create_table(
        "questions",
        needed("number", NUMBER),
        needed("key", sa.Text()),
        needed("at", INSTANT),
        needed("platform", one_of("platform", PLATFORM)),
        needed("workspace", sa.Text()),
        needed("person", sa.Text()),
        needed("place", sa.JSON()),
        needed("text", sa.Text()),
        needed("region", sa.Text()),
        needed("stage", one_of("stage", STAGE)),
        needed("step", one_of("step", STEP)),
        sa.Column("next_at", INSTANT),
        needed("taken_by", sa.Text()),
        needed("answer", sa.Text()),
        sa.Column("answered_at", INSTANT),
        needed("version", sa.Integer()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_questions")),
        sa.UniqueConstraint("key", name=op.f("uq_questions_key")),
    )
    op.create_index(op.f("ix_questions_next_at"), "questions", ["next_at"])
    op.create_index(op.f("ix_questions_at"), "questions", ["at"])


def create_asked() -> None:
    op.create_table(
        "asked",
        needed("number", NUMBER),
        needed("on", INSTANT),
        needed("text", sa.Text()),
        needed("outcome", one_of("outcome", OUTCOME)),
        needed("entry", sa.Text()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_asked")),
    )
    op.create_index(op.f("ix_asked_on"), "asked", ["on"])
