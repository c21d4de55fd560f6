"""The worker: claims jobs one after another, runs them, and stores their results."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from etl.database.connection import BusyError, Connection, DatabaseFailureError, reading, writing
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
from etl.disk_errors import find_storage_error
from etl.errors import CardecError
from etl.jobs.backup_schedule import BackupSchedule
from etl.jobs.handlers import HANDLERS, Handler, JobOutcome, JobRun
from etl.jobs.notifier import Notifier
from etl.jobs.queue import HEARTBEAT_TIMEOUT, LONG_KINDS, check_may_run, get_utc_now
from etl.locale import N_
from etl.queries.data_source import DataSource
from etl.settings import Settings

_log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
FILE_RETENTION = timedelta(days=30)
_WORKER_RETENTION = timedelta(days=1)
_MAX_WRITE_ATTEMPTS = 12

UNKNOWN_KIND = N_("This server does not support this kind of job. Update the server, then start the job again.")
TOO_MANY_ATTEMPTS = N_("The job was interrupted three times and has been cancelled. Start it again.")
UNEXPECTED_ERROR = N_("Something went wrong. The error has been logged.")


class JobLostError(CardecError):
    """Another worker claimed the job, since this worker missed its heartbeats."""


@dataclass(frozen=True)
class WorkerTimings:
    """The intervals of a worker."""

    poll_seconds: float = 1.0
    """Seconds between two checks for queued jobs."""
    heartbeat_seconds: float = 10.0
    """Seconds between two heartbeats."""
    progress_seconds: float = 1.0
    """Seconds between two updates of a job's progress."""
    heartbeat_timeout: timedelta = HEARTBEAT_TIMEOUT


