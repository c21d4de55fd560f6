"""Answers are kept ready while nothing changes, for the one who asked, and never shown after a change."""

import gzip
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.access.permissions import ANONYMOUS
from dashboard.access.registry import registry
from dashboard.app import create_app, import_modules
from dashboard.page_cache import PageCache, PageCacheKey
from etl.database.connection import open_engine
from etl.indicators.vocabulary import Role
from etl.queries.data_source import open_data_source
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from tests.browser.chromium import serve_app
from tests.support.changed_returns import ReturnCorrections
from tests.support.command_line import CLOCK
from tests.support.page_client import PAGE_CALLBACK_ID, PageClient
from tests.support.shared_fixtures import SampleDatabase

PASSWORD = "a password of tests"
NOW = datetime.fromisoformat(CLOCK)
OVERVIEW = "/staff/overview"


@pytest.fixture(scope="module")
def sample(shared_sample: SampleDatabase, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("kept") / "sample.db"
    shutil.copyfile(shared_sample.path, path)
    engine = open_engine(f"sqlite:///{path}")
    for name, role in (("mia", Role.MANAGER), ("ofi", Role.OFFICER)):
        add_user(engine, name, role, PASSWORD, now=NOW, actor="test")
    engine.dispose()
    return f"sqlite:///{path}"


def an_app(url: str, now: datetime = NOW) -> Dash:
    return create_app(
        Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=now),
        open_data_source(url),
    )


def signed_in(app: Dash, name: str) -> FlaskClient:
    client = app.server.test_client()
    assert client.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 303
    return client


def ask_page(client: FlaskClient, path: str = OVERVIEW, search: str = "") -> bytes:
    inputs = [
        {"id": "address", "property": name, "value": value} for name, value in (("pathname", path), ("search", search))
    ]
    outputs = [{"id": "page", "property": "children"}, {"id": "page-head", "property": "data"}]
    body = {"output": PAGE_CALLBACK_ID, "outputs": outputs, "inputs": inputs, "changedPropIds": []}
    cookie = client.get_cookie("csrf")
    headers = {"X-CSRFToken": cookie.value if cookie else "", "Accept-Encoding": "gzip"}
    answer = client.post("/_dash-update-component", json=body, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer.headers["Vary"]
    return gzip.decompress(answer.data)


def test_a_kept_answer_is_the_one_that_is_computed(sample):
    app = an_app(sample)
    client = signed_in(app, "mia")
    for path in (OVERVIEW, "/km" + OVERVIEW, "/staff/objective/SO1", "/staff/tracking-table", "/staff/indicator/none"):
        first = ask_page(client, path)
        assert ask_page(client, path) == first
        assert ask_page(signed_in(an_app(sample), "mia"), path) == first
        assert ask_page(client, path, "?unapproved=no") != first


def test_nobody_gets_what_was_kept_for_somebody_else(sample):
    app = an_app(sample)
    of_manager, of_officer = ask_page(signed_in(app, "mia")), ask_page(signed_in(app, "ofi"))
    assert b'"mia"' in of_manager and b'"mia"' not in of_officer
    anybody = json.loads(ask_page_plainly(app))
    assert anybody["response"]["page-head"]["data"]["redirect"].startswith("/sign-in")


def ask_page_plainly(app: Dash) -> bytes:
    """Without any session."""
    inputs = [{"id": "address", "property": "pathname", "value": OVERVIEW}, {"id": "address", "property": "search"}]
    outputs = [{"id": "page", "property": "children"}, {"id": "page-head", "property": "data"}]
    body = {"output": PAGE_CALLBACK_ID, "outputs": outputs, "inputs": inputs, "changedPropIds": []}
    return app.server.test_client().post("/_dash-update-component", json=body).data


def test_signing_out_ends_what_was_kept(sample):
    app = an_app(sample)
    client = signed_in(app, "mia")
    ask_page(client)
    client.post("/sign-out", data={"csrf": client.get_cookie("csrf").value})
    assert b"redirect" in ask_page_plainly(app)


def test_another_day_is_another_answer(sample):
    today, later = an_app(sample), an_app(sample, NOW + timedelta(days=1))
    assert ask_page(signed_in(today, "mia")) != ask_page(signed_in(later, "mia"))


def test_what_is_kept_is_bounded_and_old_versions_go_first():
    kept = PageCache(max_bytes=100)
    key = PageCacheKey(1, date(2026, 1, 1), ANONYMOUS, "/a", "")
    for number in range(20):
        kept.set(replace(key, search=str(number)), b"x" * 30)
        assert kept.size <= 100
    assert kept.get(replace(key, search="0")) is None
    assert kept.get(replace(key, search="19")) == b"x" * 30
    kept.set(replace(key, data_version=2), b"y")
    assert kept.get(replace(key, search="19")) is None and kept.size == 1
    kept.set(replace(key, data_version=2), b"y" * 101)
    assert kept.size == 0


def test_only_pages_that_hang_on_the_data_alone_are_kept():
    import_modules()
    kept = {page.rule for page in registry.pages if page.cacheable}
    assert {OVERVIEW, "/staff/objective/<code>", "/staff/indicator/<code>", "/staff/tracking-table"} <= kept
    assert not [one for one in kept if one.startswith("/admin") or "account" in one or "jobs" in one or "upload" in one]


def test_two_workers_never_show_an_answer_from_before_a_change(sample, tmp_path: Path):
    with serve_app(sample, tmp_path / "log", CLOCK=CLOCK) as origin, ThreadPoolExecutor(8) as pool:
        askers = [PageClient(origin).sign_in("mia", PASSWORD) for _ in range(8)]
        engine = open_engine(sample)
        change = ReturnCorrections(engine)

        def ask_all() -> set[bytes]:
            """Each through a new connection, so that both workers answer."""
            for asker in askers:
                asker.disconnect()
            found = {answer for _ in range(3) for answer in pool.map(lambda one: one.page(OVERVIEW), askers)}
            for asker in askers:
                asker.disconnect()
            return found

        shown: set[bytes] = set()
        for _ in range(4):
            now = ask_all()
            assert len(now) == 1
            assert not now & shown
            shown |= now
            change.correct_random_return()
        engine.dispose()
