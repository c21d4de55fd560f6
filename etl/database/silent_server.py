"""Notice a PostgreSQL server that is frozen: it takes connections and statements, and never answers.

The operating system of a frozen server still confirms what arrives, so no timeout of TCP ends the wait. A limit for
each statement would also end long ones that are well. So a statement without an answer for a second makes a thread open
a new connection: while that isn't answered either, every wait of this process ends with an error, and so does every
new connection at once.
"""

import threading
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, event

_Value = TypeVar("_Value")

_PATIENCE_SECONDS = 1.0
"""A wait that is longer makes the server prove that it answers."""
_PROBE_SECONDS = 2
_PAUSE_SECONDS = 0.5
"""Between two probes of a server that doesn't answer."""


class SilenceWatch:
    """Knows whether a server is silent. Threads share it; a thread of its own probes the server when needed."""

    def __init__(self, probe: Callable[[], None]) -> None:
        """`probe` raises psycopg.errors.ConnectionTimeout when the server is silent."""
        self.is_silent = False
        self._probe = probe
        self._lock = threading.Lock()
        self._is_probing = False
        self._answered_at = time.monotonic()

    def report_wait(self) -> None:
        """Probe the server unless it has answered a probe just now or is being probed."""
        with self._lock:
            if self._is_probing or time.monotonic() - self._answered_at < _PATIENCE_SECONDS:
                return
            self._is_probing = True
        threading.Thread(target=self._probe_until_answered, daemon=True).start()

    def _probe_until_answered(self) -> None:
        while not self._is_answered():
            self.is_silent = True
            time.sleep(_PAUSE_SECONDS)
        with self._lock:
            self.is_silent, self._is_probing = False, False
            self._answered_at = time.monotonic()

    def _is_answered(self) -> bool:
        try:
            self._probe()
        except psycopg.errors.ConnectionTimeout:
            return False
        except psycopg.Error:
            # A refusal is an answer: the next connection reports it.
            return True
        return True


class _WatchedConnection(psycopg.Connection[Any]):
    """A connection whose waits end when the server is silent."""

    watch: SilenceWatch

    def wait(self, gen: Generator[Any, Any, _Value], *arguments: Any, **options: Any) -> _Value:
        try:
            return super().wait(self._watch(gen), *arguments, **options)
        except _SilentServerError:
            self.close()
            raise

    def _watch(self, gen: Generator[Any, Any, _Value]) -> Generator[Any, Any, _Value]:
        """Pass everything through, and give up when nothing came and the server is silent."""
        reported_at = time.monotonic()
        try:
            state = next(gen)
            while True:
                ready = yield state
                if not ready and self.watch.is_silent:
                    raise _SilentServerError("the server does not answer")
                if not ready and time.monotonic() - reported_at > _PATIENCE_SECONDS:
                    reported_at = time.monotonic()
                    self.watch.report_wait()
                state = gen.send(ready)
        except StopIteration as stop:
            value: _Value = stop.value
            return value


class _SilentServerError(psycopg.OperationalError):
    """The server takes connections and statements, and doesn't answer."""


def watch_for_silence(engine: Engine) -> None:
    """Let the connections of an engine for PostgreSQL report an error within seconds when the server is silent."""
    arguments, parameters = engine.dialect.create_connect_args(engine.url)

    def probe() -> None:
        psycopg.connect(*arguments, **{**parameters, "connect_timeout": _PROBE_SECONDS}).close()

    watch = SilenceWatch(probe)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, parameters: Any) -> psycopg.Connection[Any]:
        if watch.is_silent:
            raise _SilentServerError("the server does not answer")
        try:
            connection = _WatchedConnection.connect(*arguments, **parameters)
        except psycopg.errors.ConnectionTimeout:
            watch.report_wait()
            raise
        connection.watch = watch
        return connection
