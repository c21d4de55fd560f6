"""Create the table of stages."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "stage",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("label_km", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", "indicator", "code", name="pk_stage"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_stage_version"),
        sa.ForeignKeyConstraint(
            ["version", "indicator"], ["indicator.version", "indicator.code"], name="fk_stage_version_indicator"
        ),
    )
