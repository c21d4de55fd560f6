"""Add the terms of totals."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("indicator", sa.Column("sum_of", sa.Text(), nullable=False, server_default="[]"))
