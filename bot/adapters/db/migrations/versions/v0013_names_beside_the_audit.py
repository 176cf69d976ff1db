"""What people were called who did something stands beside the audit, and goes when they are erased."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("people", sa.Column("name", sa.Text(), nullable=False, server_default=""))
