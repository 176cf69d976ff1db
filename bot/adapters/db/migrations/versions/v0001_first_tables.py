"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.String(32), "sqlite")
PLATFORM = ("x", "slack", "teams")
STATE = ("queued", "sending", "sent", "unconfirmed", "held", "missed", "dead", "cancelled")


def one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def needed(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    create_inbox()
    create_outbox()
    create_plan()
    create_feedback()
    create_ledger()


def create_inbox() -> None:
    op.create_table(
        "inbox",
        needed("id", NUMBER),
        needed("key", sa.Text()),
        needed("event", sa.JSON()),
        needed("receipt", one_of("receipt", ("waiting", "done", "aside"))),
        needed("failures", sa.Integer()),
        needed("reason", sa.Text()),
        sa.Column("done_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_key")),
    )
    op.create_index(op.f("ix_inbox_receipt_id"), "inbox", ["receipt", "id"])


def create_outbox() -> None:
    op.create_table(
        "outbox",
        needed("id", NUMBER),
        needed("key", sa.Text()),
        needed("platform", one_of("platform", PLATFORM)),
        needed("place", sa.JSON()),
        needed("body", sa.JSON()),
        needed("due", INSTANT),
        needed("try_at", INSTANT),
        sa.Column("cut_off", INSTANT),
        needed("private_to", sa.Text()),
        needed("state", one_of("state", STATE)),
        needed("attempts", sa.Integer()),
        needed("fence", sa.Integer()),
        sa.Column("lease_until", INSTANT),
        needed("remote_id", sa.Text()),
        sa.Column("sent_at", INSTANT),
        needed("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_due"), "outbox", ["due"])
    op.create_index(op.f("ix_outbox_state_due"), "outbox", ["state", "due"])
    op.create_index(op.f("ix_outbox_state_platform_try_at"), "outbox", ["state", "platform", "try_at"])


def create_plan() -> None:
    op.create_table(
        "plan",
        needed("id", NUMBER),
        needed("key", sa.Text()),
        needed("group", sa.Text()),
        needed("kind", one_of("kind", ("chat", "action", "card"))),
        needed("title", sa.Text()),
        needed("due", INSTANT),
        needed("wall", sa.Text()),
        needed("zone", sa.Text()),
        needed("cut_off", INSTANT),
        needed("bodies", sa.JSON()),
        needed("standing", one_of("standing", ("planned", "released", "cancelled"))),
        needed("source", sa.Text()),
        needed("edited", sa.Boolean()),
        needed("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("key", name=op.f("uq_plan_key")),
    )
    op.create_index(op.f("ix_plan_due"), "plan", ["due"])
    op.create_index(op.f("ix_plan_standing_due"), "plan", ["standing", "due"])


def create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        needed("key", sa.Text()),
        needed("at", INSTANT),
        needed("platform", one_of("platform", PLATFORM)),
        needed("workspace", sa.Text()),
        needed("person", sa.Text()),
        needed("name", sa.Text()),
        needed("text", sa.Text()),
        needed("may_quote", sa.Boolean()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_feedback")),
        sa.UniqueConstraint("key", name=op.f("uq_feedback_key")),
    )
    op.create_index(op.f("ix_feedback_at"), "feedback", ["at"])


def create_ledger() -> None:
    op.create_table(
        "slots",
        needed("slot", sa.Text()),
        needed("at", INSTANT),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_slots")),
    )
    op.create_table(
        "notes",
        needed("name", sa.Text()),
        needed("value", sa.Text()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notes")),
    )
