"""What was heard is counted by month: those of one month are found without a look at the others."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index(op.f("ix_heard_at"), "heard", ["at"])
