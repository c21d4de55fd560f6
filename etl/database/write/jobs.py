"""Storing jobs, taking them, and telling how far they are.

Every change by a worker asks whether it still owns the job.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from etl.database.job_records import FilePurpose, JobFile, JobState, NewJob, Plain, TakenJob
from etl.database.job_tables import job_files, jobs, workers
from etl.database.read.jobs import job_of
from etl.database.rows import row_of


def insert_job(connection: Connection, new: NewJob, given: Iterable[JobFile] = ()) -> int:
    """The number of the new job, which waits for a worker with the files that it was given."""
    values = {
        **row_of(new),
        "state": JobState.WAITING,
        "taken_by": "",
        "attempts": 0,
        "steps_done": 0,
        "steps_total": 0,
        "result": {},
        "error": "",
    }
    number = int(connection.execute(insert(jobs).values(values).returning(jobs.c.id)).scalar_one())
    _insert_files(connection, number, FilePurpose.GIVEN, given)
    return number


def take_job(connection: Connection, *, taken_by: str, now: datetime, silent_since: datetime) -> TakenJob | None:
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
            taken_by=taken_by,
            started_at=now,
            heartbeat_at=now,
            attempts=jobs.c.attempts + 1,
            steps_done=0,
            steps_total=0,
        )
        .returning(*jobs.c)
    )
    row = connection.execute(taken).mappings().one_or_none()
    return None if row is None else TakenJob(job_of(row), taken_by)


def beat(connection: Connection, taken: TakenJob, *, now: datetime) -> bool:
    """Says that the job is still being worked on; False when another worker owns it."""
    return _change(connection, taken, heartbeat_at=now)


def tell_progress(connection: Connection, taken: TakenJob, *, done: int, total: int, now: datetime) -> bool:
    """Notes how far the job is; False when another worker owns it."""
    return _change(connection, taken, steps_done=done, steps_total=total, heartbeat_at=now)


def finish_job(
    connection: Connection, taken: TakenJob, *, result: Plain, made: Iterable[JobFile] = (), now: datetime
) -> bool:
    """Keeps what the job made and lets go of what it was given; False, and nothing, when another worker owns it."""
    if not _change(connection, taken, state=JobState.DONE, result=dict(result), finished_at=now):
        return False
    _delete_given(connection, taken)
    _insert_files(connection, taken.job.id, FilePurpose.MADE, made)
    return True


def fail_job(connection: Connection, taken: TakenJob, *, error: str, now: datetime) -> bool:
    """Keeps why it failed, in words; False, and nothing, when another worker owns it."""
    if not _change(connection, taken, state=JobState.FAILED, error=error, finished_at=now):
        return False
    _delete_given(connection, taken)
    return True


def release_job(connection: Connection, taken: TakenJob) -> bool:
    """Lets it wait for another worker, as if this one had not begun."""
    return _change(connection, taken, state=JobState.WAITING, taken_by="", attempts=jobs.c.attempts - 1)


def delete_job_files_made_before(connection: Connection, moment: datetime) -> int:
    """Lets go of the files of jobs that were over before then; how many they were."""
    over = select(jobs.c.id).where(jobs.c.finished_at < moment)
    return connection.execute(delete(job_files).where(job_files.c.job_id.in_(over))).rowcount


def note_worker(connection: Connection, name: str, *, now: datetime, forget_before: datetime) -> None:
    """Says that a worker is there, and forgets those that have not been for long."""
    changed = connection.execute(update(workers).where(workers.c.name == name).values(last_seen_at=now))
    if changed.rowcount == 0:
        connection.execute(insert(workers).values(name=name, started_at=now, last_seen_at=now))
    connection.execute(delete(workers).where(workers.c.last_seen_at < forget_before))


def forget_worker(connection: Connection, name: str) -> None:
    """Says that a worker has gone."""
    connection.execute(delete(workers).where(workers.c.name == name))


def _change(connection: Connection, taken: TakenJob, **values: Any) -> bool:
    owned = (jobs.c.id == taken.job.id) & (jobs.c.taken_by == taken.taken_by) & _is_running()
    return connection.execute(update(jobs).where(owned).values(**values)).rowcount == 1


def _is_running() -> ColumnElement[bool]:
    return jobs.c.state == JobState.RUNNING


def _delete_given(connection: Connection, taken: TakenJob) -> None:
    given = (job_files.c.job_id == taken.job.id) & (job_files.c.purpose == FilePurpose.GIVEN)
    connection.execute(delete(job_files).where(given))


def _insert_files(connection: Connection, number: int, purpose: FilePurpose, files: Iterable[JobFile]) -> None:
    for one in files:
        values = {"job_id": number, "purpose": purpose, "size": len(one.data), **row_of(one)}
        connection.execute(insert(job_files).values(values))
