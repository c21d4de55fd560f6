"""Repeated requests for files of editions are answered from stored responses, until the editions change."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from dashboard.access.operations import METRICS_PATH, REQUEST_ID_HEADER
from dashboard.response_cache import EditionResponseCache
from etl.queries.data_source import DataSource
from tests.support.edition_database import NOW, QUARTER, publish_quarter

STORED = (
    "/",
    "/km/",
    "/indicators/A-01.html",
    "/km/downloads.html",
    "/editions/2023-Q1/",
    "/editions/2023-Q2/indicators/A-01.csv",
    "/downloads/figures.csv",
)
NOT_STORED = ("/?x=1", "/editions", "/explore", "/search", "/no-such-page", "/sign-in", "/staff/overview", "/health")


class AppWasAskedError(Exception):
    """The request came through the cache."""


@pytest.fixture
def server(server_and_source: tuple[Flask, DataSource]) -> Flask:
    return server_and_source[0]


@pytest.fixture
def stop_app(server: Flask, monkeypatch: pytest.MonkeyPatch):
    """Return a function after which only stored responses are sent."""

    def refuse(environ, start_response):
        raise AppWasAskedError(environ["PATH_INFO"])

    assert isinstance(server.wsgi_app, EditionResponseCache)
    return lambda: monkeypatch.setattr(server.wsgi_app, "app", refuse)


def get_contents(response: TestResponse) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in response.headers if name not in (REQUEST_ID_HEADER, "Date")}
    return response.status_code, response.data, headers


@pytest.mark.parametrize("encodings", ["", "br", "gzip, deflate, br, zstd"])
def test_a_stored_response_equals_that_of_the_app(server: Flask, stop_app, encodings: str) -> None:
    client, headers = server.test_client(), {"Accept-Encoding": encodings}
    expected = {path: client.get(path, headers=headers) for path in STORED}
    # A query goes by the cache.
    assert get_contents(expected["/"]) == get_contents(client.get("/?x=1", headers=headers))
    stop_app()
    for path, response in expected.items():
        again = client.get(path, headers=headers)
        assert get_contents(again) == get_contents(response), path
        assert again.headers[REQUEST_ID_HEADER] != response.headers[REQUEST_ID_HEADER]


def test_an_unchanged_page_is_not_sent_again(server: Flask, stop_app) -> None:
    client = server.test_client()
    tag = client.get("/").headers["ETag"]
    expected = client.get("/?x=1", headers={"If-None-Match": tag})
    stop_app()
    assert get_contents(client.get("/", headers={"If-None-Match": tag})) == get_contents(expected)
    assert expected.status_code == 304
    assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_stored_responses_have_a_size_limit(server: Flask, stop_app, monkeypatch: pytest.MonkeyPatch) -> None:
    client, headers = server.test_client(), {"Accept-Encoding": "identity, size-limit"}
    sizes = {path: 2_048 + len(client.get(f"{path}?x=1", headers=headers).data) for path in STORED}
    monkeypatch.setattr("dashboard.response_cache._MAX_BYTES", sizes[STORED[-2]] + sizes[STORED[-1]])
    for path in STORED:
        client.get(path, headers=headers)
    stop_app()
    assert [client.get(path, headers=headers).status_code for path in STORED[-2:]] == [200, 200]
    for path in STORED[:-2]:
        with pytest.raises(AppWasAskedError):
            client.get(path, headers=headers)


@pytest.mark.parametrize("path", NOT_STORED)
def test_other_addresses_are_not_stored(server: Flask, stop_app, path: str) -> None:
    client = server.test_client()
    client.get(path)
    stop_app()
    with pytest.raises(AppWasAskedError):
        client.get(path)


def test_only_whole_files_that_are_asked_for_by_get_are_stored(server: Flask, stop_app) -> None:
    client = server.test_client()
    client.get("/")
    stop_app()
    for method, headers in (("HEAD", {}), ("POST", {}), ("GET", {"Range": "bytes=0-5"})):
        with pytest.raises(AppWasAskedError):
            client.open("/", method=method, headers=headers)


def test_a_new_edition_is_shown_at_once(server_and_source: tuple[Flask, DataSource]) -> None:
    server, source = server_and_source
    client = server.test_client()
    newest = [client.get("/").headers["X-Edition"] for _ in range(2)]
    publish_quarter(source, QUARTER, reason="A word was wrong.", now=NOW + timedelta(hours=3))
    assert newest == ["2023-Q2", "2023-Q2"] and client.get("/").headers["X-Edition"] == "2023-Q2-r2"


def test_stored_responses_are_counted_like_others(server: Flask) -> None:
    client = server.test_client()

    def count_requests() -> float:
        lines = client.get(METRICS_PATH).text.splitlines()
        (line,) = [
            line for line in lines if line.startswith('cardec_requests_total{method="GET",route="/",status="200"}')
        ]
        return float(line.rpartition(" ")[2])

    client.get("/")
    before = count_requests()
    for _ in range(3):
        client.get("/")
    assert count_requests() == before + 3
