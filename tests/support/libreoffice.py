"""Real LibreOffice for tests: it fills in, changes and saves workbooks as a sender would."""

import atexit
import json
import select
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "office_script.py"
TIMEOUT_SECONDS = 150
"""Seconds that one job may take on a busy machine."""


@cache
def find_python_with_uno() -> str | None:
    """A Python that can speak to LibreOffice: Debian's with python3-uno, or the one that LibreOffice brings."""
    office = shutil.which("soffice")
    beside = Path(office).resolve().parent / "python" if office else None
    for python in ("/usr/bin/python3", str(beside), sys.executable):
        if not Path(python).exists():
            continue
        tried = subprocess.run([python, "-c", "import uno"], capture_output=True, timeout=30, check=False)
        if tried.returncode == 0:
            return python
    return None


def needs_libreoffice(test):
    """Marks a test that drives LibreOffice; where that can't be, it is skipped and says what is missing."""
    missing = None
    if shutil.which("soffice") is None:
        missing = "LibreOffice is not installed (Debian: libreoffice-calc)"
    elif find_python_with_uno() is None:
        missing = "LibreOffice is here, but no Python has its module uno (Debian: python3-uno)"
    marked = pytest.mark.libreoffice(test)
    return pytest.mark.skip(reason=f"SKIPPED, NOT TESTED: {missing}")(marked) if missing else marked


def fill_with_libreoffice(
    source: Path,
    target: Path,
    values: Mapping[str, float | str],
    *,
    sheet: str = "Return",
    insert_row: int | None = None,
    insert_column: str | None = None,
    rename_sheet: str | None = None,
) -> Path:
    """Types values into cells (`Return!G12`), then inserts a row or column of the sheet and renames it; an .xlsx."""
    return _drive(
        source,
        target,
        "xlsx",
        values=dict(values),
        sheet=sheet,
        insert_row=insert_row,
        insert_column=insert_column,
        rename_sheet=rename_sheet,
    )


def copy_sheet_to_new_book(source: Path, target: Path, *, sheet: str = "Return") -> Path:
    """The one sheet in a workbook of its own, as people do who want to send less."""
    return _drive(source, target, "xlsx", sheet=sheet, only_sheet=True)


def save_as(source: Path, kind: str) -> Path:
    """The workbook saved beside itself as `xlsx`, `ods`, `xls` or `csv`, with that ending."""
    target = source.with_suffix(f".{kind}")
    if target == source:
        target = source.with_name(f"{source.stem}-again.{kind}")
    return _drive(source, target, kind)


def _drive(
    source: Path,
    target: Path,
    kind: str,
    *,
    values: Mapping[str, float | str] | None = None,
    sheet: str = "Return",
    insert_row: int | None = None,
    insert_column: str | None = None,
    rename_sheet: str | None = None,
    only_sheet: bool = False,
) -> Path:
    job = {
        "source": str(source.resolve()),
        "target": str(target.resolve()),
        "kind": kind,
        "values": values or {},
        "sheet": sheet,
        "insert_row": insert_row,
        "insert_column": insert_column,
        "rename_sheet": rename_sheet,
        "only_sheet": only_sheet,
    }
    wrong = _ask(job)
    if wrong:
        _end()
    assert not wrong, wrong
    assert target.exists(), f"LibreOffice wrote no {target.name}"
    return target


@cache
def _office() -> "subprocess.Popen[str]":
    """One LibreOffice for all jobs of this process; it ends with it."""
    python, program = find_python_with_uno(), shutil.which("soffice")
    assert python and program, "mark the test with needs_libreoffice"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen([python, str(SCRIPT), program], text=True, **pipes)
    atexit.register(_end)
    return process


def _ask(job: Mapping[str, object]) -> str:
    """What went wrong with a job, empty where nothing did."""
    process = _office()
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(job) + "\n")
    process.stdin.flush()
    if not select.select([process.stdout], [], [], TIMEOUT_SECONDS)[0]:
        return f"LibreOffice was not done with {job['source']} within {TIMEOUT_SECONDS} seconds"
    line = process.stdout.readline()
    return str(json.loads(line)) if line.startswith('"') else f"LibreOffice ended: {line}{process.stdout.read()}"


def _end() -> None:
    """The next job, if there is one, gets another LibreOffice."""
    if not _office.cache_info().currsize:
        return
    process = _office()
    _office.cache_clear()
    assert process.stdin and process.stdout
    process.stdin.close()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
