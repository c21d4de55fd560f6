"""Add the earlier return that a number was carried over from, when a table did not contain it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "carried_cell",
        sa.Column("return_id", sa.Integer(), sa.ForeignKey("return.id"), primary_key=True, autoincrement=False),
        sa.Column("indicator", sa.Text(), primary_key=True),
        sa.Column("part", sa.Text(), primary_key=True),
        sa.Column("source_return", sa.Integer(), sa.ForeignKey("return.id"), nullable=False),
    )
