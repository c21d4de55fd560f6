"""A public-only server has public modules, routes and callbacks only, and needs to read editions only."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from etl.database.connection import migrate, open_engine
from tests.browser.chromium import SECRET, serve_app
from tests.support.edition_database import publish_quarter, store_edition_data

PUBLIC_TABLES = ("edition", "edition_figure", "edition_file")
PROBE = """
import json, sys
from dashboard.app import create_app
from etl.queries.data_source import open_data_source
from etl.settings import read_settings
settings = read_settings()
app = create_app(settings, open_data_source(settings.database_url))
registry = app.server.extensions["registry"]
print(json.dumps({
    "unneeded": sorted({"pandas", "pyarrow"}.intersection(sys.modules)),
    "modules": sorted(name for name in sys.modules if name.startswith(("dashboard", "etl"))),
    "callbacks": {key: str(registry.callback_permissions[key]) for key in app.callback_map},
    "routes": sorted(str(rule) for rule in app.server.url_map.iter_rules()),
    "pages": [page.rule for page in registry.pages],
}))
"""
UNKNOWN = ("/staff/overview", "/km/admin/users", "/sign-in", "/nothing", "/indicators/Z-9", "/editions/2001-Q1/")
STAFF_WORDS = ("/staff/", "/admin/", "sign-in", "Sign in", "set-password", "Upload", "audit")


def environment(url: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**inherited, "DATABASE_URL": url, "SECRET_KEY": SECRET, "PUBLIC_ONLY": "1"}


def ask(address: str) -> tuple[int, str, str, str]:
    """Return status, text, cookies and final address of a response, after redirects."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            text_of = answer.read().decode("utf-8", "replace")
            return answer.status, text_of, answer.headers.get("Set-Cookie", ""), answer.url
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace"), error.headers.get("Set-Cookie", ""), address


@pytest.fixture
def published(tmp_path: Path) -> str:
    """Return the read-only URL of a database with an edition."""
    path = tmp_path / "donors.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    publish_quarter(store_edition_data(engine))
    engine.dispose()
    return f"sqlite:///file:{path}?mode=ro&uri=true"


@pytest.fixture
def select_only(postgres_url: str) -> Iterator[str]:
    """Yield the URL of a PostgreSQL database for a user who may only read the edition tables."""
    engine = open_engine(postgres_url)
    publish_quarter(store_edition_data(engine))
    name = f"donor_{make_url(postgres_url).database}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        for table in PUBLIC_TABLES:
            connection.execute(text(f"GRANT SELECT ON {table} TO {name}"))
    yield make_url(postgres_url).set(username=name).render_as_string(hide_password=False)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))
    engine.dispose()


def test_a_public_only_server_has_public_modules_routes_and_callbacks_only(published: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], env=environment(published), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    pages = {name for name in report["modules"] if name.startswith(("dashboard.pages.", "dashboard.callbacks."))}
    callbacks = {f"dashboard.callbacks.{name}" for name in ("router", "explore", "drill_down")}
    assert pages <= {"dashboard.pages.explore", *callbacks}
    assert not [name for name in report["modules"] if name.startswith("dashboard.documents.")]
    assert set(report["callbacks"].values()) <= {"public"}
    assert set(report["pages"]) <= {"/explore"}
    assert report["unneeded"] == []
    private = [rule for rule in report["routes"] if re.search(r"staff|admin|sign|password", rule)]
    assert private == []


def crawl(origin: str) -> dict[str, str]:
    """Follow all links from the first page and return the texts by path."""
    waiting, texts = ["/", "/km/", "/editions", "/feed"], {}
    while waiting:
        path = waiting.pop()
        if path in texts:
            continue
        status, text_of_page, cookie, address_of_page = ask(origin + path)
        assert status == 200, f"{path}: {status}"
        assert not cookie, f"{path} sets a cookie"
        texts[path] = text_of_page
        if "<html" in text_of_page[:200]:
            for link in re.findall(r'<a [^>]*href="([^"#]+)"', text_of_page):
                address = urllib.parse.urljoin(address_of_page, link)
                if address.startswith(origin) and "/explore" not in address:
                    waiting.append(address.removeprefix(origin))
    return texts


@pytest.mark.parametrize(
    "kind",
    [pytest.param("sqlite", marks=pytest.mark.soak), pytest.param("postgres", marks=pytest.mark.postgres)],
)
def test_public_pages_need_to_read_editions_only(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """In `make test` on the database that refuses everything else to the server's user."""
    url = request.getfixturevalue("published" if kind == "sqlite" else "select_only")
    with serve_app(url, tmp_path / "log", PUBLIC_ONLY="1") as origin:
        pages = crawl(origin)
        assert len(pages) > 40 and "/km/indicators/A-01.html" in pages
        staff_words = {
            path: [word for word in STAFF_WORDS if word in page] for path, page in pages.items() if "<html" in page
        }
        assert {path: words for path, words in staff_words.items() if words} == {}
        for path in UNKNOWN:
            status, page, cookie = ask(origin + path)[:3]
            assert (status, cookie) == (404, "") and "sign-in" not in page, path
        assert ask(f"{origin}/health")[1] == "ok"


def test_a_public_only_server_without_editions_says_that_nothing_is_published(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    migrate(engine)
    engine.dispose()
    url = f"sqlite:///file:{tmp_path / 'empty.db'}?mode=ro&uri=true"
    with serve_app(url, tmp_path / "log", PUBLIC_ONLY="1") as origin:
        status, page, _, _ = ask(f"{origin}/")
        assert status == 200 and "No plan or results have been published yet." in page
        assert ask(f"{origin}/editions")[0] == 200
