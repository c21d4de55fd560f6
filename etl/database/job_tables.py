"""The tables of long work: jobs, the files that go with them, and the workers that take them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from etl.database.column_types import Moment, PlainJson, Word
from etl.database.job_records import FilePurpose, JobState
from etl.database.plan_tables import metadata, text_column

jobs = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("kind"),
    Column("parameters", PlainJson, nullable=False),
    text_column("owner"),
    Column("state", Word(JobState), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("heartbeat_at", Moment),
    text_column("taken_by"),
    Column("attempts", Integer, nullable=False),
    Column("steps_done", Integer, nullable=False),
    Column("steps_total", Integer, nullable=False),
    Column("result", PlainJson, nullable=False),
    text_column("error"),
    Index("ix_job_state", "state", "id"),
    Index("ix_job_owner", "owner", "id"),
)

job_files = Table(
    "job_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", Integer, ForeignKey("job.id"), nullable=False, index=True),
    Column("purpose", Word(FilePurpose), nullable=False),
    text_column("name"),
    text_column("media_type"),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

workers = Table(
    "worker",
    metadata,
    text_column("name", primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
)
