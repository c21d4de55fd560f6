"""Read pages and upload returns at the same time: no error, and the memory of the web workers stays level.

`LOAD_VIEWS=50000 LOAD_UPLOADS=500` are the numbers of a release; without them a tenth of a minute shows the same.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path

from etl.database.authorization import COMMAND_LINE
from etl.database.connection import open_engine
from etl.indicators.periods import Quarter
from etl.queries.data_source import DataSource
from etl.use_cases.reporting.publish import publish_edition
from tests.benchmarks.bench_slow_bodies import serve
from tests.dashboard.two_workers import WorkerConnection
from tests.journeys.other_returns import make_filled_form
from tests.journeys.return_workflow import PLAN, ReturnWorkflow
from tests.support.page_client import PageClient

VIEWS = int(os.environ.get("LOAD_VIEWS") or 1_500)
UPLOADS = int(os.environ.get("LOAD_UPLOADS") or 15)
READERS, MAX_GROWTH = 4, 1.15
PASSWORD = "long enough to pass"
CODES = [indicator.code for indicator in PLAN.indicators]
PUBLIC = [
    *(
        "/",
        "/km/",
        "/editions",
        "/feed",
        "/explore",
        "/km/explore?site=01",
        "/api/v1/editions",
        "/downloads/figures.csv",
    ),
    *(f"/indicators/{code}.html" for code in CODES),
    *(f"/explore?indicator={code}" for code in CODES),
]
STAFF = [
    *(("/staff/overview", f"?year={year}") for year in (2024, 2025)),
    *(("/staff/sites", ""), ("/km/staff/overview", ""), ("/staff/tracking-table", "")),
    *((f"/staff/indicator/{code}", f"?year={year}") for code in CODES for year in (2024, 2025)),
]


@dataclass
class Load:
    """Readers and an uploader, with what they were answered."""

    origin: str
    views: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def connect(self) -> WorkerConnection:
        return WorkerConnection(HTTPConnection("127.0.0.1", int(self.origin.rpartition(":")[2]), timeout=120))

    def count(self, kind: str) -> int:
        with self.lock:
            self.views[kind] += 1
            return self.views["view"]

    def read(self, number: int, until: int) -> None:
        """Read public and staff pages until all readers together have read so many."""
        draw, visitor = random.Random(number), self.connect()
        staff = PageClient(self.origin).sign_in("mana", PASSWORD)
        while self.count("view") <= until:
            if draw.random() < 0.5:
                staff.get_page(*draw.choice(STAFF))
            else:
                status = visitor.ask("GET", draw.choice(PUBLIC))[0]
                if status != 200:
                    self.count(f"status {status}")
        staff.disconnect()
        visitor.connection.close()

    def upload(self, first: int, count: int) -> None:
        """Upload a corrected return again and again."""
        officer = self.connect()
        assert officer.ask("POST", "/sign-in", {"name": "offi", "password": PASSWORD})[0] == 303
        for number in range(first, first + count):
            data = make_filled_form(PLAN, "01", "2025Q2", changes={"L.1": number})
            file = ("return.xlsx", data)
            status = officer.ask("POST", "/staff/upload", {"csrf": officer.cookies["csrf"]}, file=file)[0]
            self.count("upload" if status == 303 else f"upload {status}")
        officer.connection.close()


def test_views_and_uploads_without_an_error_and_with_level_memory(
    make_planned_url: Callable[[str, str], str], tmp_path: Path, now: datetime
) -> None:
    url = make_planned_url("sqlite", "other")
    engine = open_engine(url)
    ReturnWorkflow(engine, now).upload_and_approve()
    publish_edition(DataSource(engine), Quarter(2025, 1), actor=COMMAND_LINE, now=now)
    engine.dispose()
    with serve(url, tmp_path, "--max-requests", "0") as (port, server):
        load = Load(f"http://127.0.0.1:{port}")
        run(load, VIEWS // 3, 1, UPLOADS // 3)
        before = measure_memory(server.pid)
        run(load, VIEWS, 1 + UPLOADS // 3, UPLOADS - UPLOADS // 3)
        after = measure_memory(server.pid)
    uploads = load.views["upload"]
    print(
        f"\n{VIEWS:,} views and {uploads:,} uploads; memory of the web workers after a third {before:.0f} MB, "
        f"at the end {after:.0f} MB: {after / before:.2f} times (limit {MAX_GROWTH:g})",
        end="",
    )
    assert set(load.views) == {"view", "upload"} and uploads == UPLOADS, load.views
    assert after < before * MAX_GROWTH


def run(load: Load, views: int, first_upload: int, uploads: int) -> None:
    failures: list[BaseException] = []

    def guard(act: Callable[..., None], *arguments: int) -> None:
        try:
            act(*arguments)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guard, args=(load.read, number, views)) for number in range(READERS)]
    threads.append(threading.Thread(target=guard, args=(load.upload, first_upload, uploads)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def measure_memory(pid: int) -> float:
    """Return the resident megabytes of a server's workers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = [line for child in children for line in Path(f"/proc/{child}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
