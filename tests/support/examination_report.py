"""Files that are not to be trusted, examined by a process like a web worker, and judged: refused, or read exactly."""

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
"""How exactly the system says what a process has used."""
MEGABYTE = 1024 * 1024
GIGABYTE = 1024 * MEGABYTE
MAX_GROWTH = 20 * MEGABYTE
TIMEOUT_SECONDS = 3_600
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
_NOISE = Decimal("1e-9")


@dataclass(frozen=True)
class ExaminationReport:
    """What became of all files: each fault in words, and what the process and its child used."""

    failures: list[str]
    accepted_count: int
    refused_count: int
    codes: set[str]
    max_seconds: float
    """CPU seconds of one file, in the process and its reading child together."""
    max_growth: int
    """Bytes by which the process grew between any two files, at the most."""
    peak_memory: int
    """Bytes that it had in memory at any moment more than before the first file."""

    def __str__(self) -> str:
        kinds = f"{self.accepted_count} read exactly, {self.refused_count} refused with {len(self.codes)} codes"
        return (
            f"{self.accepted_count + self.refused_count} files: {kinds}; slowest {self.max_seconds:.2f} s of CPU; "
            f"the process grew by "
            f"{self.max_growth / MEGABYTE:.1f} MB, at its peak {self.peak_memory / MEGABYTE:.1f} MB"
        )


def build_report(files: Iterable[HostileFile], folder: Path) -> ExaminationReport:
    """Every file examined in one process; what it did wrong stands in `faults`."""
    kept = _write(files, folder)
    answers = _examine(folder)
    first, rest = answers[0]["memory"], answers[1:]
    faults = [] if len(rest) == len(kept) else [f"the process ended at: {kept[len(rest)][0]}"]
    for (what, may_be_accepted, path), answer in zip(kept, rest, strict=False):
        fault = _fault(may_be_accepted, path.read_bytes(), answer)
        faults += [f"{what}: {fault}"] if fault else []
    return ExaminationReport(
        failures=faults,
        accepted_count=sum(answer["accepted"] for answer in rest),
        refused_count=sum(not answer["accepted"] for answer in rest),
        codes={code for answer in rest for code in answer["codes"]},
        max_seconds=max(answer["seconds"] for answer in rest),
        max_growth=max(answer["memory"]["now"] for answer in rest) - first["now"],
        peak_memory=rest[-1]["memory"]["most"] - first["now"],
    )


def _write(files: Iterable[HostileFile], folder: Path) -> list[tuple[str, bool, Path]]:
    kept = []
    for number, one in enumerate(files):
        path = folder / str(number)
        path.write_bytes(one.data)
        kept.append((one.description, one.may_be_accepted, path, one.name))
    index = [{"file": path.name, "name": name} for _, _, path, name in kept]
    (folder / "index.json").write_text(json.dumps(index))
    return [(what, may_be_accepted, path) for what, may_be_accepted, path, _ in kept]


def _examine(folder: Path) -> list[dict]:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(PROGRAM), str(folder)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def _fault(may_be_accepted: bool, data: bytes, answer: dict) -> str:
    """What is wrong with an answer; blank where it is right."""
    if answer["seconds"] > MAX_SECONDS:
        return f"took {answer['seconds']:.1f} s"
    if any(memory > GIGABYTE or seconds > MAX_SECONDS + CLOCK_TICK for memory, seconds in answer["limits"]):
        return f"was read by a process that may take more than 1 GB or {MAX_SECONDS} s: {answer['limits']}"
    if not answer["accepted"]:
        return "" if answer["blocks"] else f"refused without an error: {answer['codes']}"
    if not may_be_accepted:
        return f"accepted: {answer['codes']}"
    return _misread(read_values(data), answer["cells"])


def _misread(seen: dict[str, str], cells: dict[str, list[str]]) -> str:
    """The first cell that isn't what the independent reader sees; the size of letters in keys doesn't count."""
    by_key = {key.casefold(): text for key, text in seen.items()}
    for key, (state, text) in cells.items():
        there = by_key.get(key.casefold(), "").strip()
        if state == "value":
            is_right = _NUMBER.fullmatch(there) and abs(Decimal(there) - Decimal(text)) < _NOISE
        elif state == "blank":
            is_right = not there.strip("-")
        else:
            is_right = there == text
        if not is_right:
            return f"{key} was read as {state} {text!r}, but holds {there!r}"
    return ""
