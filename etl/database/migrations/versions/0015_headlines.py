"""Add the indicators that the public front page shows first to a plan's settings."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("plan_settings", sa.Column("headlines", sa.Text(), nullable=False, server_default=""))
