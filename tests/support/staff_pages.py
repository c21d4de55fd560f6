"""Pages of a database from the page callback, without a server and a browser."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from etl.indicators.plans import Plan
from etl.queries.data_source import open_data_source
from etl.settings import Settings
from tests.support.command_line import CLOCK, CommandLine
from tests.support.manager_account import MANAGER, PASSWORD
from tests.support.page_content import PageContent, make_document, parse_content
from tests.support.rendered_pages import fetch_children

SECRET = "a secret of tests only, long enough"


@dataclass(frozen=True)
class StaffPages:
    """The app with a signed-in manager, the command line of its database, and its plan."""

    client: FlaskClient
    anonymous: FlaskClient
    run: CommandLine
    plan: Plan

    def read(self, address: str) -> PageContent:
        """Return the tables, charts and facts of a page."""
        return parse_content(fetch_children(self.client, address))

    def fetch_document(self, address: str) -> Any:
        """Return a page as an HTML document of lxml, without charts."""
        return fetch_document(self.client, address)


def fetch_document(client: FlaskClient, address: str) -> Any:
    """Return a page as an HTML document of lxml, without charts."""
    return make_document(fetch_children(client, address))


def read_text(document: Any) -> str:
    """Return the text of an HTML document with single spaces."""
    return " ".join(document.text_content().split())


@contextlib.contextmanager
def open_app(database: Path) -> Iterator[Flask]:
    """Yield the app on a database."""
    url = f"sqlite:///{database}"
    source = open_data_source(url)
    settings = Settings(database_url=url, secret_key=SECRET, fixed_now=datetime.fromisoformat(CLOCK))
    yield create_app(settings, source).server
    source.engine.dispose()


@contextlib.contextmanager
def open_staff_pages(database: Path, plan: Plan) -> Iterator[StaffPages]:
    """Yield the pages of a database with the manager's account."""
    with open_app(database) as app:
        client = app.test_client()
        answer = client.post("/sign-in", data={"name": MANAGER, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        yield StaffPages(client, app.test_client(), CommandLine(f"sqlite:///{database}"), plan)
