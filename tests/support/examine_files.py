"""A program that examines every file of a folder in one process, like a web worker, and measures the cost.

`python examine_files.py FOLDER` reads the folder's `index.json` (a list of file and name), and prints one line of
JSON for each file: findings, cells, and the CPU seconds of this process and of its reader process.
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
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def main(folder: Path) -> None:
    for _ in range(WARM_UP_RUNS):
        examine_file(make_return_file())
    print(json.dumps({"memory": measure_memory()}), flush=True)
    for entry in json.loads((folder / "index.json").read_text()):
        data = (folder / entry["file"]).read_bytes()
        start = measure_cpu_seconds()
        result = examine_file(data, name=entry["name"])
        spent = measure_cpu_seconds() - start
        print(
            json.dumps(
                {
                    **serialize_result(result),
                    "seconds": spent,
                    "memory": measure_memory(),
                    "limits": read_child_limits(),
                }
            ),
            flush=True,
        )


def serialize_result(result: IntakeResult) -> dict[str, object]:
    cells = result.parsed_return.cells if result.parsed_return is not None and result.is_acceptable else ()
    return {
        "codes": [finding.code for finding in result.findings],
        "accepted": result.is_acceptable,
        "blocks": any(finding.is_error for finding in result.findings),
        "cells": {
            str(cell.key): [cell.state, str(cell.value) if cell.state is NumberState.VALUE else cell.raw]
            for cell in cells
        },
    }


def measure_memory() -> dict[str, int]:
    """Return the current and the peak memory of this process alone, in bytes."""
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_SIZE
    status = Path("/proc/self/status").read_text()
    # Not ru_maxrss: a process inherits that from the one that started it.
    most = next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]
    return {"now": resident, "most": int(most) * 1024}


def measure_cpu_seconds() -> float:
    """Return the CPU seconds of this process and of all its children, ended or alive."""
    seconds = 0.0
    for target in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(target)
        seconds += usage.ru_utime + usage.ru_stime
    return seconds + sum(_read_cpu_seconds(child) for child in list_child_pids())


def list_child_pids() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def read_child_limits() -> list[list[float]]:
    """Return the address space limit and the remaining CPU seconds of each living child."""
    return [
        [
            resource.prlimit(int(child), resource.RLIMIT_AS)[0],
            resource.prlimit(int(child), resource.RLIMIT_CPU)[0] - _read_cpu_seconds(child),
        ]
        for child in list_child_pids()
    ]


def _read_cpu_seconds(child: str) -> float:
    fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


if __name__ == "__main__":
    main(Path(sys.argv[1]))
