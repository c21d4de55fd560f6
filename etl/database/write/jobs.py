"""Storing jobs, taking them, and telling how far they are.

Every change by a worker asks whether it still owns the job.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from etl.database.job_records import FilePurpose, JobClaim, JobFile, JobState, JsonObject, NewJob
from etl.database.job_tables import job_files, jobs, workers
from etl.database.read.jobs import job_from_row
from etl.database.rows import to_row


def insert_job(connection: Connection, new: NewJob, input_files: Iterable[JobFile] = ()) -> int:
    """The number of the new job, which waits for a worker with the files that it was given."""
    values = {
        **to_row(new),
        "state": JobState.WAITING,
        "taken_by": "",
        "attempts": 0,
        "steps_done": 0,
        "steps_total": 0,
        "result": {},
        "error": "",
    }
    number = int(connection.execute(insert(jobs).values(values).returning(jobs.c.id)).scalar_one())
    _insert_files(connection, number, FilePurpose.INPUT, input_files)
    return number


def claim_job(connection: Connection, *, token: str, now: datetime, silent_since: datetime) -> JobClaim | None:
    """The oldest job that waits, or whose worker has been silent since then, now this worker's; None without one.

    One statement finds and takes it, and its condition is checked again as it writes, so that no two take one job.
    """
    may_take = (jobs.c.state == JobState.WAITING) | (
        (jobs.c.state == JobState.RUNNING) & (jobs.c.heartbeat_at < silent_since)
    )
    oldest = select(jobs.c.id).where(may_take).order_by(jobs.c.id).limit(1).scalar_subquery()
    taken = (
        update(jobs)
        .where(jobs.c.id == oldest, may_take)
        .values(
            state=JobState.RUNNING,
            taken_by=token,
            started_at=now,
            heartbeat_at=now,
            attempts=jobs.c.attempts + 1,
            steps_done=0,
            steps_total=0,
        )
        .returning(*jobs.c)
    )
    row = connection.execute(taken).mappings().one_or_none()
    return None if row is None else JobClaim(job_from_row(row), token)


def record_heartbeat(connection: Connection, claim: JobClaim, *, now: datetime) -> bool:
    """Says that the job is still being worked on; False when another worker owns it."""
    return _change(connection, claim, heartbeat_at=now)


def record_progress(connection: Connection, claim: JobClaim, *, done: int, total: int, now: datetime) -> bool:
    """Notes how far the job is; False when another worker owns it."""
    return _change(connection, claim, steps_done=done, steps_total=total, heartbeat_at=now)


def finish_job(
    connection: Connection, claim: JobClaim, *, result: JsonObject, output_files: Iterable[JobFile] = (), now: datetime
) -> bool:
    """Keeps what the job made and lets go of what it was given; False, and nothing, when another worker owns it."""
    if not _change(connection, claim, state=JobState.DONE, result=dict(result), finished_at=now):
        return False
    _delete_given(connection, claim)
    _insert_files(connection, claim.job.id, FilePurpose.OUTPUT, output_files)
    return True


def fail_job(connection: Connection, claim: JobClaim, *, error: str, now: datetime) -> bool:
    """Keeps why it failed, in words; False, and nothing, when another worker owns it."""
    if not _change(connection, claim, state=JobState.FAILED, error=error, finished_at=now):
        return False
    _delete_given(connection, claim)
    return True


def release_job(connection: Connection, claim: JobClaim) -> bool:
    """Lets it wait for another worker, as if this one had not begun."""
    return _change(connection, claim, state=JobState.WAITING, taken_by="", attempts=jobs.c.attempts - 1)


def delete_job_files_before(connection: Connection, moment: datetime) -> int:
    """Lets go of the files of jobs that were over before then; how many they were."""
    over = select(jobs.c.id).where(jobs.c.finished_at < moment)
    return connection.execute(delete(job_files).where(job_files.c.job_id.in_(over))).rowcount


def record_worker(connection: Connection, name: str, *, now: datetime, delete_before: datetime) -> None:
    """Says that a worker is there, and forgets those that have not been for long."""
    changed = connection.execute(update(workers).where(workers.c.name == name).values(last_seen_at=now))
    if changed.rowcount == 0:
        connection.execute(insert(workers).values(name=name, started_at=now, last_seen_at=now))
    connection.execute(delete(workers).where(workers.c.last_seen_at < delete_before))


def delete_worker(connection: Connection, name: str) -> None:
    """Says that a worker has gone."""
    connection.execute(delete(workers).where(workers.c.name == name))


def _change(connection: Connection, taken: JobClaim, **values: Any) -> bool:
    owned = (jobs.c.id == taken.job.id) & (jobs.c.taken_by == taken.token) & _is_running()
    return connection.execute(update(jobs).where(owned).values(**values)).rowcount == 1


def _is_running() -> ColumnElement[bool]:
    return jobs.c.state == JobState.RUNNING


def _delete_given(connection: Connection, taken: JobClaim) -> None:
    given = (job_files.c.job_id == taken.job.id) & (job_files.c.purpose == FilePurpose.INPUT)
    connection.execute(delete(job_files).where(given))


def _insert_files(connection: Connection, number: int, purpose: FilePurpose, files: Iterable[JobFile]) -> None:
    for one in files:
        values = {"job_id": number, "purpose": purpose, "size": len(one.data), **to_row(one)}
        connection.execute(insert(job_files).values(values))
