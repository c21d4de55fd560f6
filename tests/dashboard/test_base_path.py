"""Test that the public pages work behind a real nginx, at the root of a host and below a path."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server

from dashboard.app import create_app
from etl.settings import Settings
from tests.dashboard.app_constants import PASSWORD
from tests.dashboard.conftest import open_staffed_app
from tests.support.edition_database import NOW
from tests.support.nginx import needs_nginx, run_nginx_with
from tests.support.site_crawler import Answer, Fetch, SiteCrawler

BASE_PATH = "/cardec"
START_PATHS = (
    "/",
    "/km/",
    "/robots.txt",
    "/sitemap.xml",
    "/feed",
    "/api/v1/editions",
    "/explore",
    "/km/embed/A-01/code",
)
SITE = """
upstream cardec {{ server 127.0.0.1:{app_port}; }}
server {{
    listen 127.0.0.1:{port};
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header Host $http_host;
    location {location}/ {{ proxy_pass http://cardec{target}; }}
}}
"""


def make_site(app_port: int, location: str, target: str, port: int) -> str:
    """Return a configuration that sends a location to the app, as it came or with the path of `target`."""
    return SITE.format(app_port=app_port, location=location, target=target, port=port)


class QuietHandler(WSGIRequestHandler):
    """Logs no requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def serve(server: Flask) -> Iterator[int]:
    """Serve the app in a thread and yield its port."""
    running = make_server("127.0.0.1", 0, server, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield running.server_port
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


@contextmanager
def connect(origin: str) -> Iterator[Fetch]:
    """Yield a function that sends requests through one connection."""
    connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=120)

    def fetch(address: str, content: dict[str, Any] | None) -> Answer:
        headers = {"Content-Type": "application/json"} if content is not None else {}
        body = None if content is None else json.dumps(content)
        connection.request("GET" if content is None else "POST", address, body, headers)
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    with closing(connection):
        yield fetch


@needs_nginx
@pytest.mark.parametrize(
    ("base_path", "target"), [("", ""), (BASE_PATH, ""), (BASE_PATH, "/")], ids=["root", "path kept", "path removed"]
)
def test_everything_that_public_pages_name_is_below_the_base_path_behind_nginx(
    server_and_source, tmp_path: Path, is_soak: bool, base_path: str, target: str
) -> None:
    _, source = server_and_source
    secret = "a secret of tests only, long enough"
    settings = Settings(secret_key=secret, fixed_now=NOW, base_path=base_path, proxies=1)
    with (
        serve(create_app(settings, source).server) as app_port,
        run_nginx_with(
            tmp_path / "nginx", partial(make_site, app_port, base_path, target), base_path=base_path
        ) as origin,
        connect(origin) as fetch,
    ):
        # Staff pages and sign-in are tested below; robots.txt names prefixes that are no pages.
        crawler = SiteCrawler(origin, base_path, fetch, ignored=("/staff", "/admin"), max_queries=3)
        crawler.max_per_kind = 0 if is_soak else 1
        crawler.crawl(*START_PATHS)
        assert not crawler.faults, "\n".join(crawler.faults)
    kinds = set(crawler.visited.values())
    assert kinds >= {"text/html", "text/css", "text/javascript", "application/json", "text/csv", "image/svg+xml"}
    for folder in ("/embed/", "/km/embed/", "/editions/2023-Q1/km/indicators/", "/indicators/", "/static/", "/assets/"):
        assert any(address.startswith(base_path + folder) for address in crawler.visited), folder


def test_everything_that_staff_pages_name_is_below_the_base_path(
    private_database, tmp_path: Path, now: datetime, is_soak: bool
) -> None:
    for app in open_staffed_app(private_database[0], tmp_path / "app.db", now, base_path=BASE_PATH):
        client = app.app.server.test_client()
        form = {"name": "administrator", "password": PASSWORD, "next": f"{BASE_PATH}/staff/overview"}
        answer = client.post(f"{BASE_PATH}/sign-in", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{BASE_PATH}/staff/overview")
        assert client.get_cookie("session", path=f"{BASE_PATH}/") is not None

        def fetch(address: str, content: dict[str, Any] | None, client: FlaskClient = client) -> Answer:
            response = client.get(address) if content is None else client.post(address, json=content)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, response.data)

        crawler = SiteCrawler("http://localhost", BASE_PATH, fetch, max_queries=2, max_pages=0 if is_soak else 50)
        crawler.crawl("/staff/overview", "/km/staff/overview", "/staff/account", "/staff/returns")
        assert not crawler.faults, "\n".join(crawler.faults)
        assert len(crawler.visited) > 50
        anonymous = app.app.server.test_client().get(f"{BASE_PATH}/km/staff/sites?period=2026")
        assert (
            anonymous.headers["Location"] == f"{BASE_PATH}/km/sign-in?next={BASE_PATH}/km/staff/sites%3Fperiod%3D2026"
        )
        assert app.app.server.test_client().get(BASE_PATH).headers["Location"] == f"{BASE_PATH}/"
