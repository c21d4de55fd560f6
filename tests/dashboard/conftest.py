"""Fixtures: an app with a plan, a user per role, and a test page, route and callback per permission."""

import json
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from dash import Dash, Input, Output, html
from flask.testing import FlaskClient

from dashboard.access.registry import Registry, registry
from dashboard.app import create_app, import_modules
from etl.database.authorization import COMMAND_LINE
from etl.database.connection import migrate, open_engine
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Role
from etl.queries.data_source import DataSource, open_data_source
from etl.settings import CAMBODIA, Settings
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import load_plan
from tests.dashboard.app_constants import PASSWORD, PRIVATE
from tests.dashboard.populated_app import PopulatedApp, create_private_data
from tests.dashboard.returns_app import ReturnsApp
from tests.support.builders import make_return
from tests.support.command_line import CLOCK
from tests.support.edition_database import NOW as PUBLISHED_AT
from tests.support.edition_database import QUARTER, UNPUBLISHED_NUMBER, publish_quarter, store_edition_data
from tests.support.shared_fixtures import SharedFolders

NOW = datetime(2025, 10, 1, 9, 0, tzinfo=CAMBODIA)
PEOPLE = {"officer": Role.OFFICER, "manager": Role.MANAGER, "administrator": Role.ADMINISTRATOR}
TEST_PERMISSIONS = ("staff", "manage", "administer")
LARGE_ROUTE_BYTES = 400_000
"""The request size limit of one test route; all others have the default."""


@dataclass
class StaffedApp:
    """An app with a user per role, and clients for it."""

    app: Dash
    source: DataSource
    settings: Settings
    registry: Registry

    def make_client(self, name: str | None = None) -> FlaskClient:
        """Return a client, signed in as the user or anonymous."""
        client = self.app.server.test_client()
        if name:
            answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client

    def call_callback(self, client: FlaskClient, key: str, *values: object, token: str | None = None, **headers: str):
        """Call a callback with the values of its Inputs and then its States; missing ones are null.

        The request carries the client's CSRF token unless another one is given.
        """
        cookie = client.get_cookie("csrf")
        csrf = token if token is not None else (cookie.value if cookie else "")
        callback = self.app.callback_map.get(key, {"inputs": [{"id": "in", "property": "value"}], "state": []})
        inputs = zip_longest([*callback["inputs"], *callback["state"]], values)
        values_of_inputs = [{**(component or callback["inputs"][0]), "value": value} for component, value in inputs]
        count = len(callback["inputs"])
        body = {
            "output": key,
            "outputs": _make_outputs(key),
            "inputs": values_of_inputs[:count],
            "state": values_of_inputs[count:],
        }
        body["changedPropIds"] = []
        return client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": csrf, **headers})


