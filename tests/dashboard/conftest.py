"""A server with a plan, a person per role, and one page and callback of each permission besides the real ones."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

import pytest
from dash import Dash, Input, Output, html
from flask.testing import FlaskClient

from dashboard.access.registry import Registry, registry
from dashboard.app import create_app, import_modules
from etl.indicators.vocabulary import Role
from etl.queries.data_source import DataSource, open_data_source
from etl.settings import CAMBODIA, Settings
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import load_plan
from tests.dashboard.app_constants import PASSWORD, PRIVATE
from tests.dashboard.populated_app import World, make_own_things

NOW = datetime(2025, 10, 1, 9, 0, tzinfo=CAMBODIA)
PEOPLE = {"officer": Role.OFFICER, "manager": Role.MANAGER, "administrator": Role.ADMINISTRATOR}
TEST_PERMISSIONS = ("staff", "manage", "administer")
LARGE = 400_000
"""How many bytes the one route takes that says so; all others take what is usual."""


@dataclass
class Office:
    """One server and those who use it."""

    app: Dash
    source: DataSource
    settings: Settings
    registry: Registry

    def visitor(self, name: str | None = None) -> FlaskClient:
        """A browser, signed in under the name or nobody's; its callbacks carry its token."""
        client = self.app.server.test_client()
        if name:
            answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client

    def call(self, client: FlaskClient, key: str, *values: object, token: str | None = None, **headers: str):
        """What a callback answers. The token is the browser's own unless another is given.

        The values are those of its Inputs and then of its States; what is left out is null.
        """
        cookie = client.get_cookie("csrf")
        sent = token if token is not None else (cookie.value if cookie else "")
        known = self.app.callback_map.get(key, {"inputs": [{"id": "in", "property": "value"}], "state": []})
        wanted = zip_longest([*known["inputs"], *known["state"]], values)
        filled = [{**(one or known["inputs"][0]), "value": value} for one, value in wanted]
        count = len(known["inputs"])
        body = {"output": key, "outputs": _outputs(key), "inputs": filled[:count], "state": filled[count:]}
        body["changedPropIds"] = []
        return client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": sent, **headers})


@pytest.fixture(scope="session")
def staffed_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a plan and a person per role, which each test gets a copy of."""
    path = tmp_path_factory.mktemp("office") / "staffed.db"
    source = open_data_source(f"sqlite:///{path}")
    source.ensure_schema()
    for name, role in PEOPLE.items():
        add_user(source.engine, name, role, PASSWORD, now=NOW, actor="test")
    load_plan(source.engine, Path(__file__).resolve().parents[1] / "plans" / "other", actor="test", now=NOW)
    # The last connection to close writes everything from the log into the file.
    source.engine.dispose()
    return path


@pytest.fixture
def office(tmp_path: Path, staffed_database: Path, now: datetime) -> Iterator[Office]:
    yield from open_office(staffed_database, tmp_path / "office.db", now)


def open_office(database: Path, copy: Path, now: datetime) -> Iterator[Office]:
    """A server of a copy of the database."""
    shutil.copyfile(database, copy)
    url = f"sqlite:///{copy}"
    source = open_data_source(url)
    settings = Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=now)
    app = create_app(settings, source, with_test_pages())
    yield Office(app, source, settings, app.server.extensions["registry"])
    source.engine.dispose()


@pytest.fixture(scope="session")
def own_things(tmp_path_factory: pytest.TempPathFactory, staffed_database: Path) -> tuple[Path, dict[str, object]]:
    """The database with things of one site and one person in it, and what they are called in addresses."""
    path = tmp_path_factory.mktemp("own") / "own.db"
    shutil.copyfile(staffed_database, path)
    source = open_data_source(f"sqlite:///{path}")
    now = datetime(2026, 11, 23, 9, 0, tzinfo=CAMBODIA)
    names = make_own_things(source, Settings(fixed_now=now), now)
    source.engine.dispose()
    return path, names


@pytest.fixture
def world(tmp_path: Path, own_things: tuple[Path, dict[str, object]], now: datetime) -> Iterator[World]:
    """An office with somebody of each kind, and things that others must not reach."""
    database, names = own_things
    for office in open_office(database, tmp_path / "world.db", now):
        yield World(office, names)


def with_test_pages() -> Registry:
    """The real pages and callbacks, and one of each permission that holds the private words."""
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
    declared.route("/staff/file-large", permission="staff", methods=("POST",), max_content_length=LARGE)(
        lambda request: PRIVATE
    )
    return declared


def _outputs(key: str) -> object:
    def one(text: str) -> dict[str, str]:
        component, _, prop = text.rpartition(".")
        return {"id": component, "property": prop}

    if key.startswith(".."):
        return [one(text) for text in key.strip(".").split("...")]
    return one(key)
