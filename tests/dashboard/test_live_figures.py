"""Live figures of the API: they equal the core's, by filters, and open with a token of the account page."""

import csv
import html
import io
import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from etl.database.rate_limit import LIMITS
from etl.indicators.editions import parse_period
from etl.indicators.vocabulary import Role
from etl.queries.scope import QueryScope
from etl.settings import Settings
from etl.use_cases.accounts.api_tokens import list_api_tokens
from etl.use_cases.accounts.users import add_user
from tests.dashboard.app_constants import PASSWORD
from tests.support.edition_database import NOW, UNPUBLISHED_NUMBER

LIVE = "/api/v1/live/figures"
KEYS = ("indicator", "part", "site", "period")


@pytest.fixture(scope="module")
def officer(server_and_source) -> FlaskClient:
    """Return a client that is signed in as an officer of one site."""
    server, source = server_and_source
    add_user(source.engine, "sok", Role.OFFICER, PASSWORD, ["one"], now=NOW, actor="test")
    client = server.test_client()
    assert client.post("/sign-in", data={"name": "sok", "password": PASSWORD}).status_code == 303
    return client


def post(client: FlaskClient, address: str, **fields: str):
    return client.post(address, data={"csrf": client.get_cookie("csrf").value, **fields})


def make_token(client: FlaskClient, name: str) -> str:
    answer = post(client, "/staff/account/token", token_name=name, days="30", password=PASSWORD)
    assert answer.status_code == 200, answer.text
    match = re.search(r"<pre[^>]*>(cardec_[\w-]{43})</pre>", html.unescape(answer.text))
    assert match is not None
    return match[1]


def get(server, token: str, address: str = LIVE, **arguments):
    return server.test_client().get(address, headers={"Authorization": f"Bearer {token}"}, **arguments)


@pytest.mark.parametrize("unapproved", ["yes", "no"])
def test_every_live_figure_equals_the_core(server_and_source, officer: FlaskClient, unapproved: str) -> None:
    snapshot = server_and_source[1].get_snapshot()
    scope = QueryScope(snapshot, NOW.date(), include_unapproved=unapproved == "yes")
    response = officer.get(f"{LIVE}?unapproved={unapproved}")
    assert response.json["live"]["unapproved"] is (unapproved == "yes")
    rows = list(csv.DictReader(io.StringIO(officer.get(f"{LIVE}.csv?unapproved={unapproved}").text)))
    assert [[row[key] for key in KEYS] for row in rows] == [
        [row[key] for key in KEYS] for row in response.json["figures"]
    ]
    for row in rows:
        figure = scope.get_figure(
            row["indicator"],
            period=parse_period(row["period"]),
            sites=scope.plan.select_place(row["site"]),
            part=row["part"],
        )
        amount = figure.actual.amount
        assert (Decimal(row["value"]) if row["value"] else row["state"]) == amount
    assert {row["state"] for row in rows}.isdisjoint({"small", "withheld"}) and len(rows) > 50
    has_pending = any(row["value"] and Decimal(row["value"]) >= UNPUBLISHED_NUMBER for row in rows)
    assert has_pending is (unapproved == "yes")


def test_filters_of_live_figures_equal_filtering_the_whole(officer: FlaskClient) -> None:
    whole = officer.get(LIVE).json
    for query, matches in (
        ("indicator=A-01", lambda row: row["indicator"] == "A-01"),
        ("site=one&site=&year=2023", lambda row: row["site"] in ("one", "") and row["period"].startswith("2023")),
        ("part=&year=plan&objective=B", lambda row: not row["part"] and row["period"] == "plan" and row["name_en"]),
    ):
        response = officer.get(f"{LIVE}?{query}").json
        objectives = {indicator["code"]: indicator["objective"] for indicator in whole["indicators"]}
        wanted = [row for row in whole["figures"] if matches(row)]
        if "objective" in query:
            wanted = [row for row in wanted if objectives[row["indicator"]] == "B"]
        assert wanted and response == {**whole, "figures": wanted}


@pytest.mark.parametrize(
    "query", ["indicator=Z-99", "site=NOWHERE", "year=1999", "part=none", "unapproved=maybe", "x=1"]
)
def test_an_unknown_filter_of_live_figures_is_refused_by_its_name(officer: FlaskClient, query: str) -> None:
    for ending in ("", ".csv"):
        response = officer.get(f"{LIVE}{ending}?{query}")
        assert response.status_code == 400 and query.partition("=")[0] in response.json["error"]


