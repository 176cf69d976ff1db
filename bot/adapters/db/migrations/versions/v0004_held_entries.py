"""Entries of the plan that a host holds back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

STANDINGS = ("planned", "held", "released", "cancelled")


def upgrade() -> None:
    with op.batch_alter_table("plan") as plan:
        plan.drop_constraint(op.f("ck_plan_standing"), type_="check")
        plan.create_check_constraint(op.f("ck_plan_standing"), sa.column("standing").in_(STANDINGS))
