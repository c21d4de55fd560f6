"""Add the units that a plan declares additive to its settings."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("plan_settings", sa.Column("additive_units", sa.Text(), nullable=False, server_default=""))
