"""Long work as frozen values: a job, its files, and what a worker is told of the one that it took."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

JsonObject = Mapping[str, Any]
"""What JSON can hold, by names."""


class JobState(StrEnum):
    """Where a job stands. A running one whose worker went silent is taken anew."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_finished(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED)


class FilePurpose(StrEnum):
    """Whether a job was given a file to work on, or made it."""

    INPUT = "given"
    OUTPUT = "made"


@dataclass(frozen=True)
class JobFile:
    """A file that a job is given or makes."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class StoredJobFile:
    """That a job has a file, without its bytes."""

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
    """A job as it stands now, without the bytes of its files."""

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
    """How often it was begun: more than once where a worker was stopped in the middle."""
    steps_done: int
    steps_total: int
    result: JsonObject
    error: str
    """In words, when it failed."""


@dataclass(frozen=True)
class JobClaim:
    """A job that one worker took, with the word by which it goes on owning it."""

    job: StoredJob
    token: str = field(repr=False)
