"""Readers see only complete editions when a publisher is killed in its transaction."""

import contextlib
import hashlib
import json
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func
from sqlalchemy import select as select_rows

from etl.database.connection import open_engine, reading
from etl.database.edition_tables import edition_figures, edition_files, edition_withheld, editions
from etl.database.read.audit import read_audit_events
from etl.database.tables import audit_events
from etl.indicators.periods import Quarter
from etl.queries.data_source import DataSource
from etl.queries.editions import find_file, list_editions
from tests.browser.chromium import serve_app
from tests.support.edition_database import NOW, publish_quarter, store_edition_data
from tests.support.forked_processes import get_fork_context

OLD, NEW = "2023-Q1", "2023-Q2"
STOPS = {"half stored": f"INSERT INTO {edition_files.name} ", "whole and sealed": f"INSERT INTO {audit_events.name} "}
"""The statements before which the publisher is paused inside its transaction."""
LATEST_STOP = "whole and sealed"
"""The only stop of `make test`: what an earlier stop leaves visible, this one does too."""
WITHIN = 60
READERS, READERS_IN_SOAK = 4, 10
FORKS = get_fork_context(__name__)


def publish_with_pause(url: str, stop: str, messages: Connection) -> None:
    """Publish, and pause before a statement inside the transaction for longer than the test takes."""
    engine = open_engine(url)

    @event.listens_for(engine, "before_cursor_execute")
    def pause(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(stop):
            messages.send("paused")
            time.sleep(600)

    publish_quarter(DataSource(engine))


@contextlib.contextmanager
def open_paused_publisher(url: str, stop: str) -> Iterator[BaseProcess]:
    """Start a publisher that pauses inside its transaction, and kill it at the end."""
    received, sent = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=publish_with_pause, args=(url, stop, sent), daemon=True)
    process.start()
    try:
        assert received.poll(WITHIN), "the publisher never came to its transaction"
        assert received.recv() == "paused"
        yield process
    finally:
        process.kill()
        process.join()
        received.close()
        sent.close()


def list_rows(engine: Engine, name: str) -> list[int]:
    """Return the number of rows of an edition in each table."""
    tables = ((editions, "id"), (edition_figures, "edition"), (edition_files, "edition"), (edition_withheld, "edition"))
    with reading(engine) as connection:
        return [
            connection.scalar(select_rows(func.count()).select_from(table).where(table.c[column] == name)) or 0
            for table, column in tables
        ]


def test_a_publisher_killed_in_its_transaction_leaves_nothing_and_the_next_one_works(
    engine: Engine, database_url: str, is_soak: bool
) -> None:
    source = store_edition_data(engine)
    publish_quarter(source, Quarter(2023, 1))
    with reading(engine) as connection:
        before = read_audit_events(connection)
    for stop, statement in STOPS.items():
        if not is_soak and stop != LATEST_STOP:
            continue
        with open_paused_publisher(database_url, statement) as process:
            assert list_rows(engine, NEW) == [0, 0, 0, 0], stop
            process.kill()
            process.join()
        assert list_rows(engine, NEW) == [0, 0, 0, 0], stop
        with reading(engine) as connection:
            assert read_audit_events(connection) == before, stop
    draft = publish_quarter(source)
    counts = list_rows(engine, NEW)
    assert counts[:2] == [1, len(draft.figures)] and counts[2] > 40 and counts[3] == len(draft.withheld_figures)
    assert [line.id for line in list_editions(source)] == [OLD, NEW]


class Reader(threading.Thread):
    """A reader that requests pages, a download and the API repeatedly."""

    def __init__(self, origin: str, over: threading.Event) -> None:
        super().__init__()
        self.origin, self.over = origin, over
        self.visits: list[tuple[str, ...]] = []
        self.files: set[tuple[str, str]] = set()
        self.faults: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self.visits.append(self.visit())
            except Exception as error:
                self.faults.append(repr(error))

    def visit(self) -> tuple[str, ...]:
        """Return the editions of a page, its Khmer version, the download and the API, in this order."""
        named = []
        for path in ("/", "/km/"):
            name, page = self.get(path)
            assert name in re.findall(r"20\d\d-Q\d", page.split("<main", 1)[1]), (path, name)
            named.append(name)
        name, table = self.get("/downloads/figures.csv")
        self.files.add((name, hashlib.sha256(table.encode()).hexdigest()))
        newest = json.loads(self.get("/api/v1/editions")[1])["editions"][0]
        answer = json.loads(self.get(newest["figures"])[1])
        assert answer["edition"]["id"] == newest["id"]
        return (*named, name, newest["id"])

    def get(self, path: str) -> tuple[str, str]:
        with urllib.request.urlopen(self.origin + path, timeout=WITHIN) as answer:
            return answer.headers.get("X-Edition", ""), answer.read().decode()


@pytest.mark.slow
def test_readers_of_two_servers_see_complete_editions(
    engine: Engine, database_url: str, tmp_path: Path, is_soak: bool
) -> None:
    source = store_edition_data(engine)
    publish_quarter(source, Quarter(2023, 1))
    over = threading.Event()
    with serve_app(database_url, tmp_path / "server.log", CLOCK=NOW.isoformat()) as origin:
        readers = [Reader(origin, over) for _ in range(READERS_IN_SOAK if is_soak else READERS)]
        try:
            for reader in readers:
                reader.start()
            with open_paused_publisher(database_url, STOPS[LATEST_STOP]) as process:
                wait_for_visits(readers)
                process.kill()
                process.join()
            wait_for_visits(readers)
            assert {name for reader in readers for visit in reader.visits for name in visit} == {OLD}
            publish_quarter(source)
            wait_for_visits(readers)
        finally:
            over.set()
            for reader in readers:
                reader.join()
        last = [Reader(origin, over).visit() for _ in range(4)]
    assert [fault for reader in readers for fault in reader.faults] == []
    # Within a visit and between visits, the edition never becomes older.
    for reader in readers:
        seen = [name for visit in reader.visits for name in visit]
        assert seen == sorted(seen)
        assert set(seen) == {OLD, NEW}
    assert last == [(NEW,) * 4] * 4
    hashes = {
        (name, hashlib.sha256(find_file(source, name, "downloads/figures.csv").data).hexdigest()) for name in (OLD, NEW)
    }
    assert {file for reader in readers for file in reader.files} == hashes


def wait_for_visits(readers: list[Reader]) -> None:
    """Wait until each reader has started and finished another visit."""
    expected_counts = [(reader, len(reader.visits) + len(reader.faults) + 2) for reader in readers]
    pause = threading.Event()
    for reader, count in expected_counts:
        for _ in range(WITHIN * 20):
            if len(reader.visits) + len(reader.faults) >= count:
                break
            pause.wait(0.05)
        else:
            raise AssertionError("a reader hangs")
