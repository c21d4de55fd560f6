"""Records of background jobs: jobs, their files, and a worker's claim on a job."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

JsonObject = Mapping[str, Any]
"""A JSON object."""


class JobState(StrEnum):
    """The state of a job. A running job whose worker stops sending heartbeats is claimed by another worker."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_finished(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED)


class FilePurpose(StrEnum):
    """Whether a file is an input or an output of a job."""

    INPUT = "given"
    OUTPUT = "made"


@dataclass(frozen=True)
class JobFile:
    """An input or output file of a job, with its bytes."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class StoredJobFile:
    """An input or output file of a job, without its bytes."""

    id: int
    job_id: int
    purpose: FilePurpose
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job about to be stored."""

    kind: str
    parameters: JsonObject
    owner: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredJob:
    """A job in its current state, without its files."""

    id: int
    kind: str
    parameters: JsonObject
    owner: str
    state: JobState
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    attempts: int
    """How often the job was started: more than once if a worker was stopped in the middle."""
    steps_done: int
    steps_total: int
    result: JsonObject
    error: str
    """The error message of a failed job."""


@dataclass(frozen=True)
class JobClaim:
    """A job that a worker has claimed, with the token that proves its ownership."""

    job: StoredJob
    token: str = field(repr=False)
