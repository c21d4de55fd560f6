"""Add messages to people and their addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Text()),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("handled_at", MOMENT),
    )
    op.create_index("ix_notice_handled_at", "notice", ["handled_at"])
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("claimed_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("error", sa.Text(), nullable=False),
    )
    op.create_index("ix_message_state", "message", ["state", "next_attempt_at"])
    op.create_table(
        "contact",
        sa.Column("user", sa.Text(), sa.ForeignKey("user.name"), primary_key=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_since", MOMENT),
        sa.Column("telegram_chat", sa.Text(), nullable=False),
        sa.Column("telegram_since", MOMENT),
    )
    op.create_table(
        "telegram_link_code",
        sa.Column("code_hash", sa.Text(), primary_key=True),
        sa.Column("user", sa.Text(), sa.ForeignKey("user.name"), nullable=False, unique=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
