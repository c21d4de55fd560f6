"""Drive LibreOffice in tests to fill in, change and save workbooks."""

import atexit
import csv
import json
import select
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "libreoffice_script.py"
TIMEOUT_SECONDS = 150
"""Limit in seconds for one job on a busy machine."""


@cache
def find_python_with_uno() -> str | None:
    """Return a Python with the module `uno`: Debian's or the one bundled with LibreOffice."""
    soffice = shutil.which("soffice")
    bundled = Path(soffice).resolve().parent / "python" if soffice else None
    for python in ("/usr/bin/python3", str(bundled), sys.executable):
        if not Path(python).exists():
            continue
        result = subprocess.run([python, "-c", "import uno"], capture_output=True, timeout=30, check=False)
        if result.returncode == 0:
            return python
    return None


def needs_libreoffice(test):
    """Mark a test that needs LibreOffice. It is skipped with the reason where LibreOffice is missing."""
    missing = None
    if shutil.which("soffice") is None:
        missing = "LibreOffice is not installed (Debian: libreoffice-calc)"
    elif find_python_with_uno() is None:
        missing = "LibreOffice is here, but no Python has its module uno (Debian: python3-uno)"
    marked_test = pytest.mark.libreoffice(test)
    return pytest.mark.skip(reason=f"SKIPPED, NOT TESTED: {missing}")(marked_test) if missing else marked_test


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
    """Enter values into cells such as `Return!G12`, then insert a row or column or rename the sheet."""
    return _run_job(
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
    """Copy one sheet into a new workbook."""
    return _run_job(source, target, "xlsx", sheet=sheet, only_sheet=True)


def save_as(source: Path, kind: str, *, sheet: str = "Return") -> Path:
    """Save the workbook beside itself as `xlsx`, `ods`, `xls` or `csv`; `sheet` is any of its sheets."""
    target = source.with_suffix(f".{kind}")
    if target == source:
        target = source.with_name(f"{source.stem}-again.{kind}")
    return _run_job(source, target, kind, sheet=sheet)


def read_displayed_cells(source: Path, *, sheet: str) -> list[list[str]]:
    """Return the texts that LibreOffice displays in the cells of one sheet, row by row."""
    target = source.with_suffix(".csv")
    _run_job(source, target, "csv", sheet=sheet, only_sheet=True, as_displayed=True)
    with target.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _run_job(
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
    as_displayed: bool = False,
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
        "as_displayed": as_displayed,
    }
    error = _send_job(job)
    if error:
        _stop()
    assert not error, error
    assert target.exists(), f"LibreOffice wrote no {target.name}"
    return target


@cache
def _get_process() -> "subprocess.Popen[str]":
    """Return the LibreOffice process that runs all jobs of this process."""
    python, program = find_python_with_uno(), shutil.which("soffice")
    assert python and program, "mark the test with needs_libreoffice"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen([python, str(SCRIPT), program], text=True, **pipes)
    atexit.register(_stop)
    return process


def _send_job(job: Mapping[str, object]) -> str:
    """Run a job and return its error; blank if there is none."""
    process = _get_process()
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(job) + "\n")
    process.stdin.flush()
    if not select.select([process.stdout], [], [], TIMEOUT_SECONDS)[0]:
        return f"LibreOffice was not done with {job['source']} within {TIMEOUT_SECONDS} seconds"
    line = process.stdout.readline()
    return str(json.loads(line)) if line.startswith('"') else f"LibreOffice ended: {line}{process.stdout.read()}"


def _stop() -> None:
    """Stop LibreOffice. The next job starts another one."""
    if not _get_process.cache_info().currsize:
        return
    process = _get_process()
    _get_process.cache_clear()
    assert process.stdin and process.stdout
    process.stdin.close()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
