"""The queue of background jobs: their kinds, starting them, and their status."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.job_records import FilePurpose, JobFile, JobState, JsonObject, NewJob, StoredJob, StoredJobFile
from etl.database.read.jobs import (
    count_jobs_before,
    find_job,
    find_output_file,
    measure_waiting_jobs,
    read_job_files,
    read_jobs,
    read_worker_last_seen,
)
from etl.database.read.users import find_user
from etl.database.records import User
from etl.database.write.jobs import insert_job
from etl.errors import CardecError, TranslatableError
from etl.indicators.vocabulary import Role
from etl.locale import N_

__all__ = [
    "HEARTBEAT_TIMEOUT",
    "JOB_KINDS",
    "JobError",
    "JobFile",
    "JobKind",
    "JobMessage",
    "JobState",
    "JobStatus",
    "LONG_KINDS",
    "QueueFullError",
    "check_may_run",
    "find_job_file",
    "find_job_status",
    "list_jobs",
    "start_job",
    "get_utc_now",
]

HEARTBEAT_TIMEOUT = timedelta(minutes=1)
"""A worker without a heartbeat for this long is considered dead, and its job is started again."""

_MAX_PARAMETERS_SIZE = 64 * 1024


class JobError(CardecError):
    """The job can't be started."""


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of job. `title` is translatable; `command` is the command line that does the same."""

    title: str
    command: str
    roles: frozenset[Role]
    """The roles that may start it. The worker checks again when it claims the job."""
    is_long: bool = False
    """Whether it may take minutes: shorter jobs go first."""


JOB_KINDS: Mapping[str, JobKind] = {
    "meeting-pack": JobKind(
        title=N_("Meeting pack"),
        command="python -m etl pack --output .",
        roles=frozenset(Role),
    ),
    "audit-csv": JobKind(
        title=N_("Audit log as CSV"),
        command="python -m etl audit --output audit.csv",
        roles=frozenset({Role.ADMINISTRATOR}),
    ),
    "edition": JobKind(
        title=N_("Publish an edition"),
        command="python -m etl publish QUARTER",
        roles=frozenset({Role.ADMINISTRATOR}),
        is_long=True,
    ),
    "plan-check": JobKind(
        title=N_("Check a plan"),
        command="python -m etl plan check PLAN.xlsx",
        roles=frozenset({Role.ADMINISTRATOR}),
    ),
    "backup": JobKind(
        title=N_("Backup"),
        command="python -m etl backup",
        roles=frozenset({Role.ADMINISTRATOR}),
        is_long=True,
    ),
    "field-data": JobKind(
        title=N_("Read field data"),
        command="python -m etl pull SOURCE --as USER",
        roles=frozenset({Role.ADMINISTRATOR}),
        is_long=True,
    ),
    "returns-zip": JobKind(
        title=N_("Upload a zip of returns"),
        command="python -m etl load FILE.zip --as USER",
        roles=frozenset(Role),
        is_long=True,
    ),
}
"""Every kind of job by its name. Its handler has the same name in `etl.jobs.handlers.HANDLERS`."""

LONG_KINDS = tuple(name for name, kind in JOB_KINDS.items() if kind.is_long)

MAX_WAITING_JOBS = 20
"""Jobs of one person that wait at once."""
MAX_WAITING_BYTES = 100 * 1024 * 1024
"""The size of all input files of one person's waiting jobs."""


@dataclass(frozen=True)
class JobMessage:
    """A message of a job's result: a translatable text and its parameters."""

    text: str
    parameters: Mapping[str, str | int]


@dataclass(frozen=True)
class JobStatus:
    """The status of a job as its owner sees it."""

    job: StoredJob
    kind: JobKind
    output_files: tuple[StoredJobFile, ...]
    jobs_ahead: int
    """The number of queued jobs before this one while it is queued itself."""
    has_active_worker: bool

    @property
    def messages(self) -> tuple[JobMessage, ...]:
        return tuple(JobMessage(text, parameters) for text, parameters in self.job.result.get("told", ()))

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a translatable text and a path without the prefix of the language."""
        return tuple((text, address) for text, address in self.job.result.get("links", ()))


def get_utc_now() -> datetime:
    """Return the real time, which heartbeats use: the CLOCK setting doesn't apply to them."""
    return datetime.now(UTC)


