"""What somebody was called last is found without a look at what they changed."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index(op.f("ix_journal_who_name_at"), "journal", ["who", "name", "at"])
