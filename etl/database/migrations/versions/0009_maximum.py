"""Add the highest value of an indicator."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("indicator", sa.Column("maximum", sa.Numeric().with_variant(sa.Text(), "sqlite")))
