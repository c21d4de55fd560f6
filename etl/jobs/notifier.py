"""Start the process that sends messages, beside the worker, so that the end of a worker interrupts no message."""

import logging
import subprocess
import sys
from collections.abc import Callable
from typing import Protocol

from etl.queries.data_source import DataSource
from etl.settings import Settings
from etl.use_cases.notifications.deliver import needs_notification_run

_log = logging.getLogger(__name__)

STOP_SECONDS = 30.0
"""How long a worker that stops waits for the message that is being sent."""


class Process(Protocol):
    """A started process, such as `subprocess.Popen`."""

    def poll(self) -> int | None:
        """Return the exit code; None while it runs."""

    def terminate(self) -> None:
        """Ask the process to stop after the message that it sends."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end."""


def start_notification_process() -> Process:
    """Start `python -m etl notify` in a session of its own, so that it outlives a killed worker."""
    command = [sys.executable, "-m", "etl", "notify"]
    return subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


class Notifier:
    """Starts the process when there is something to send, and one at a time."""

    def __init__(
        self, source: DataSource, settings: Settings, start: Callable[[], Process] = start_notification_process
    ) -> None:
        self._source, self._settings, self._start = source, settings, start
        self._process: Process | None = None

    def start_if_needed(self) -> None:
        """Start the process unless it runs or there is nothing to do. Nothing happens while no channel is set up."""
        if self._process is not None and self._process.poll() is None:
            return
        self._process = None
        if needs_notification_run(self._source, self._settings):
            _log.info("sending messages")
            self._process = self._start()

    def stop(self) -> None:
        """Let a running process finish its message, then end it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _log.warning("a message is still being sent")
