"""Read jobs, their files, and when a worker was last seen."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from etl.database.job_records import FilePurpose, JobFile, JobState, StoredJob, StoredJobFile
from etl.database.job_tables import job_files, jobs, workers

_COLUMNS = tuple(field.name for field in fields(StoredJob))
_FILE_COLUMNS = tuple(job_files.c[field.name] for field in fields(StoredJobFile))


def make_job(row: RowMapping) -> StoredJob:
    """Build a job from a row of its table."""
    values: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    return StoredJob(**values)


def find_job(connection: Connection, number: int) -> StoredJob | None:
    """Find a job by its id."""
    row = connection.execute(select(jobs).where(jobs.c.id == number)).mappings().one_or_none()
    return None if row is None else make_job(row)


def read_jobs(connection: Connection, *, owner: str | None = None, limit: int = 50) -> tuple[StoredJob, ...]:
    """Return jobs, newest first, of one owner or of all."""
    query = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
    if owner is not None:
        query = query.where(jobs.c.owner == owner)
    return tuple(make_job(row) for row in connection.execute(query).mappings())


def count_jobs_before(connection: Connection, number: int) -> int:
    """Count the waiting and running jobs ahead of a job in the queue."""
    is_open = jobs.c.state.in_((JobState.WAITING, JobState.RUNNING))
    query = select(func.count()).select_from(jobs).where(is_open, jobs.c.id < number)
    return connection.execute(query).scalar_one()


def measure_waiting_jobs(connection: Connection, owner: str) -> tuple[int, int]:
    """Return how many jobs of a person wait, and the bytes of their input files together."""
    is_waiting = (jobs.c.owner == owner) & (jobs.c.state == JobState.WAITING)
    count = connection.execute(select(func.count()).select_from(jobs).where(is_waiting)).scalar_one()
    sizes = select(func.coalesce(func.sum(job_files.c.size), 0)).join_from(job_files, jobs).where(is_waiting)
    return count, int(connection.execute(sizes).scalar_one())


def measure_queue(connection: Connection) -> tuple[int, int]:
    """Return how many jobs wait, and how many run."""
    query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
    counts = {row[0]: int(row[1]) for row in connection.execute(query)}
    return counts.get(JobState.WAITING, 0), counts.get(JobState.RUNNING, 0)


def has_claimable_job(connection: Connection, *, silent_since: datetime) -> bool:
    """Return whether a job is waiting, or running without a heartbeat since then."""
    query = select(jobs.c.id).where(is_claimable(silent_since)).limit(1)
    return connection.execute(query).first() is not None


def is_claimable(silent_since: datetime) -> ColumnElement[bool]:
    """Return the condition for jobs that a worker may claim: waiting, or running without a heartbeat since then."""
    is_abandoned = (jobs.c.state == JobState.RUNNING) & (jobs.c.heartbeat_at < silent_since)
    return (jobs.c.state == JobState.WAITING) | is_abandoned


def read_job_files(connection: Connection, number: int) -> tuple[StoredJobFile, ...]:
    """Return a job's input and output files, without their bytes."""
    query = select(*_FILE_COLUMNS).where(job_files.c.job_id == number).order_by(job_files.c.id)
    return tuple(StoredJobFile(**row) for row in connection.execute(query).mappings())


def read_input_files(connection: Connection, number: int) -> tuple[JobFile, ...]:
    """Return a job's input files, with their bytes."""
    query = (
        select(job_files.c.name, job_files.c.media_type, job_files.c.data)
        .where(job_files.c.job_id == number, job_files.c.purpose == FilePurpose.INPUT)
        .order_by(job_files.c.id)
    )
    return tuple(JobFile(**row) for row in connection.execute(query).mappings())


def find_output_file(connection: Connection, *, job: int, file: int) -> JobFile | None:
    """Find an output file of a job, with its bytes."""
    query = select(job_files.c.name, job_files.c.media_type, job_files.c.data).where(
        job_files.c.id == file, job_files.c.job_id == job, job_files.c.purpose == FilePurpose.OUTPUT
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else JobFile(**row)


def read_worker_last_seen(connection: Connection) -> datetime | None:
    """Return when any worker was last seen; None if there never was one."""
    # Not max(): the type of the column is what turns its text into a moment on SQLite.
    query = select(workers.c.last_seen_at).order_by(workers.c.last_seen_at.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()