def test_a_token_is_shown_once_and_reads_the_same_as_its_owner(server_and_source, officer: FlaskClient) -> None:
    token = make_token(officer, "Excel")
    page = officer.get("/staff/account").text
    assert "Excel" in page and token not in page
    for address in (LIVE, f"{LIVE}.csv?site=one", f"/km{LIVE}"):
        response = get(server_and_source[0], token, address)
        assert response.status_code == 200 and response.data == officer.get(address).data
        assert response.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in response.headers


def test_a_revoked_token_is_refused_by_the_next_request(server_and_source, officer: FlaskClient) -> None:
    server, source = server_and_source
    token, other = make_token(officer, "to revoke"), make_token(officer, "to stay")
    number = next(stored.id for stored in list_api_tokens(source.engine, "sok") if stored.name == "to revoke")
    assert post(officer, "/staff/account/token-revoke", token=str(number)).status_code == 303
    assert [get(server, value).status_code for value in (token, other)] == [401, 200]
    assert post(officer, "/staff/account/token-revoke", token=str(number)).status_code == 422


def test_too_many_requests_with_a_valid_token_are_told_to_wait(
    server_and_source, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "token", 1)
    token = make_token(officer, "in a loop")
    answers = [get(server_and_source[0], token) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["Retry-After"] == "900" and "less often" in answers[1].json["error"]


def test_requests_without_a_valid_token_are_answered_with_what_to_do(server_and_source, officer: FlaskClient) -> None:
    server = server_and_source[0]
    anonymous = server.test_client().get(LIVE)
    assert (anonymous.status_code, anonymous.headers["WWW-Authenticate"]) == (401, 'Bearer realm="CARDEC"')
    assert "account page" in anonymous.json["error"]
    assert server.test_client().get(LIVE, headers={"Authorization": "Basic eDp5"}).status_code == 401
    # A session of the same request doesn't help an invalid token. An earlier test may have sent one from here.
    invalid = {"Authorization": "bearer wrong"}
    answers = [officer.get(LIVE, headers=invalid) for _ in range(LIMITS["token at address"] + 1)]
    assert [answer.status_code for answer in answers[:10]] == [401] * 10
    assert 'error="invalid_token"' in answers[0].headers["WWW-Authenticate"]
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "900") and answers[-1].json["error"]
    assert get(server, make_token(officer, "meanwhile")).status_code == 200


def test_an_error_keeps_the_form_and_makes_no_token(server_and_source, officer: FlaskClient) -> None:
    before = list_api_tokens(server_and_source[1].engine, "sok")
    right = {"token_name": "n", "days": "7", "password": PASSWORD}
    for fields in ({"password": "wrong"}, {"days": "3"}, {"days": "x"}, {"token_name": ""}):
        answer = post(officer, "/staff/account/token", **{**right, **fields})
        assert answer.status_code == 422 and 'class="error-summary"' in answer.text
    assert list_api_tokens(server_and_source[1].engine, "sok") == before


def test_an_administrator_sees_and_revokes_tokens_of_others(staffed_app) -> None:
    officer, administrator = staffed_app.make_client("officer"), staffed_app.make_client("administrator")
    token = make_token(officer, "Power BI")
    page = administrator.get("/admin/users/officer").text
    assert "Power BI" in page and token not in page
    (stored,) = list_api_tokens(staffed_app.source.engine, "officer")
    address = "/admin/users/{}/token-revoke"
    assert post(administrator, address.format("manager"), token=str(stored.id)).status_code == 422
    server = staffed_app.app.server
    assert get(server, token).status_code == 200
    assert post(administrator, address.format("officer"), token=str(stored.id)).status_code == 303
    assert get(server, token).status_code == 401
    log = administrator.get("/km/admin/audit").text
    assert "ថូខិន Power BI" in log and "បានដកហូតថូខិន API" in log


def test_a_server_of_public_pages_has_no_live_figures(server_and_source, officer: FlaskClient) -> None:
    token = make_token(officer, "for the other server")
    settings = Settings(secret_key="a secret of tests only, long enough", fixed_now=NOW, public_only=True)
    server = create_app(settings, server_and_source[1]).server
    assert get(server, token).status_code == 404
    assert LIVE not in server.test_client().get("/api/v1/openapi.json").json["paths"]