class Worker:
    """A worker, which runs one job at a time."""

    def __init__(
        self,
        source: DataSource,
        settings: Settings,
        *,
        handlers: Mapping[str, Handler] = HANDLERS,
        timings: WorkerTimings | None = None,
        notifier: Notifier | None = None,
        backup_schedule: BackupSchedule | None = None,
    ) -> None:
        self.source, self.settings, self.handlers = source, settings, handlers
        self.notifier, self.backup_schedule = notifier, backup_schedule
        self.timings = timings or WorkerTimings()
        self.name = secrets.token_hex(8)
        self._claim: JobClaim | None = None
        self._is_lost = False
        self._last_progress_at = 0.0
        self._last_heartbeat_at = time.monotonic()
        """When the database last recorded that this worker lives."""
        self._stop_heartbeat = threading.Event()

    def run(self, *, once: bool = False) -> int:
        """Run queued jobs for ever, or with `once` until the queue is empty. Returns the number of jobs run.

        SystemExit and KeyboardInterrupt return the current job to the queue.
        """
        job_count = 0
        self._try_record_heartbeat()
        heartbeat = threading.Thread(target=self._repeat_heartbeat, daemon=True)
        heartbeat.start()
        try:
            while True:
                if self._claim_job():
                    self._try_process_job()
                    job_count += 1
                elif once:
                    break
                else:
                    if self.backup_schedule is not None:
                        self.backup_schedule.run_if_due()
                    time.sleep(self.timings.poll_seconds)
        finally:
            self._stop_heartbeat.set()
            heartbeat.join()
            if self.notifier is not None:
                self.notifier.stop()
            self._try_leave()
        return job_count

    def _try_process_job(self) -> None:
        """Process the job. A result that can't be stored leaves the job to the next worker, and this one goes on."""
        try:
            self._process_job()
        except DatabaseFailureError as error:
            _log.warning("the result of a job was not stored: %s", error)
            time.sleep(self.timings.poll_seconds)

    def _try_leave(self) -> None:
        try:
            self._write_with_retries(lambda connection: delete_worker(connection, self.name))
        except DatabaseFailureError as error:
            _log.warning("the end of the worker was not recorded: %s", error)

    def _claim_job(self) -> bool:
        now = get_utc_now()
        silent_since = now - self.timings.heartbeat_timeout
        try:
            with reading(self.source.engine) as connection:
                if not has_claimable_job(connection, silent_since=silent_since):
                    return False
            with writing(self.source.engine) as connection:
                token = f"{self.name}/{secrets.token_hex(8)}"
                claim = claim_job(connection, token=token, now=now, silent_since=silent_since, long_kinds=LONG_KINDS)
                delete_job_files_before(connection, now - FILE_RETENTION)
        except DatabaseFailureError as error:
            _log.warning("no job claimed: %s", error)
            return False
        self._last_heartbeat_at = time.monotonic()
        self._claim, self._is_lost, self._last_progress_at = claim, False, 0.0
        return claim is not None

    def _process_job(self) -> None:
        claim = self._claim
        assert claim is not None
        _log.info("job %s started: %s", claim.job.id, claim.job.kind)
        try:
            outcome = self._run_handler(claim)
            self._write_with_retries(lambda connection: self._finish(connection, claim, outcome))
            _log.info("job %s finished", claim.job.id)
        except (KeyboardInterrupt, SystemExit):
            with suppress(DatabaseFailureError):
                self._write_with_retries(lambda connection: release_job(connection, claim))
            raise
        except JobLostError:
            _log.warning("job %s was claimed by another worker", claim.job.id)
        except CardecError as error:
            self._fail(claim, str(error))
        except Exception as error:
            _log.exception("job %s", claim.job.id)
            self._fail(claim, str(find_storage_error(error) or UNEXPECTED_ERROR))
        finally:
            self._claim = None

    def _run_handler(self, claim: JobClaim) -> JobOutcome:
        """Run the handler of the job's kind, provided that its owner may still run it."""
        job = claim.job
        handler = self.handlers.get(job.kind)
        if handler is None:
            raise CardecError(UNKNOWN_KIND)
        if job.attempts > MAX_ATTEMPTS:
            raise CardecError(TOO_MANY_ATTEMPTS)
        with reading(self.source.engine) as connection:
            check_may_run(find_user(connection, job.owner), job.kind, job.owner)
            input_files = read_input_files(connection, job.id)
        return handler(
            JobRun(
                source=self.source,
                settings=self.settings,
                owner=job.owner,
                parameters=job.parameters,
                input_files=input_files,
                report_progress=self._report_progress,
            )
        )

    def _report_progress(self, done: int, total: int) -> None:
        """Store the job's progress, at most once per interval. Raises JobLostError when the job was lost."""
        claim = self._claim
        if self._is_lost or claim is None:
            raise JobLostError("Another worker has claimed the job.")
        silence = max(self.timings.heartbeat_timeout.total_seconds(), 3 * self.timings.heartbeat_seconds)
        if time.monotonic() - self._last_heartbeat_at > silence:
            raise JobLostError("No heartbeat could be recorded, so another worker may have claimed the job.")
        if done < total and time.monotonic() - self._last_progress_at < self.timings.progress_seconds:
            return
        self._last_progress_at = time.monotonic()
        try:
            with writing(self.source.engine) as connection:
                is_owner = record_progress(connection, claim, done=done, total=total, now=get_utc_now())
        except DatabaseFailureError:
            return
        if not is_owner:
            raise JobLostError("Another worker has claimed the job.")
        self._last_heartbeat_at = time.monotonic()

    def _finish(self, connection: Connection, claim: JobClaim, outcome: JobOutcome) -> None:
        files = outcome.output_files
        if not finish_job(connection, claim, result=outcome.to_dict(), output_files=files, now=get_utc_now()):
            raise JobLostError("Another worker has claimed the job.")
        names = ", ".join(file.name for file in files)
        job = claim.job
        event = AuditEvent(
            at=self.settings.now(), actor=job.owner, action="long work done", subject=job.kind, new=names
        )
        write_audit_event(connection, event)

    def _fail(self, claim: JobClaim, error: str) -> None:
        _log.warning("job %s failed: %s", claim.job.id, error)
        self._write_with_retries(lambda connection: fail_job(connection, claim, error=error, now=get_utc_now()))

    def _write_with_retries(self, write: Callable[[Connection], object]) -> None:
        """Write in a transaction, retried while the database is busy."""
        for attempt in range(1, _MAX_WRITE_ATTEMPTS + 1):
            try:
                with writing(self.source.engine) as connection:
                    write(connection)
                return
            except BusyError:
                if attempt == _MAX_WRITE_ATTEMPTS:
                    raise

    def _repeat_heartbeat(self) -> None:
        while not self._stop_heartbeat.wait(self.timings.heartbeat_seconds):
            self._try_record_heartbeat()
            if self.notifier is not None:
                _try("messages not sent", self.notifier.start_if_needed)

    def _try_record_heartbeat(self) -> None:
        _try("heartbeat not recorded", self._record_heartbeat)

    def _record_heartbeat(self) -> None:
        """Record that the worker is alive and owns its job; note when the job was lost."""
        now, claim = get_utc_now(), self._claim
        with writing(self.source.engine) as connection:
            record_worker(connection, self.name, now=now, delete_before=now - _WORKER_RETENTION)
            if claim is not None and not record_heartbeat(connection, claim, now=now) and self._claim is claim:
                self._is_lost = True
        self._last_heartbeat_at = time.monotonic()


def _try(problem: str, action: Callable[[], None]) -> None:
    """Run a step of the heartbeat's thread and log its error: if the thread ended, the job would start again."""
    try:
        action()
    except CardecError as error:
        _log.warning("%s: %s", problem, error)
    except Exception:
        _log.exception(problem)
