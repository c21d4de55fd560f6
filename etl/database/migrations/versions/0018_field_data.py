"""Add submissions of field data and the numbers that were put into drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "field_submission",
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("submission", sa.Text(), primary_key=True),
        sa.Column("usage", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Text()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_table(
        "field_value",
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("site", sa.Text(), primary_key=True),
        sa.Column("quarter", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("submission_count", sa.Integer(), nullable=False),
        sa.Column("submissions", sa.Text(), nullable=False),
        sa.Column("pulled_at", MOMENT, nullable=False),
    )
    op.create_index("ix_field_value_site_quarter", "field_value", ["site", "quarter"])
