"""Measure processor time of this process, its children and a database server."""

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Timing:
    """Seconds of wall time and of processor time."""

    clock: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: "Timing") -> "Timing":
        return Timing(self.clock + other.clock, self.cpu + other.cpu)


class Stopwatch:
    """A stopwatch that starts when it is created."""

    def __init__(self, server: int | None = None) -> None:
        self._server = server
        self._cpu = get_cpu_seconds(server)
        self._clock = time.perf_counter()

    def elapsed(self) -> Timing:
        return Timing(time.perf_counter() - self._clock, get_cpu_seconds(self._server) - self._cpu)


def get_cpu_seconds(server: int | None = None) -> float:
    """Return the processor seconds of this process, its children and the processes of a server."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    mine = time.process_time() + ended.ru_utime + ended.ru_stime + _sum_children(os.getpid())
    return mine if server is None else mine + _sum_children(server)


def find_server_process(engine: Engine) -> int | None:
    """Return the main process of the database server; None for SQLite."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return _read_parent_and_seconds(int(backend))[0]


def _sum_children(parent: int) -> float:
    """Return the processor seconds of running children."""
    total = 0.0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                its_parent, seconds = _read_parent_and_seconds(int(folder.name))
            except OSError:
                continue
            total += seconds if its_parent == parent else 0.0
    return total


def _read_parent_and_seconds(process: int) -> tuple[int, float]:
    """Read the parent and processor seconds: fields 4, 14 and 15 after the name, which ends with the last bracket."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS
