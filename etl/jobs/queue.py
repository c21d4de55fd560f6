"""Long work: which kinds there are, starting one, and telling its owner where it stands."""

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
    read_job_files,
    read_jobs,
    read_worker_last_seen,
)
from etl.database.read.users import find_user
from etl.database.records import User
from etl.database.write.jobs import insert_job
from etl.errors import CardecError
from etl.indicators.vocabulary import Role
from etl.locale import N_

__all__ = [
    "JOB_KINDS",
    "HEARTBEAT_TIMEOUT",
    "JobError",
    "JobFile",
    "JobKind",
    "JobStatus",
    "JobState",
    "JobMessage",
    "check_may_run",
    "find_job_file",
    "find_job_status",
    "list_jobs",
    "start_job",
    "utc_now",
]

HEARTBEAT_TIMEOUT = timedelta(minutes=1)
"""A worker that says nothing for so long is gone, and what it worked on is taken anew."""

_LARGEST_PARAMETERS = 64 * 1024


class JobError(CardecError):
    """The job can't be started as it was asked for."""


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of long work. `title` is an English text of the catalogue; `command` does the same at once."""

    title: str
    command: str
    roles: frozenset[Role]
    """Who may start it; the worker asks again when it takes the job."""


JOB_KINDS: Mapping[str, JobKind] = {
    "meeting-pack": JobKind(
        title=N_("Meeting pack"),
        command="python -m etl pack --output .",
        roles=frozenset(Role),
    ),
    "audit-csv": JobKind(
        title=N_("Audit trail as CSV"),
        command="python -m etl audit --output audit.csv",
        roles=frozenset({Role.ADMINISTRATOR}),
    ),
    "edition": JobKind(
        title=N_("Publishing an edition"),
        command="python -m etl publish QUARTER",
        roles=frozenset({Role.ADMINISTRATOR}),
    ),
    "returns-zip": JobKind(
        title=N_("Returns of a zip, as drafts"),
        command="python -m etl load FILE.zip --as USER",
        roles=frozenset(Role),
    ),
}
"""Every kind by its name. What does the work stands under the same name in `etl/jobs/handlers.py`."""


@dataclass(frozen=True)
class JobMessage:
    """A sentence of a job's result: an English text of the catalogue and what stands in its braces."""

    text: str
    parameters: Mapping[str, str | int]


@dataclass(frozen=True)
class JobStatus:
    """A job as its owner may see it."""

    job: StoredJob
    kind: JobKind
    output_files: tuple[StoredJobFile, ...]
    jobs_ahead: int
    """How many jobs stand before it while it waits."""
    has_active_worker: bool

    @property
    def messages(self) -> tuple[JobMessage, ...]:
        return tuple(JobMessage(text, parameters) for text, parameters in self.job.result.get("told", ()))

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Where to go on to: a text of the catalogue and an address without the language's prefix."""
        return tuple((text, address) for text, address in self.job.result.get("links", ()))


def utc_now() -> datetime:
    """The real time, by which silence is measured: a clock that stands still for the sample doesn't stop it."""
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
    """The number of a new job that waits for a worker. JobError for an unknown kind or who may not start it."""
    if kind not in JOB_KINDS:
        raise JobError(f"There is no kind of job named {kind!r}.")
    plain = dict(parameters or {})
    if len(json.dumps(plain)) > _LARGEST_PARAMETERS:
        raise JobError("A job's parameters are small; what is large is given to it as a file.")
    with writing(engine) as connection:
        check_may_run(find_user(connection, owner), kind, owner)
        return insert_job(connection, NewJob(kind=kind, parameters=plain, owner=owner, created_at=now), input_files)


def check_may_run(user: User | None, kind: str, owner: str) -> None:
    """Nothing for who may have this kind of work done; JobError for others."""
    if user is None or not user.active:
        raise JobError(f"There is no active user {owner!r}.")
    if user.role not in JOB_KINDS[kind].roles:
        raise JobError(f"{owner} may not have this done.")


def find_job_status(engine: Engine, job_id: int, *, actor: str, can_see_all: bool, now: datetime) -> JobStatus | None:
    """Where a job stands; None for one that there is not, and for another person's unless `sees_all`."""
    with reading(engine) as connection:
        job = find_job(connection, job_id)
        if job is None or not (can_see_all or job.owner == actor) or job.kind not in JOB_KINDS:
            return None
        return _standing(connection, job, now)


def list_jobs(engine: Engine, *, owner: str, now: datetime, limit: int = 20) -> tuple[JobStatus, ...]:
    """One's own newest jobs."""
    with reading(engine) as connection:
        found = read_jobs(connection, owner=owner, limit=limit)
        return tuple(_standing(connection, one, now) for one in found if one.kind in JOB_KINDS)


def find_job_file(engine: Engine, job_id: int, file_id: int, *, actor: str, can_see_all: bool) -> JobFile | None:
    """A file that the job made; None for one that there is not, and for another person's unless `sees_all`."""
    with reading(engine) as connection:
        job = find_job(connection, job_id)
        if job is None or not (can_see_all or job.owner == actor):
            return None
        return find_output_file(connection, job=job_id, file=file_id)


def _standing(connection: Connection, job: StoredJob, moment: datetime) -> JobStatus:
    files = read_job_files(connection, job.id)
    seen = read_worker_last_seen(connection)
    return JobStatus(
        job=job,
        kind=JOB_KINDS[job.kind],
        output_files=tuple(one for one in files if one.purpose is FilePurpose.OUTPUT),
        jobs_ahead=count_jobs_before(connection, job.id) if job.state is JobState.WAITING else 0,
        has_active_worker=seen is not None and moment - seen <= HEARTBEAT_TIMEOUT,
    )
