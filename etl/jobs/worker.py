"""The worker: takes one job after another, says that it is still there, and keeps what came of each."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from etl.database.connection import BusyError, Connection, UnreachableError, reading, writing
from etl.database.job_records import JobClaim
from etl.database.read.jobs import has_claimable_job, read_input_files
from etl.database.read.users import find_user
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.jobs import (
    claim_job,
    delete_job_files_before,
    delete_worker,
    fail_job,
    finish_job,
    record_heartbeat,
    record_progress,
    record_worker,
    release_job,
)
from etl.errors import CardecError
from etl.jobs.handlers import HANDLERS, Handler, JobOutcome, JobRun
from etl.jobs.queue import HEARTBEAT_TIMEOUT, check_may_run, utc_now
from etl.locale import N_
from etl.queries.data_source import DataSource
from etl.settings import Settings

_log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
FILE_RETENTION = timedelta(days=30)
_WORKERS_KEPT = timedelta(days=1)
_SAVE_ATTEMPTS = 12

UNKNOWN_KIND = N_("This server does not know this kind of work; it may be older than the one that started it.")
TOO_MANY_ATTEMPTS = N_("The worker was stopped in the middle of it three times, so it was given up.")
UNEXPECTED_ERROR = N_("Something went wrong here. The fault was written down for whoever runs this server.")


class JobLostError(CardecError):
    """Another worker took the job over, since this one was silent for too long."""


@dataclass(frozen=True)
class WorkerTimings:
    """How often a worker does what."""

    poll_seconds: float = 1.0
    """Seconds between looking for work."""
    heartbeat_seconds: float = 10.0
    """Seconds between saying that it is there."""
    progress_seconds: float = 1.0
    """Seconds between writing down how far a job is."""
    heartbeat_timeout: timedelta = HEARTBEAT_TIMEOUT


class Worker:
    """One worker, which does one job at a time."""

    def __init__(
        self,
        source: DataSource,
        settings: Settings,
        *,
        handlers: Mapping[str, Handler] = HANDLERS,
        timings: WorkerTimings | None = None,
    ) -> None:
        self.source, self.settings, self.handlers = source, settings, handlers
        self.timings = timings or WorkerTimings()
        self.name = secrets.token_hex(8)
        self._taken: JobClaim | None = None
        self._is_lost = False
        self._told_at = 0.0
        self._ends = threading.Event()

    def run(self, *, once: bool = False) -> int:
        """Does what waits, one after the other, for ever; with `once` until nothing waits any more.

        How many jobs it did. A SystemExit or KeyboardInterrupt in the middle lets the job wait for another worker.
        """
        done = 0
        self._note_calmly()
        pulse = threading.Thread(target=self._beat_on, daemon=True)
        pulse.start()
        try:
            while True:
                if self._take():
                    self._do()
                    done += 1
                elif once:
                    break
                else:
                    time.sleep(self.timings.poll_seconds)
        finally:
            self._ends.set()
            pulse.join()
            self._patiently(lambda connection: delete_worker(connection, self.name))
        return done

    def _take(self) -> bool:
        """Whether there was a job, which is now this worker's."""
        now = utc_now()
        silent_since = now - self.timings.heartbeat_timeout
        try:
            with reading(self.source.engine) as connection:
                if not has_claimable_job(connection, silent_since=silent_since):
                    return False
            with writing(self.source.engine) as connection:
                word = f"{self.name}/{secrets.token_hex(8)}"
                taken = claim_job(connection, token=word, now=now, silent_since=silent_since)
                delete_job_files_before(connection, now - FILE_RETENTION)
        except (BusyError, UnreachableError) as error:
            _log.warning("no job taken: %s", error)
            return False
        self._taken, self._is_lost, self._told_at = taken, False, 0.0
        return taken is not None

    def _do(self) -> None:
        taken = self._taken
        assert taken is not None
        _log.info("job %s begins: %s", taken.job.id, taken.job.kind)
        try:
            outcome = self._run(taken)
            self._patiently(lambda connection: self._finish(connection, taken, outcome))
            _log.info("job %s is done", taken.job.id)
        except (KeyboardInterrupt, SystemExit):
            self._patiently(lambda connection: release_job(connection, taken))
            raise
        except JobLostError:
            _log.warning("job %s was taken over by another worker", taken.job.id)
        except CardecError as error:
            self._fail(taken, str(error))
        except Exception:
            _log.exception("job %s", taken.job.id)
            self._fail(taken, UNEXPECTED_ERROR)
        finally:
            self._taken = None

    def _run(self, taken: JobClaim) -> JobOutcome:
        """What the kind's own function makes of the job. Who started it must still be allowed to."""
        job = taken.job
        handler = self.handlers.get(job.kind)
        if handler is None:
            raise CardecError(UNKNOWN_KIND)
        if job.attempts > MAX_ATTEMPTS:
            raise CardecError(TOO_MANY_ATTEMPTS)
        with reading(self.source.engine) as connection:
            check_may_run(find_user(connection, job.owner), job.kind, job.owner)
            given = read_input_files(connection, job.id)
        return handler(
            JobRun(
                source=self.source,
                settings=self.settings,
                owner=job.owner,
                parameters=job.parameters,
                input_files=given,
                report_progress=self._tell,
            )
        )

    def _tell(self, done: int, total: int) -> None:
        """Writes down how far the job is, not more often than the rhythm says. JobLostError when it is another's."""
        taken = self._taken
        if self._is_lost or taken is None:
            raise JobLostError("The job is another worker's now.")
        if done < total and time.monotonic() - self._told_at < self.timings.progress_seconds:
            return
        self._told_at = time.monotonic()
        try:
            with writing(self.source.engine) as connection:
                owns = record_progress(connection, taken, done=done, total=total, now=utc_now())
        except BusyError:
            return
        if not owns:
            raise JobLostError("The job is another worker's now.")

    def _finish(self, connection: Connection, taken: JobClaim, outcome: JobOutcome) -> None:
        kept = finish_job(connection, taken, result=outcome.to_dict(), output_files=outcome.output_files, now=utc_now())
        if not kept:
            raise JobLostError("The job is another worker's now.")
        names = ", ".join(one.name for one in outcome.output_files)
        job = taken.job
        event = AuditEvent(
            at=self.settings.now(), actor=job.owner, action="long work done", subject=job.kind, new=names
        )
        write_audit_event(connection, event)

    def _fail(self, taken: JobClaim, error: str) -> None:
        _log.warning("job %s failed: %s", taken.job.id, error)
        self._patiently(lambda connection: fail_job(connection, taken, error=error, now=utc_now()))

    def _patiently(self, write: Callable[[Connection], object]) -> None:
        """Writes even where somebody else keeps the database busy for a while."""
        for attempt in range(1, _SAVE_ATTEMPTS + 1):
            try:
                with writing(self.source.engine) as connection:
                    write(connection)
                return
            except BusyError:
                if attempt == _SAVE_ATTEMPTS:
                    raise

    def _beat_on(self) -> None:
        """Says again and again that this worker is there and works on its job, however long a step takes."""
        while not self._ends.wait(self.timings.heartbeat_seconds):
            self._note_calmly()

    def _note_calmly(self) -> None:
        try:
            self._note()
        except CardecError as error:
            _log.warning("not noted: %s", error)

    def _note(self) -> None:
        now, taken = utc_now(), self._taken
        with writing(self.source.engine) as connection:
            record_worker(connection, self.name, now=now, delete_before=now - _WORKERS_KEPT)
            if taken is not None and not record_heartbeat(connection, taken, now=now) and self._taken is taken:
                self._is_lost = True
