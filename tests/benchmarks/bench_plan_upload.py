"""Upload plans with very many rows while visitors read public pages: the answer, the memory, and the visitors' wait.

Rounds in peace and with uploads alternate, so that other load affects both.
"""

import os
import re
import statistics
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

from etl.database.connection import Engine, open_engine, reading
from etl.database.job_records import JobState
from etl.database.read.jobs import read_jobs
from etl.indicators.vocabulary import Role
from etl.plan.read_plan import read_plan
from etl.plan.write_plan import write_plan_workbook
from etl.use_cases.accounts.users import add_user
from tests.benchmarks.bench_slow_bodies import copy_sample, get_p95, measure_pages, serve
from tests.dashboard.two_workers import WorkerConnection
from tests.support.command_line import CLOCK
from tests.support.plan_edits import SHIPPED_PLAN

PASSWORD = "long enough for a benchmark"
ROWS, FILES, ROUNDS = 20_000, 8, 2
PAUSE = 1.0
"""Seconds between the turns of the visitors, who would otherwise take the processors for themselves."""
MAX_SECONDS, MAX_MEGABYTES, MAX_RATIO = 2.0, 300.0, 1.5
WITHIN = 600.0


def make_long_plan(rows: int, seed: int) -> bytes:
    """Return the shipped plan as a workbook whose targets end with many copies of the last row."""
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    source, target = zipfile.ZipFile(BytesIO(write_plan_workbook(plan))), BytesIO()
    longest = max(
        (name for name in source.namelist() if "worksheets/" in name), key=lambda name: source.getinfo(name).file_size
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            text = source.read(name)
            archive.writestr(name, _repeat_last_row(text.decode(), rows).encode() if name == longest else text)
        archive.comment = str(seed).encode()
    return target.getvalue()


def _repeat_last_row(sheet: str, count: int) -> str:
    match = list(re.finditer(r"<row r=\"(\d+)\".*?</row>", sheet, re.DOTALL))[-1]
    number = int(match[1])
    pieces = re.split(rf"(?<=[A-Z\"]){number}(?=\")", match[0])
    copies = (str(number + copy).join(pieces) for copy in range(1, count + 1))
    return sheet[: match.end()] + "".join(copies) + sheet[match.end() :]


@contextmanager
def run_worker(url: str, log: Path) -> Iterator[int]:
    """Run the job worker as production does, and yield its process number."""
    environment = {"DATABASE_URL": url, "CLOCK": CLOCK, "PATH": os.environ["PATH"]}
    with log.open("w") as output:
        process = subprocess.Popen([sys.executable, "-m", "etl", "work"], env=environment, stdout=output, stderr=output)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)


class MemoryWatch(threading.Thread):
    """Watch the highest memory of the descendants of a process, in megabytes each."""

    def __init__(self, root: int) -> None:
        super().__init__()
        self.root, self.highest, self.is_over = root, 0.0, threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.05):
            for pid in list_descendants(self.root):
                try:
                    status = Path(f"/proc/{pid}/status").read_text()
                except OSError:
                    continue
                if match := re.search(r"VmHWM:\s+(\d+) kB", status):
                    self.highest = max(self.highest, int(match[1]) / 1000)


def list_descendants(pid: int) -> list[int]:
    """Return a process and all that it started."""
    found = [pid]
    for parent in found:
        try:
            found += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
        except OSError:
            continue
    return found


def upload(port: int, data: bytes) -> float:
    """Upload a plan as the administrator and return the seconds until the answer."""
    administrator = WorkerConnection(HTTPConnection("127.0.0.1", port, timeout=120))
    assert administrator.ask("POST", "/sign-in", {"name": "bench", "password": PASSWORD})[0] == 303
    token = {"csrf": administrator.cookies["csrf"]}
    start = time.perf_counter()
    status = administrator.ask("POST", "/admin/plan", token, file=("plan.xlsx", data))[0]
    seconds = time.perf_counter() - start
    administrator.connection.close()
    assert status == 303, status
    return seconds


def test_a_plan_with_very_many_rows_is_answered_at_once_and_checked_beside(published_sample, tmp_path: Path) -> None:
    url = copy_sample(published_sample("2026Q2"), tmp_path)
    engine = open_engine(url)
    add_user(
        engine,
        "bench",
        Role.ADMINISTRATOR,
        PASSWORD,
        now=datetime.fromisoformat(CLOCK),
        actor="bench",
        display_name="B",
    )
    with serve(url, tmp_path) as (port, server), run_worker(url, tmp_path / "worker.log") as worker:
        watches = [MemoryWatch(worker), MemoryWatch(server.pid)]
        for watch in watches:
            watch.start()
        try:
            quiet, busy, answers = compare(port, lambda: has_open_jobs(engine))
        finally:
            for watch in watches:
                watch.is_over.set()
                watch.join()
        with reading(engine) as connection:
            jobs = [job for job in read_jobs(connection, limit=1000) if job.kind == "plan-check"]
    engine.dispose()
    ratio = get_p95(busy) / get_p95(quiet)
    print(
        f"\nA plan with {ROWS:,} rows too many: answered in {max(answers):.2f} s at most (limit {MAX_SECONDS:g}), "
        f"{watches[0].highest:.0f} MB in the larger of the job worker and its reader (limit {MAX_MEGABYTES:g}), "
        f"{watches[1].highest:.0f} MB in a web worker; public pages while {FILES} are uploaded and checked: "
        f"p95 {ratio:.2f} times (limit {MAX_RATIO:g}), median "
        f"{statistics.median(busy) / statistics.median(quiet):.2f} times",
        end="",
    )
    assert len(jobs) == len(answers) and all(job.state is JobState.DONE for job in jobs)
    assert max(answers) < MAX_SECONDS and watches[0].highest < MAX_MEGABYTES and ratio < MAX_RATIO


def has_open_jobs(engine: Engine) -> bool:
    with reading(engine) as connection:
        return any(job.state in (JobState.WAITING, JobState.RUNNING) for job in read_jobs(connection, limit=1000))


def compare(port: int, is_checking: Callable[[], bool]) -> tuple[list[float], list[float], list[float]]:
    """Return the seconds of public pages in peace and beside the uploads, and those of the answers to the uploads."""
    quiet: list[float] = []
    busy: list[float] = []
    answers: list[float] = []
    for turn in range(ROUNDS):
        files = [make_long_plan(ROWS, FILES * turn + number) for number in range(FILES)]
        pages = len(busy)
        senders = [threading.Thread(target=lambda data=data: answers.append(upload(port, data))) for data in files]
        for sender in senders:
            sender.start()
        until = time.monotonic() + WITHIN
        while any(sender.is_alive() for sender in senders) or is_checking():
            assert time.monotonic() < until, "the plans were not checked in time"
            busy += measure_pages(port)
            time.sleep(PAUSE)
        while len(quiet) < len(busy) or len(busy) == pages:
            quiet += measure_pages(port)
            time.sleep(PAUSE)
    return quiet, busy, answers
