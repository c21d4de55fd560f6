"""Reading jobs, their files, and when a worker was last seen."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from etl.database.job_records import FilePurpose, JobFile, JobState, StoredJob, StoredJobFile
from etl.database.job_tables import job_files, jobs, workers

_COLUMNS = tuple(one.name for one in fields(StoredJob))
_FILE_COLUMNS = tuple(job_files.c[one.name] for one in fields(StoredJobFile))


def job_from_row(row: RowMapping) -> StoredJob:
    """The job that a row of its table holds."""
    values: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    return StoredJob(**values)


def find_job(connection: Connection, number: int) -> StoredJob | None:
    """The job of that number."""
    row = connection.execute(select(jobs).where(jobs.c.id == number)).mappings().one_or_none()
    return None if row is None else job_from_row(row)


def read_jobs(connection: Connection, *, owner: str | None = None, limit: int = 50) -> tuple[StoredJob, ...]:
    """The newest jobs first, of one person or of all."""
    chosen = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
    if owner is not None:
        chosen = chosen.where(jobs.c.owner == owner)
    return tuple(job_from_row(row) for row in connection.execute(chosen).mappings())


def count_jobs_before(connection: Connection, number: int) -> int:
    """How many waiting or running jobs stand before a waiting one."""
    is_open = jobs.c.state.in_((JobState.WAITING, JobState.RUNNING))
    counted = select(func.count()).select_from(jobs).where(is_open, jobs.c.id < number)
    return connection.execute(counted).scalar_one()


def has_claimable_job(connection: Connection, *, silent_since: datetime) -> bool:
    """Whether a job waits, or runs under a worker that has been silent for longer."""
    waits = jobs.c.state == JobState.WAITING
    is_left = (jobs.c.state == JobState.RUNNING) & (jobs.c.heartbeat_at < silent_since)
    return connection.execute(select(jobs.c.id).where(waits | is_left).limit(1)).first() is not None


def read_job_files(connection: Connection, number: int) -> tuple[StoredJobFile, ...]:
    """What a job was given and what it made, without the bytes."""
    chosen = select(*_FILE_COLUMNS).where(job_files.c.job_id == number).order_by(job_files.c.id)
    return tuple(StoredJobFile(**row) for row in connection.execute(chosen).mappings())


def read_input_files(connection: Connection, number: int) -> tuple[JobFile, ...]:
    """What a job was given to work on, with its bytes."""
    chosen = (
        select(job_files.c.name, job_files.c.media_type, job_files.c.data)
        .where(job_files.c.job_id == number, job_files.c.purpose == FilePurpose.INPUT)
        .order_by(job_files.c.id)
    )
    return tuple(JobFile(**row) for row in connection.execute(chosen).mappings())


def find_output_file(connection: Connection, *, job: int, file: int) -> JobFile | None:
    """A file that this job made, with its bytes."""
    chosen = select(job_files.c.name, job_files.c.media_type, job_files.c.data).where(
        job_files.c.id == file, job_files.c.job_id == job, job_files.c.purpose == FilePurpose.OUTPUT
    )
    row = connection.execute(chosen).mappings().one_or_none()
    return None if row is None else JobFile(**row)


def read_worker_last_seen(connection: Connection) -> datetime | None:
    """When any worker last said that it is there; None when none ever did."""
    # Not max(): the type of the column is what turns its text into a moment on SQLite.
    chosen = select(workers.c.last_seen_at).order_by(workers.c.last_seen_at.desc()).limit(1)
    return connection.execute(chosen).scalar_one_or_none()
