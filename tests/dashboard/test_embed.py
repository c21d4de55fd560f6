"""Test the charts that other sites show in a frame."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.dashboard.app_constants import PASSWORD
from tests.support.edition_database import NOW as PUBLISHED_AT
from tests.support.edition_database import UNPUBLISHED_NUMBER


@pytest.fixture
def client(server_and_source):
    return server_and_source[0].test_client()


@pytest.fixture
def code(client) -> str:
    match = re.search(r'href="indicators/([^"]+)\.html"', client.get("/").text)
    assert match
    return match[1]


@pytest.mark.parametrize("prefix", ["", "/km"])
def test_an_embedded_chart_names_its_edition_and_runs_no_script(client, code: str, prefix: str) -> None:
    response = client.get(f"{prefix}/embed/{code}")
    assert response.status_code == 200
    assert (
        "<svg" in response.text
        and "CARDEC" in response.text
        and "2023-Q2" in response.text
        and "<script" not in response.text
    )
    assert f'lang="{prefix[1:] or "en"}"' in response.text
    assert str(UNPUBLISHED_NUMBER) not in response.text


def test_an_embedded_chart_may_be_framed_by_any_site_and_no_other_page_may(client, code: str) -> None:
    headers = client.get(f"/embed/{code}").headers
    assert "frame-ancestors *" in headers["Content-Security-Policy"]
    assert (
        "script-src" not in headers["Content-Security-Policy"]
        and "default-src 'none'" in headers["Content-Security-Policy"]
    )
    assert "X-Frame-Options" not in headers
    for address in ("/", f"/embed/{code}/code", f"/indicators/{code}", "/sign-in", "/explore", "/embed/no-such-code"):
        headers = client.get(address).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], address
        assert headers["X-Frame-Options"] == "DENY", address


def test_the_code_to_copy_frames_the_chart_at_its_full_address(client, code: str) -> None:
    page = client.get(f"/embed/{code}/code")
    source = re.search(r"&lt;iframe src=&#34;([^&]+)&#34;", page.text)
    assert source and source[1] == f"http://localhost/embed/{code}"


def test_a_code_that_the_newest_edition_does_not_have_is_not_found(client) -> None:
    for address in ("/embed/no-such-code", "/embed/no-such-code/code"):
        assert client.get(address).status_code == 404


def list_addresses(server: Flask, code: str) -> list[tuple[str, str]]:
    """Return each rule that answers to GET, with an address of it."""
    values = {"edition": "2023-Q2", "first": "indicators", "second": f"{code}.html", "third": "nothing"}
    rules = [rule for rule in server.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [
        (rule.rule, re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values.get(match[1], code), rule.rule)) for rule in rules
    ]


@pytest.fixture
def administrator(server_and_source):
    """Return a client of somebody who may open every address."""
    server, source = server_and_source
    add_user(source.engine, "chief", Role.ADMINISTRATOR, PASSWORD, now=PUBLISHED_AT, actor="test")
    client = server.test_client()
    assert client.post("/sign-in", data={"name": "chief", "password": PASSWORD}).status_code == 303
    return client


@pytest.mark.parametrize("visitor", ["client", "administrator"])
def test_of_all_addresses_only_embedded_charts_may_be_framed(request, visitor: str, code: str) -> None:
    client: FlaskClient = request.getfixturevalue(visitor)
    framed = set()
    for rule, address in list_addresses(client.application, code):
        response = client.get(address)
        if (response.mimetype or "").startswith(("text/css", "text/javascript", "application/javascript", "font/")):
            continue
        policy = response.headers.get("Content-Security-Policy", "")
        if "frame-ancestors 'none'" not in policy or response.headers.get("X-Frame-Options") != "DENY":
            framed.add(rule)
    assert framed == {"/embed/<code>", "/km/embed/<code>"}