@pytest.fixture(scope="session")
def staffed_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a database with a plan and a user per role. Every test gets a copy."""
    path = tmp_path_factory.mktemp("staffed") / "staffed.db"
    source = open_data_source(f"sqlite:///{path}")
    source.ensure_schema()
    for name, role in PEOPLE.items():
        add_user(source.engine, name, role, PASSWORD, now=NOW, actor="test")
    load_plan(source.engine, Path(__file__).resolve().parents[1] / "plans" / "other", actor=COMMAND_LINE, now=NOW)
    # Closing the last connection writes the write-ahead log into the file.
    source.engine.dispose()
    return path


@pytest.fixture(scope="session")
def returns_database(tmp_path_factory: pytest.TempPathFactory, staffed_database: Path) -> Path:
    """Create the same database with an officer of each of two sites. Every test gets a copy."""
    path = Path(shutil.copyfile(staffed_database, tmp_path_factory.mktemp("returns") / "returns.db"))
    engine = open_engine(f"sqlite:///{path}")
    for name, site in (("one", "01"), ("two", "N-2")):
        add_user(engine, name, Role.OFFICER, PASSWORD, [site], now=NOW, actor="test")
    engine.dispose()
    return path


@pytest.fixture
def returns_app(tmp_path, returns_database, now) -> Iterator[ReturnsApp]:
    for staffed_app in open_staffed_app(returns_database, tmp_path / "app.db", now):
        yield ReturnsApp(staffed_app)


@pytest.fixture
def staffed_app(tmp_path: Path, staffed_database: Path, now: datetime) -> Iterator[StaffedApp]:
    yield from open_staffed_app(staffed_database, tmp_path / "app.db", now)


@pytest.fixture(scope="module")
def shared_staffed_app(tmp_path_factory: pytest.TempPathFactory, staffed_database: Path) -> Iterator[StaffedApp]:
    """Yield an app for the tests of a file that only read."""
    copy = tmp_path_factory.mktemp("shared") / "app.db"
    yield from open_staffed_app(staffed_database, copy, datetime.fromisoformat(CLOCK))


def open_staffed_app(database: Path, copy: Path, now: datetime, **settings_fields: Any) -> Iterator[StaffedApp]:
    """Serve a copy of the database, with more settings if given."""
    shutil.copyfile(database, copy)
    url = f"sqlite:///{copy}"
    source = open_data_source(url)
    secret = "a secret of tests only, long enough"
    settings = Settings(database_url=url, secret_key=secret, fixed_now=now, **settings_fields)
    app = create_app(settings, source, make_test_registry())
    yield StaffedApp(app, source, settings, app.server.extensions["registry"])
    source.engine.dispose()


@pytest.fixture(scope="session")
def private_database(shared_folders: SharedFolders, staffed_database: Path) -> tuple[Path, dict[str, object]]:
    """Create the database with private data, and return its path and the values for address templates."""

    def fill(folder: Path) -> None:
        path = shutil.copyfile(staffed_database, folder / "own.db")
        source = open_data_source(f"sqlite:///{path}")
        now = datetime(2026, 11, 23, 9, 0, tzinfo=CAMBODIA)
        names = create_private_data(source, Settings(fixed_now=now), now)
        source.engine.dispose()
        (folder / "names.pickle").write_bytes(pickle.dumps(names))

    folder = shared_folders("private", fill)
    return folder / "own.db", pickle.loads((folder / "names.pickle").read_bytes())


@pytest.fixture
def populated_app(
    tmp_path: Path, private_database: tuple[Path, dict[str, object]], now: datetime
) -> Iterator[PopulatedApp]:
    """Yield the app with data of one site and one person that others must not reach."""
    database, names = private_database
    for staffed_app in open_staffed_app(database, tmp_path / "populated.db", now):
        yield PopulatedApp(staffed_app, names)


@pytest.fixture(scope="module")
def shared_populated_app(
    tmp_path_factory: pytest.TempPathFactory, private_database: tuple[Path, dict[str, object]]
) -> Iterator[PopulatedApp]:
    """Yield the app with private data for the tests of a file that only read."""
    database, names = private_database
    copy = tmp_path_factory.mktemp("shared") / "populated.db"
    for staffed_app in open_staffed_app(database, copy, datetime.fromisoformat(CLOCK)):
        yield PopulatedApp(staffed_app, names)


def make_test_registry() -> Registry:
    """Return the real registry with test pages, routes and callbacks per permission that show the private text."""
    import_modules()
    declared = registry.copy()
    for permission in TEST_PERMISSIONS:
        declared.page(f"/staff/test-{permission}", title=f"{PRIVATE} ({permission})", permission=permission)(
            lambda request: html.P(PRIVATE)
        )
        declared.page(f"/staff/test-{permission}/<code>", title=PRIVATE, permission=permission)(
            lambda request: html.P(PRIVATE)
        )
        declared.callback(
            Output(f"test-{permission}", "children"), Input(f"in-{permission}", "value"), permission=permission
        )(lambda value: PRIVATE)
        declared.route(f"/staff/file-{permission}", permission=permission, methods=("GET", "POST"))(
            lambda request: PRIVATE
        )
    declared.route("/staff/file-large", permission="staff", methods=("POST",), max_content_length=LARGE_ROUTE_BYTES)(
        lambda request: PRIVATE
    )
    return declared


def _make_outputs(key: str) -> object:
    def make_output(text: str) -> dict[str, object]:
        component, _, prop = text.rpartition(".")
        return {"id": json.loads(component) if component.startswith("{") else component, "property": prop}

    if key.startswith(".."):
        return [make_output(text) for text in key.strip(".").split("...")]
    return make_output(key)


@pytest.fixture(scope="module")
def server_and_source(shared_folders: SharedFolders, tmp_path_factory: pytest.TempPathFactory):
    """Return a server with an older, a replaced and the newest edition."""
    stored = shared_folders("editions", _fill_with_editions) / "editions.db"
    url = f"sqlite:///{shutil.copyfile(stored, tmp_path_factory.mktemp('editions') / 'editions.db')}"
    source = open_data_source(url)
    settings = Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=PUBLISHED_AT)
    yield create_app(settings, source).server, source
    source.engine.dispose()


def _fill_with_editions(folder: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'editions.db'}")
    migrate(engine)
    pending = make_return("two", "2022Q3", {"A-01": UNPUBLISHED_NUMBER, "B-02": UNPUBLISHED_NUMBER}, approved=False)
    source = store_edition_data(engine, extra_returns=[pending])
    # At this hour of the night the day in Cambodia is the one after the day in UTC.
    publish_quarter(source, Quarter(2023, 1), now=PUBLISHED_AT.replace(hour=2))
    publish_quarter(source, Quarter(2023, 1), reason="A word was wrong.", now=PUBLISHED_AT + timedelta(hours=1))
    publish_quarter(source, QUARTER, now=PUBLISHED_AT + timedelta(hours=2))
    # Closing the last connection writes the write-ahead log into the file.
    engine.dispose()
