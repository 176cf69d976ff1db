"""What is heard in chats, and what must not be kept of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.String(32), "sqlite")
PLATFORM = ("x", "slack", "teams")


def platform() -> sa.Column[str]:
    kind = sa.Enum(*PLATFORM, name="platform", native_enum=False, create_constraint=True, length=20)
    return sa.Column("platform", kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "heard",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        platform(),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("in_reply_to", sa.Text()),
        sa.Column("is_repost", sa.Boolean(), nullable=False),
        sa.Column("is_quote", sa.Boolean(), nullable=False),
        sa.Column("followers", sa.BigInteger()),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heard")),
        sa.UniqueConstraint("platform", "post", "chat", name=op.f("uq_heard_platform_post_chat")),
    )
    op.create_index(op.f("ix_heard_chat_at"), "heard", ["chat", "at"])
    op.create_index(op.f("ix_heard_platform_author"), "heard", ["platform", "author"])
    op.create_table(
        "unheard",
        platform(),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("platform", "author", "post", name=op.f("pk_unheard")),
    )
