"""Create the tables of one-time links and user preferences."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "one_time_link",
        *_make_text_columns("token_hash", "user", "made_by"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("token_hash", name="pk_one_time_link"),
    )
    op.create_index("ix_one_time_link_user", "one_time_link", ["user"])
    op.create_table(
        "user_choice",
        *_make_text_columns("user", "language"),
        sa.PrimaryKeyConstraint("user", name="pk_user_choice"),
        sa.ForeignKeyConstraint(["user"], ["user.name"], name="fk_user_choice_user"),
    )


def _make_text_columns(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
