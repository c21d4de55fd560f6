"""Add the part that a target belongs to, so that a total and its parts have targets of the same year."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("target") as target:
        target.add_column(sa.Column("part", sa.Text(), nullable=False, server_default=""))
        target.drop_constraint("pk_target", type_="primary")
        target.create_primary_key("pk_target", ["version", "indicator", "site", "year", "part"])
