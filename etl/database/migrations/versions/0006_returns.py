"""Create the tables of confirmed warnings and office settings."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "return_confirmation",
        sa.Column("return_id", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("code", "confirmed_by"),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("return_id", "code", name="pk_return_confirmation"),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name="fk_return_confirmation_return_id"),
    )
    op.create_table(
        "office_choice",
        *_make_text_columns("name", "value", "changed_by"),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_office_choice"),
    )


def _make_text_columns(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
