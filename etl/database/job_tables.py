"""Tables of background jobs: jobs, their files, and the workers that run them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from etl.database.column_types import EnumText, JsonText, UtcDateTime
from etl.database.job_records import FilePurpose, JobState
from etl.database.plan_tables import make_text_column, metadata

jobs = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    make_text_column("kind"),
    Column("parameters", JsonText, nullable=False),
    make_text_column("owner"),
    Column("state", EnumText(JobState), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("heartbeat_at", UtcDateTime),
    make_text_column("taken_by"),
    Column("attempts", Integer, nullable=False),
    Column("steps_done", Integer, nullable=False),
    Column("steps_total", Integer, nullable=False),
    Column("result", JsonText, nullable=False),
    make_text_column("error"),
    Index("ix_job_state", "state", "id"),
    Index("ix_job_owner", "owner", "id"),
)

job_files = Table(
    "job_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", Integer, ForeignKey("job.id"), nullable=False, index=True),
    Column("purpose", EnumText(FilePurpose), nullable=False),
    make_text_column("name"),
    make_text_column("media_type"),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

workers = Table(
    "worker",
    metadata,
    make_text_column("name", primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
)
