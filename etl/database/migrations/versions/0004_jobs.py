"""Create the tables of background jobs, their files and workers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        *_make_text_columns("kind", "parameters", "owner", "state"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("heartbeat_at", MOMENT),
        *_make_text_columns("taken_by"),
        *_make_number_columns("attempts", "steps_done", "steps_total"),
        *_make_text_columns("result", "error"),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_state", "job", ["state", "id"])
    op.create_index("ix_job_owner", "job", ["owner", "id"])
    op.create_table(
        "job_file",
        *_make_number_columns("id", "job_id"),
        *_make_text_columns("purpose", "name", "media_type"),
        *_make_number_columns("size"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job_file"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_job_file_job_id"),
    )
    op.create_index("ix_job_file_job_id", "job_file", ["job_id"])
    op.create_table(
        "worker",
        *_make_text_columns("name"),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_worker"),
    )


def _make_text_columns(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _make_number_columns(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]
