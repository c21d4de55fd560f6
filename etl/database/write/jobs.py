"""Store jobs, claim them, and record their progress.

Every change by a worker checks that it still owns the job.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from etl.database.job_records import FilePurpose, JobClaim, JobFile, JobState, JsonObject, NewJob
from etl.database.job_tables import job_files, jobs, workers
from etl.database.read.jobs import is_claimable, make_job
from etl.database.rows import make_row


def insert_job(connection: Connection, new: NewJob, input_files: Iterable[JobFile] = ()) -> int:
    """Store a new job with its input files and return its id."""
    values = {
        **make_row(new),
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


def claim_job(
    connection: Connection, *, token: str, now: datetime, silent_since: datetime, long_kinds: Sequence[str] = ()
) -> JobClaim | None:
    """Claim the oldest job that is waiting, or running without a heartbeat since then; return None if there is none.

    Jobs of `long_kinds` come after all others. One statement selects and claims the job and rechecks the condition as
    it writes, so that only one worker gets it.
    """
    claimable = is_claimable(silent_since)
    oldest = (
        select(jobs.c.id).where(claimable).order_by(jobs.c.kind.in_(long_kinds), jobs.c.id).limit(1).scalar_subquery()
    )
    claim_statement = (
        update(jobs)
        .where(jobs.c.id == oldest, claimable)
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
    row = connection.execute(claim_statement).mappings().one_or_none()
    return None if row is None else JobClaim(make_job(row), token)


def record_heartbeat(connection: Connection, claim: JobClaim, *, now: datetime) -> bool:
    """Record that the job is still running; return False if another worker owns it."""
    return _update_claimed_job(connection, claim, heartbeat_at=now)


def record_progress(connection: Connection, claim: JobClaim, *, done: int, total: int, now: datetime) -> bool:
    """Record the job's progress; return False if another worker owns it."""
    return _update_claimed_job(connection, claim, steps_done=done, steps_total=total, heartbeat_at=now)


def finish_job(
    connection: Connection, claim: JobClaim, *, result: JsonObject, output_files: Iterable[JobFile] = (), now: datetime
) -> bool:
    """Store the job's result and output files and delete its input files; return False if another worker owns it."""
    if not _update_claimed_job(connection, claim, state=JobState.DONE, result=dict(result), finished_at=now):
        return False
    _delete_input_files(connection, claim)
    _insert_files(connection, claim.job.id, FilePurpose.OUTPUT, output_files)
    return True


def fail_job(connection: Connection, claim: JobClaim, *, error: str, now: datetime) -> bool:
    """Mark the job as failed with an error message; return False if another worker owns it."""
    if not _update_claimed_job(connection, claim, state=JobState.FAILED, error=error, finished_at=now):
        return False
    _delete_input_files(connection, claim)
    return True


def release_job(connection: Connection, claim: JobClaim) -> bool:
    """Return the job to the queue, as if it had not been started."""
    return _update_claimed_job(connection, claim, state=JobState.WAITING, taken_by="", attempts=jobs.c.attempts - 1)


def delete_job_files_before(connection: Connection, moment: datetime) -> int:
    """Delete the files of jobs that finished before the moment; return how many."""
    over = select(jobs.c.id).where(jobs.c.finished_at < moment)
    return connection.execute(delete(job_files).where(job_files.c.job_id.in_(over))).rowcount


def record_worker(connection: Connection, name: str, *, now: datetime, delete_before: datetime) -> None:
    """Record that a worker is alive, and delete workers not seen for long."""
    changed = connection.execute(update(workers).where(workers.c.name == name).values(last_seen_at=now))
    if changed.rowcount == 0:
        connection.execute(insert(workers).values(name=name, started_at=now, last_seen_at=now))
    connection.execute(delete(workers).where(workers.c.last_seen_at < delete_before))


def delete_worker(connection: Connection, name: str) -> None:
    """Delete a worker that has stopped."""
    connection.execute(delete(workers).where(workers.c.name == name))


def _update_claimed_job(connection: Connection, claim: JobClaim, **values: Any) -> bool:
    is_claimed = (jobs.c.id == claim.job.id) & (jobs.c.taken_by == claim.token) & (jobs.c.state == JobState.RUNNING)
    return connection.execute(update(jobs).where(is_claimed).values(**values)).rowcount == 1


def _delete_input_files(connection: Connection, claim: JobClaim) -> None:
    inputs = (job_files.c.job_id == claim.job.id) & (job_files.c.purpose == FilePurpose.INPUT)
    connection.execute(delete(job_files).where(inputs))


def _insert_files(connection: Connection, number: int, purpose: FilePurpose, files: Iterable[JobFile]) -> None:
    for file in files:
        values = {"job_id": number, "purpose": purpose, "size": len(file.data), **make_row(file)}
        connection.execute(insert(job_files).values(values))
