"""Editions are published completely or not at all, and never change afterwards."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from dashboard.app import create_app
from etl.database.connection import open_engine, writing
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.vocabulary import LocalizedText
from etl.publication import front_page
from etl.queries.data_source import DataSource
from etl.queries.editions import list_editions, list_paths
from etl.settings import Settings
from tests.support.builders import make_return
from tests.support.edition_database import (
    NOW,
    QUARTER,
    make_edition_plan,
    publish_quarter,
    store_edition_data,
)
from tests.support.stored_returns import store_plan, store_return

READERS, READERS_IN_SOAK = 4, 10
REPLACED_RETURNS = 24
"""Twice the return of each site and quarter, each with other numbers."""
PUBLISHER = """
import sys
from etl.database.connection import open_engine
from etl.queries.data_source import DataSource
from tests.support.edition_database import publish_quarter
publish_quarter(DataSource(open_engine(sys.argv[1])))
"""


def make_server(url: str, source: DataSource):
    return create_app(Settings(database_url=url, secret_key="a secret of tests only, long enough"), source).server


def list_newest_editions(client) -> tuple[str, str, str, str]:
    """Return the newest edition according to the front pages, a download and the API."""
    names = [client.get(path).headers.get("X-Edition", "") for path in ("/", "/km/", "/downloads/figures.csv")]
    return (*names, client.get("/api/v1/editions").json["editions"][0]["id"])  # type: ignore[return-value]


def test_readers_during_a_publication_see_a_complete_edition(engine: Engine, database_url: str, is_soak: bool):
    source = store_edition_data(engine)
    publish_quarter(source, Quarter(2023, 1))
    server = make_server(database_url, source)
    visits: list[tuple[str, ...]] = []
    faults: list[str] = []
    stop = threading.Event()

    def read_pages() -> None:
        client = server.test_client()
        while not stop.is_set():
            answers = [client.get(path) for path in ("/", "/index.html", "/indicators/A-01", "/downloads/figures.csv")]
            names = tuple(answer.headers.get("X-Edition", "none") for answer in answers)
            if any(answer.status_code != 200 for answer in answers) or f"Edition {names[0]}" not in answers[0].text:
                faults.append(f"{names}: {[answer.status_code for answer in answers]}")
            visits.append(names)

    readers = [threading.Thread(target=read_pages) for _ in range(READERS_IN_SOAK if is_soak else READERS)]
    for reader in readers:
        reader.start()
    publish_quarter(source)
    deadline = time.monotonic() + 60
    while not any(set(names) == {"2023-Q2"} for names in list(visits)) and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    # Within a visit, the edition never becomes older.
    assert all(list(names) == sorted(names) for names in visits)
    assert {name for names in visits for name in names} == {"2023-Q1", "2023-Q2"}
    assert list_newest_editions(server.test_client()) == ("2023-Q2",) * 4


@pytest.mark.soak
def test_a_killed_publisher_leaves_the_old_edition_complete(engine: Engine, database_url: str):
    """Kill the publisher at seven moments; tests of every run pause it at two moments inside its transaction."""
    source = store_edition_data(engine)
    publish_quarter(source, Quarter(2023, 1))
    server = make_server(database_url, source)
    for after in (0.5, 0.8, 1.1, 1.4, 1.8, 2.4, 3.2):
        environ = {**os.environ, "PYTHONPATH": "."}
        process = subprocess.Popen([sys.executable, "-c", PUBLISHER, database_url], env=environ)
        time.sleep(after)
        assert process.poll() in (None, 0), "the publisher failed before it was killed"
        process.kill()
        process.wait()
        newest = list_newest_editions(server.test_client())
        assert set(newest) in ({"2023-Q1"}, {"2023-Q2"}), newest
        if set(newest) == {"2023-Q2"}:
            break
    for line in list_editions(source):
        paths = list_paths(source, line.id)
        assert "index.html" in paths and "km/index.html" in paths and "downloads/iati.xml" in paths


def hash_pages(client, source: DataSource, name: str) -> dict[str, str]:
    """Return a hash of every page of the edition, without its status line."""
    hash_by_path = {}
    for path in list_paths(source, name):
        data = client.get(f"/editions/{name}/{path}").data
        start = data.find(b'<p class="status" role="status">')
        if start >= 0:
            data = data[:start] + b"<!--status-->" + data[data.index(b"</p>", start) + 4 :]
        hash_by_path[path] = hashlib.sha256(data).hexdigest()
    return hash_by_path


@pytest.fixture
def changed_template(monkeypatch: pytest.MonkeyPatch):
    def change() -> None:
        monkeypatch.setattr(front_page, "format_plan_title", lambda book, language: "Another template")

    return change


def test_an_edition_stays_the_same_after_restart_plan_change_returns_and_new_templates(
    engine: Engine, database_url: str, changed_template
):
    source = store_edition_data(engine)
    publish_quarter(source)
    before = hash_pages(make_server(database_url, source).test_client(), source, "2023-Q2")
    assert len(before) > 40

    # A plan that renames one indicator, retires another and changes targets.
    plan = make_edition_plan()
    renamed = tuple(
        replace(indicator, name=LocalizedText("Renamed")) if indicator.code == "A-01" else indicator
        for indicator in plan.indicators
        if indicator.code != "B-02"
    )
    moved = tuple(replace(target, value=target.value + 7) for target in plan.targets)
    revised = replace(plan, indicators=renamed, targets=moved)
    with writing(engine) as connection:
        store_plan(connection, revised, when=NOW)
        both = Plans((PlanVersion(1, NOW.date(), plan), PlanVersion(2, NOW.date(), revised)))
        for place in range(REPLACED_RETURNS):
            quarter = Quarter(2022 + place % 6 // 4, place % 4 + 1)
            when = NOW.replace(minute=place % 60, second=place // 60)
            cells = {"A-01": 30 + place, "B-02": 3 + place}
            store_return(connection, make_return(("one", "two")[place % 2], quarter, cells, first_submitted=when))
        refresh_all_rollups(connection, both)
        increment_data_version(connection)
    changed_template()
    publish_quarter(source, QUARTER, now=NOW.replace(hour=18), reason="The plan was revised.")
    engine.dispose()

    again = DataSource(open_engine(database_url))
    client = make_server(database_url, again).test_client()
    assert "Another template" in client.get("/").text
    assert hash_pages(client, again, "2023-Q2") == before
    again.engine.dispose()


def test_an_indicator_that_the_plan_dropped_keeps_its_page_in_the_next_edition(engine: Engine):
    source = store_edition_data(engine)
    plan = make_edition_plan()
    remaining = tuple(indicator for indicator in plan.indicators if indicator.code != "B-02")
    with writing(engine) as connection:
        store_plan(connection, replace(plan, indicators=remaining), when=NOW, effective=NOW.date())
        increment_data_version(connection)
    publish_quarter(source)
    paths = list_paths(source, "2023-Q2")
    assert "indicators/B-02.html" in paths and "km/indicators/B-02.html" in paths
    from etl.queries.editions import find_file

    page = find_file(source, "2023-Q2", "indicators/B-02.html").data.decode()
    assert "Retired on" in page and "version 2" in page
