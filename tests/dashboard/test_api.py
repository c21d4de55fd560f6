"""Test the API against its own OpenAPI description with random requests, and its filters against the whole."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from etl.database.rate_limit import LIMITS
from etl.exports.live_figures import LIVE_PATH
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.api_tokens import make_api_token
from etl.use_cases.accounts.users import add_user
from tests.dashboard.app_constants import PASSWORD
from tests.support.edition_database import QUARTER, publish_quarter

DESCRIPTION = "/api/v1/openapi.json"
NEWEST, LATEST = "/api/v1/editions/2023-Q2/figures", "/api/v1/editions/latest/figures"
FIGURES = "GET /api/v1/editions/{id}/figures"
LIVE = f"GET {LIVE_PATH}"
OPERATIONS = ("GET /api/v1/editions", FIGURES, f"{FIGURES}.csv", LIVE, f"{LIVE}.csv")
EDITIONS = ("latest", "2023-Q2", "2023-Q1-r2", "2023-Q1", "2020-Q1")
KNOWN_VALUES = {
    "indicator": ("A-01", "A-02", "B-01", "B-02"),
    "objective": ("A", "B"),
    "site": ("", "one", "two"),
    "year": ("2022", "2023", "plan"),
    "part": ("", "sex/women", "type/staff", "type/firm"),
}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture(scope="module", params=["server with editions", "server without editions"])
def server_and_token(request: pytest.FixtureRequest) -> tuple[Flask, str]:
    """Return a server and an API token of a manager."""
    if request.param == "server with editions":
        server, source = request.getfixturevalue("server_and_source")
        now = server.extensions["context"].settings.now()
        add_user(source.engine, "manager", Role.MANAGER, PASSWORD, now=now, actor="test")
    else:
        staffed_app = request.getfixturevalue("shared_staffed_app")
        server, source, now = staffed_app.app.server, staffed_app.source, staffed_app.settings.now()
    token = make_api_token(
        source.engine, "manager", name="tests", days=7, password=PASSWORD, address="", pepper="", now=now
    )
    return server, token


def draw_filters() -> st.SearchStrategy[dict[str, list[str]]]:
    """Return a strategy of parameters with one or more of the values that the newest edition has."""
    values = {
        name: st.lists(st.sampled_from(known), min_size=1, unique=True, max_size=len(known))
        for name, known in KNOWN_VALUES.items()
    }
    return st.fixed_dictionaries({}, optional=values)


def list_strategies(operation: Any) -> Iterator[st.SearchStrategy[Case]]:
    """Yield strategies of requests that the description allows, that it forbids, and for editions that exist."""
    yield operation.as_strategy(GenerationMode.POSITIVE)
    if operation.label == OPERATIONS[0]:
        return
    yield operation.as_strategy(GenerationMode.NEGATIVE)
    if "{id}" not in operation.path:
        yield st.builds(lambda filters: operation.Case(query=filters), draw_filters())
        return
    for edition in EDITIONS:
        for mode in MODES:
            yield operation.as_strategy(mode, path_parameters={"id": edition})
    yield st.builds(
        lambda edition, filters: operation.Case(path_parameters={"id": edition}, query=filters),
        st.sampled_from(EDITIONS),
        draw_filters(),
    )


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_fits_the_description_and_none_is_an_error_of_the_server(
    server_and_token: tuple[Flask, str], label: str, is_soak: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, token = server_and_token
    monkeypatch.setitem(LIMITS, "token", 10**6)
    schema = schemathesis.openapi.from_wsgi(DESCRIPTION, server)
    operations = {result.ok().label: result.ok() for result in schema.get_all_operations()}
    assert set(operations) == set(OPERATIONS)

    @settings(max_examples=1000 if is_soak else 6, suppress_health_check=list(HealthCheck))
    @given(case=st.one_of(*list_strategies(operations[label])))
    def check(case: Case) -> None:
        response = case.call(headers={"Accept-Encoding": "identity", "Authorization": f"Bearer {token}"})
        # The description can't say which codes an edition has, and `latest` redirects before anything is compared.
        redirected = [negative_data_rejection] if response.status_code == 302 else []
        # A test of its own sends requests without a token and with an invalid one, which are counted.
        excluded = [positive_data_acceptance, ignored_auth, *redirected]
        case.validate_response(response, excluded_checks=excluded)
        if response.status_code == 302:
            assert response.headers["location"][0].startswith("/api/v1/editions/2023-Q2/figures")

    check()


def select_rows(whole: Mapping[str, Any], filters: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Return the rows of all figures that match the parameters."""
    objectives = {indicator["code"]: indicator["objective"] for indicator in whole["indicators"]}

    def matches(row: dict[str, Any]) -> bool:
        facts = {**row, "objective": objectives[row["indicator"]], "year": row["period"].partition("Q")[0]}
        return all(facts[name] in values for name, values in filters.items())

    return [row for row in whole["figures"] if matches(row)]


def test_filters_of_the_api_equal_filtering_the_whole(server_and_source, is_soak: bool) -> None:
    client = server_and_source[0].test_client()
    whole = client.get(NEWEST).json
    assert {row["part"] for row in whole["figures"]} == {*KNOWN_VALUES["part"]}
    assert {indicator["code"] for indicator in whole["indicators"]} == {*KNOWN_VALUES["indicator"]}

    @settings(max_examples=500 if is_soak else 8)
    @given(filters=draw_filters())
    def check(filters: dict[str, list[str]]) -> None:
        expected = select_rows(whole, filters)
        response = client.get(LATEST, query_string=filters, follow_redirects=True)
        assert response.status_code == 200
        assert response.json == {**whole, "figures": expected}
        table = client.get(f"{LATEST}.csv", query_string=filters, follow_redirects=True).text
        keys = ("indicator", "part", "site", "period")
        assert [[row[key] for key in keys] for row in csv.DictReader(io.StringIO(table))] == [
            [row[key] for key in keys] for row in expected
        ]

    check()


def test_latest_follows_a_new_edition(server_and_source) -> None:
    server, source = server_and_source
    client = server.test_client()
    assert client.get(LATEST).headers["Location"] == NEWEST
    publish_quarter(source, QUARTER, reason="A number was corrected.")
    for ending in ("", ".csv"):
        location = client.get(f"{LATEST}{ending}").headers["Location"]
        assert location == f"/api/v1/editions/2023-Q2-r2/figures{ending}"
        assert client.get(location).headers["X-Edition"] == "2023-Q2-r2"


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/km/api/", "/api/v1/editions/2023-Q2/figures?site=%00"])
def test_an_unknown_address_of_the_api_is_answered_with_json(server_and_source, address: str) -> None:
    response = server_and_source[0].test_client().get(address)
    assert response.status_code == 404 and response.json["error"]
