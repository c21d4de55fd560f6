"""Examine hostile files in a process like a web worker, and verify that each is refused or read exactly."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.hostile.hostile_file import HostileFile
from tests.support.independent_reader import read_values

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("examine_files.py")
MAX_SECONDS = 5
CLOCK_TICK = 0.02
"""The resolution of the CPU time of a process."""
MEGABYTE = 1024 * 1024
GIGABYTE = 1024 * MEGABYTE
MAX_GROWTH = 20 * MEGABYTE
TIMEOUT_SECONDS = 3_600
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
_TOLERANCE = Decimal("1e-9")


@dataclass(frozen=True)
class ExaminationReport:
    """The results of all files: failures in words, and the resources that the process and its child used."""

    failures: list[str]
    accepted_count: int
    refused_count: int
    codes: set[str]
    max_seconds: float
    """The most CPU seconds for one file, in the process and its reader process together."""
    max_growth: int
    """The most bytes by which the process has grown after any file."""
    peak_memory: int
    """Peak memory, in bytes above the memory before the first file."""

    def __str__(self) -> str:
        kinds = f"{self.accepted_count} read exactly, {self.refused_count} refused with {len(self.codes)} codes"
        return (
            f"{self.accepted_count + self.refused_count} files: {kinds}; slowest {self.max_seconds:.2f} s of CPU; "
            f"the process grew by "
            f"{self.max_growth / MEGABYTE:.1f} MB, at its peak {self.peak_memory / MEGABYTE:.1f} MB"
        )


def build_report(files: Iterable[HostileFile], folder: Path) -> ExaminationReport:
    """Examine all files in one process, and report what went wrong in `failures`."""
    examined = _write_files(files, folder)
    results = _run_examiner(folder)
    first, rest = results[0]["memory"], results[1:]
    failures = [] if len(rest) == len(examined) else [f"the process ended at: {examined[len(rest)][0]}"]
    for (description, may_be_accepted, path), result in zip(examined, rest, strict=False):
        failure = _find_failure(may_be_accepted, path.read_bytes(), result)
        failures += [f"{description}: {failure}"] if failure else []
    return ExaminationReport(
        failures=failures,
        accepted_count=sum(result["accepted"] for result in rest),
        refused_count=sum(not result["accepted"] for result in rest),
        codes={code for result in rest for code in result["codes"]},
        max_seconds=max(result["seconds"] for result in rest),
        max_growth=max(result["memory"]["now"] for result in rest) - first["now"],
        peak_memory=rest[-1]["memory"]["most"] - first["now"],
    )


def _write_files(hostile_files: Iterable[HostileFile], folder: Path) -> list[tuple[str, bool, Path]]:
    records = []
    for number, file in enumerate(hostile_files):
        path = folder / str(number)
        path.write_bytes(file.data)
        records.append((file.description, file.may_be_accepted, path, file.name))
    index = [{"file": path.name, "name": name} for _, _, path, name in records]
    (folder / "index.json").write_text(json.dumps(index))
    return [(description, may_be_accepted, path) for description, may_be_accepted, path, _ in records]


def _run_examiner(folder: Path) -> list[dict]:
    process = subprocess.run(
        [sys.executable, "-W", "error", str(PROGRAM), str(folder)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-4000:]
    return [json.loads(line) for line in process.stdout.splitlines()]


def _find_failure(may_be_accepted: bool, data: bytes, result: dict) -> str:
    """Return what is wrong with a result; blank if it is right."""
    if result["seconds"] > MAX_SECONDS:
        return f"took {result['seconds']:.1f} s"
    if any(memory > GIGABYTE or seconds > MAX_SECONDS + CLOCK_TICK for memory, seconds in result["limits"]):
        return f"was read by a process that may take more than 1 GB or {MAX_SECONDS} s: {result['limits']}"
    if not result["accepted"]:
        return "" if result["blocks"] else f"refused without an error: {result['codes']}"
    if not may_be_accepted:
        return f"accepted: {result['codes']}"
    return _find_misread_cell(read_values(data), result["cells"])


def _find_misread_cell(expected: dict[str, str], cells: dict[str, list[str]]) -> str:
    """Return the first cell that differs from the independent reader; keys are compared ignoring case."""
    by_key = {key.casefold(): text for key, text in expected.items()}
    for key, (state, text) in cells.items():
        text_there = by_key.get(key.casefold(), "").strip()
        if state == "value":
            is_right = _NUMBER.fullmatch(text_there) and abs(Decimal(text_there) - Decimal(text)) < _TOLERANCE
        elif state == "blank":
            is_right = not text_there.strip("-")
        else:
            is_right = text_there == text
        if not is_right:
            return f"{key} was read as {state} {text!r}, but holds {text_there!r}"
    return ""
