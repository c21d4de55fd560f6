"""Create the tables of evidence and remarks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        *_make_text_columns("key", "name", "kind"),
        sa.Column("size", sa.Integer(), nullable=False),
        *_make_text_columns("sha256"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        *_make_text_columns("added_by"),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name="fk_evidence_return_id"),
    )
    op.create_index("ix_evidence_return_id", "evidence", ["return_id"])
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        *_make_text_columns("indicator", "quarter", "why", "agreed", "responsible"),
        sa.Column("due", sa.Date()),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        *_make_text_columns("written_by"),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("replaces", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_remark"),
        sa.ForeignKeyConstraint(["replaces"], ["remark.id"], name="fk_remark_replaces"),
    )
    op.create_index("ix_remark_indicator_quarter", "remark", ["indicator", "quarter"])


def _make_text_columns(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
