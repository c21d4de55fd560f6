"""Run as a program: one process, as a web worker is one, examines every file of a folder and says what it cost.

`python examine_files.py FOLDER` reads the folder's `index.json` (a list of file and name), and prints one line of
JSON for each file: what was found, what was read, and the CPU seconds of this process and of its reading child.
"""

import json
import os
import resource
import sys
from pathlib import Path

from etl.returns.intake import IntakeResult
from etl.returns.numbers import NumberState
from tests.returns.intake_cases import examine_file, make_return_file

WARM_UP_RUNS = 10
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def main(folder: Path) -> None:
    for _ in range(WARM_UP_RUNS):
        examine_file(make_return_file())
    print(json.dumps({"memory": measure_memory()}), flush=True)
    for one in json.loads((folder / "index.json").read_text()):
        data = (folder / one["file"]).read_bytes()
        before = measure_cpu_seconds()
        answer = examine_file(data, name=one["name"])
        spent = measure_cpu_seconds() - before
        print(
            json.dumps(
                {
                    **serialize_result(answer),
                    "seconds": spent,
                    "memory": measure_memory(),
                    "limits": read_child_limits(),
                }
            ),
            flush=True,
        )


def serialize_result(answer: IntakeResult) -> dict[str, object]:
    cells = answer.parsed_return.cells if answer.parsed_return is not None and answer.is_acceptable else ()
    return {
        "codes": [finding.code for finding in answer.findings],
        "accepted": answer.is_acceptable,
        "blocks": any(finding.is_error for finding in answer.findings),
        "cells": {
            str(cell.key): [cell.state, str(cell.value) if cell.state is NumberState.VALUE else cell.raw]
            for cell in cells
        },
    }


def measure_memory() -> dict[str, int]:
    """Bytes of this process alone that are in memory now, and at the most so far."""
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    status = Path("/proc/self/status").read_text()
    # Not ru_maxrss: a process inherits that from the one that started it.
    most = next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]
    return {"now": resident, "most": int(most) * 1024}


def measure_cpu_seconds() -> float:
    """CPU seconds of this process, of the children that ended, and of those that live."""
    spent = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        spent += used.ru_utime + used.ru_stime
    return spent + sum(_seconds_of(child) for child in list_child_pids())


def list_child_pids() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def read_child_limits() -> list[list[float]]:
    """The bytes of address space that each living child may have, and the CPU seconds that it has left."""
    return [
        [
            resource.prlimit(int(child), resource.RLIMIT_AS)[0],
            resource.prlimit(int(child), resource.RLIMIT_CPU)[0] - _seconds_of(child),
        ]
        for child in list_child_pids()
    ]


def _seconds_of(child: str) -> float:
    fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


if __name__ == "__main__":
    main(Path(sys.argv[1]))
