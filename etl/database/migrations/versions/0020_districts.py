"""Add the district of a site."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("site", sa.Column("district_en", sa.Text(), nullable=False, server_default=""))
    op.add_column("site", sa.Column("district_km", sa.Text(), nullable=False, server_default=""))