def start_job(
    engine: Engine,
    kind: str,
    *,
    owner: str,
    parameters: JsonObject | None = None,
    input_files: Iterable[JobFile] = (),
    now: datetime,
) -> int:
    """Queue a job and return its ID. Raises JobError for an unknown kind and when the owner may not start it."""
    if kind not in JOB_KINDS:
        raise JobError(f"There is no kind of job named {kind!r}.")
    parameters = dict(parameters or {})
    if len(json.dumps(parameters)) > _MAX_PARAMETERS_SIZE:
        raise JobError("The parameters of a job must be small. Pass large data as an input file.")
    with writing(engine) as connection:
        check_may_run(find_user(connection, owner), kind, owner)
        _check_queue(connection, owner)
        new_job = NewJob(kind=kind, parameters=parameters, owner=owner, created_at=now)
        return insert_job(connection, new_job, input_files)


class QueueFullError(TranslatableError):
    """The person has too much in the queue already. Nothing was started."""


def _check_queue(connection: Connection, owner: str) -> None:
    job_count, size = measure_waiting_jobs(connection, owner)
    if job_count >= MAX_WAITING_JOBS:
        raise QueueFullError(
            N_("You already have {count} jobs in the queue. Wait until one is finished, then try again."),
            count=job_count,
        )
    if size >= MAX_WAITING_BYTES:
        raise QueueFullError(
            N_(
                "Your files in the queue are larger than {size} MB together. Wait until a job is finished, then try "
                "again."
            ),
            size=MAX_WAITING_BYTES // 1024 // 1024,
        )


def check_may_run(user: User | None, kind: str, owner: str) -> None:
    """Raise JobError when the user may not run this kind of job."""
    if user is None or not user.active:
        raise JobError(f"There is no active user {owner!r}.")
    if user.role not in JOB_KINDS[kind].roles:
        raise JobError(f"{owner} may not start this kind of job.")


def find_job_status(engine: Engine, job_id: int, *, actor: str, can_see_all: bool, now: datetime) -> JobStatus | None:
    """Return the status of a job; None for an unknown job and for another user's unless `can_see_all`."""
    with reading(engine) as connection:
        job = find_job(connection, job_id)
        if job is None or not (can_see_all or job.owner == actor) or job.kind not in JOB_KINDS:
            return None
        return _make_status(connection, job, now)


def list_jobs(engine: Engine, *, owner: str, now: datetime, limit: int = 20) -> tuple[JobStatus, ...]:
    """Return the newest jobs of a user."""
    with reading(engine) as connection:
        jobs = read_jobs(connection, owner=owner, limit=limit)
        return tuple(_make_status(connection, job, now) for job in jobs if job.kind in JOB_KINDS)


def find_job_file(engine: Engine, job_id: int, file_id: int, *, actor: str, can_see_all: bool) -> JobFile | None:
    """Return an output file of a job; None for an unknown file and for another user's unless `can_see_all`."""
    with reading(engine) as connection:
        job = find_job(connection, job_id)
        if job is None or not (can_see_all or job.owner == actor):
            return None
        return find_output_file(connection, job=job_id, file=file_id)


def _make_status(connection: Connection, job: StoredJob, now: datetime) -> JobStatus:
    files = read_job_files(connection, job.id)
    last_seen = read_worker_last_seen(connection)
    return JobStatus(
        job=job,
        kind=JOB_KINDS[job.kind],
        output_files=tuple(file for file in files if file.purpose is FilePurpose.OUTPUT),
        jobs_ahead=count_jobs_before(connection, job.id) if job.state is JobState.WAITING else 0,
        has_active_worker=last_seen is not None and now - last_seen <= HEARTBEAT_TIMEOUT,
    )
