"""Pages are cached per user while the data stays the same."""

import gzip
import json
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta

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
from tests.support.changed_returns import ReturnCorrections
from tests.support.command_line import CLOCK
from tests.support.page_client import PAGE_CALLBACK_ID, PAGE_OUTPUTS
from tests.support.shared_fixtures import SampleDatabase

PASSWORD = "a password of tests"
NOW = datetime.fromisoformat(CLOCK)
OVERVIEW = "/staff/overview"


@pytest.fixture(scope="module")
def sample(shared_sample: SampleDatabase, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("cache") / "sample.db"
    shutil.copyfile(shared_sample.path, path)
    engine = open_engine(f"sqlite:///{path}")
    for name, role in (("mia", Role.MANAGER), ("ofi", Role.OFFICER)):
        add_user(engine, name, role, PASSWORD, now=NOW, actor="test")
    engine.dispose()
    return f"sqlite:///{path}"


def make_app(url: str, now: datetime = NOW) -> Dash:
    return create_app(
        Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=now),
        open_data_source(url),
    )


def sign_in(app: Dash, name: str) -> FlaskClient:
    client = app.server.test_client()
    assert client.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 303
    return client


def fetch_page(client: FlaskClient, path: str = OVERVIEW, search: str = "") -> bytes:
    inputs = [
        {"id": "address", "property": name, "value": value} for name, value in (("pathname", path), ("search", search))
    ]
    body = {"output": PAGE_CALLBACK_ID, "outputs": PAGE_OUTPUTS, "inputs": inputs, "changedPropIds": []}
    cookie = client.get_cookie("csrf")
    headers = {"X-CSRFToken": cookie.value if cookie else "", "Accept-Encoding": "gzip"}
    answer = client.post("/_dash-update-component", json=body, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer.headers["Vary"]
    return gzip.decompress(answer.data)


def test_a_cached_page_equals_the_computed_page(sample):
    app = make_app(sample)
    client, of_another_app = sign_in(app, "mia"), sign_in(make_app(sample), "mia")
    for path in (OVERVIEW, "/km" + OVERVIEW, "/staff/objective/SO1", "/staff/tracking-table", "/staff/indicator/none"):
        first = fetch_page(client, path)
        assert fetch_page(client, path) == first
        assert fetch_page(of_another_app, path) == first
        assert fetch_page(client, path, "?unapproved=no") != first


def test_cached_pages_are_not_shared_between_users(sample):
    app = make_app(sample)
    path, remark_form = "/staff/indicator/SO1-01", rb"remarks\u002fSO1-01\u002f"  # Dash escapes slashes.
    of_manager, of_officer = fetch_page(sign_in(app, "mia"), path), fetch_page(sign_in(app, "ofi"), path)
    assert remark_form in of_manager and remark_form not in of_officer
    anybody = json.loads(fetch_page_signed_out(app))
    assert anybody["response"]["page-head"]["data"]["redirect"].startswith("/sign-in")


def fetch_page_signed_out(app: Dash) -> bytes:
    """Fetch the page without a session."""
    inputs = [{"id": "address", "property": "pathname", "value": OVERVIEW}, {"id": "address", "property": "search"}]
    body = {"output": PAGE_CALLBACK_ID, "outputs": PAGE_OUTPUTS, "inputs": inputs, "changedPropIds": []}
    return app.server.test_client().post("/_dash-update-component", json=body).data


def test_signing_out_ends_access_to_cached_pages(sample):
    app = make_app(sample)
    client = sign_in(app, "mia")
    fetch_page(client)
    client.post("/sign-out", data={"csrf": client.get_cookie("csrf").value})
    assert b"redirect" in fetch_page_signed_out(app)


def test_another_day_is_another_page(sample):
    today, later = make_app(sample), make_app(sample, NOW + timedelta(days=1))
    assert fetch_page(sign_in(today, "mia")) != fetch_page(sign_in(later, "mia"))


def test_the_cache_is_bounded_and_drops_old_versions_first():
    cache = PageCache(max_bytes=100)
    key = PageCacheKey(1, date(2026, 1, 1), ANONYMOUS, "/a", "", "gzip")
    for number in range(20):
        cache.set(replace(key, search=str(number)), b"x" * 30)
        assert cache.size <= 100
    assert cache.get(replace(key, search="0")) is None
    assert cache.get(replace(key, search="19")) == b"x" * 30
    cache.set(replace(key, data_version=2), b"y")
    assert cache.get(replace(key, search="19")) is None and cache.size == 1
    cache.set(replace(key, data_version=2), b"y" * 101)
    assert cache.size == 0


def test_only_pages_that_depend_on_data_alone_are_cached():
    import_modules()
    cacheable = {page.rule for page in registry.pages if page.cacheable}
    assert {OVERVIEW, "/staff/objective/<code>", "/staff/indicator/<code>", "/staff/tracking-table"} <= cacheable
    assert not [
        rule
        for rule in cacheable
        if rule.startswith("/admin") or "account" in rule or "jobs" in rule or "upload" in rule
    ]


def test_two_workers_never_show_a_stale_page(sample):
    """Two apps of one database have a cache each, as two workers do."""
    workers = [sign_in(make_app(sample), "mia") for _ in range(2)]
    engine = open_engine(sample)
    corrections = ReturnCorrections(engine)
    seen_pages: set[bytes] = set()
    for _ in range(3):
        pages = {fetch_page(worker) for _ in range(2) for worker in workers}
        assert len(pages) == 1
        assert not pages & seen_pages
        seen_pages |= pages
        corrections.correct_random_return()
    engine.dispose()
