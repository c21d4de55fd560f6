"""Add returns that are typed on a page."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "typed_draft",
        sa.Column("site", sa.Text(), primary_key=True),
        sa.Column("quarter", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("base_return", sa.Integer(), sa.ForeignKey("return.id")),
        sa.Column("return_id", sa.Integer(), sa.ForeignKey("return.id")),
        sa.Column("entries", sa.Text(), nullable=False),
    )
    op.create_table(
        "typed_return",
        sa.Column("return_id", sa.Integer(), sa.ForeignKey("return.id"), primary_key=True, autoincrement=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("typed_at", MOMENT, nullable=False),
        sa.Column("base_return", sa.Integer(), sa.ForeignKey("return.id")),
        sa.Column("changed_keys", sa.Text(), nullable=False),
    )
