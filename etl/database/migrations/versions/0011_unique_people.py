"""Add the way in which an indicator counts unique people; blank for every indicator so far."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("indicator", sa.Column("unique_people", sa.Text(), nullable=False, server_default=""))
