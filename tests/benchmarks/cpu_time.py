"""How much processor time a way of working took: of this process, of those it started, and of a database server."""

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Timing:
    """Seconds on the clock, and of processors."""

    clock: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: "Timing") -> "Timing":
        return Timing(self.clock + other.clock, self.cpu + other.cpu)


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self, server: int | None = None) -> None:
        self._server = server
        self._cpu = cpu_seconds(server)
        self._clock = time.perf_counter()

    def elapsed(self) -> Timing:
        return Timing(time.perf_counter() - self._clock, cpu_seconds(self._server) - self._cpu)


def cpu_seconds(server: int | None = None) -> float:
    """So far, of this process and its children, ended or not, and of the processes of a server."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    mine = time.process_time() + ended.ru_utime + ended.ru_stime + _of_children(os.getpid())
    return mine if server is None else mine + _of_children(server)


def find_server_process(engine: Engine) -> int | None:
    """The process that the server's other processes are children of; None for a database without one."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return _parent_and_seconds(int(backend))[0]


def _of_children(parent: int) -> float:
    """Of its children that are still there."""
    found = 0.0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                its_parent, seconds = _parent_and_seconds(int(folder.name))
            except OSError:
                continue
            found += seconds if its_parent == parent else 0.0
    return found


def _parent_and_seconds(process: int) -> tuple[int, float]:
    """Fields 4, 14 and 15 of its line; the second, its name, may hold anything but ends with the last bracket."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS
