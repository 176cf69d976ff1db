"""Feedback is found by its region and its question however they are written, in capitals or not."""

from alembic import op
from sqlalchemy import text

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for name in ("prompt", "region"):
        op.drop_index(op.f(f"ix_feedback_{name}_at_number"), "feedback")
        op.create_index(op.f(f"ix_feedback_{name}_lower"), "feedback", [text(f"lower({name})"), "at", "number"])
