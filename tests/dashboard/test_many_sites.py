"""Pages of a plan with far more sites than fit on a screen: light, true about what they leave out, and searchable."""

import gzip
import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.queries.data_source import open_data_source
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from tests.benchmarks.national_database import LOADED_AT
from tests.dashboard.app_constants import PASSWORD
from tests.support.command_line import CLOCK
from tests.support.page_client import PAGE_CALLBACK_ID
from tests.support.shared_fixtures import CountryFactory

SITES, INDICATORS = 150, 28
LATER_PAGE = 30_000
"""What a later page may weigh on the wire."""


@pytest.fixture(scope="module")
def national(make_country: CountryFactory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("national") / "national.db"
    shutil.copyfile(make_country(SITES, INDICATORS), path)
    engine = open_engine(f"sqlite:///{path}")
    add_user(engine, "manager", Role.MANAGER, PASSWORD, now=LOADED_AT, actor="test")
    add_user(engine, "administrator", Role.ADMINISTRATOR, PASSWORD, now=LOADED_AT, actor="test")
    engine.dispose()
    return path


class Large:
    """The server of the plan with many sites."""

    def __init__(self, database: Path) -> None:
        url = f"sqlite:///{database}"
        self.source = open_data_source(url)
        now = datetime.fromisoformat(CLOCK)
        settings = Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=now)
        self.server = create_app(settings, self.source).server

    def visitor(self, name: str) -> FlaskClient:
        client = self.server.test_client()
        answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


@pytest.fixture(scope="module")
def large(national: Path) -> Iterator[Large]:
    opened = Large(national)
    yield opened
    opened.source.engine.dispose()


class Reader:
    """A manager who asks for pages."""

    def __init__(self, office: Large) -> None:
        self.client = office.visitor("manager")
        token = self.client.get_cookie("csrf")
        self.token = token.value if token else ""

    def page(self, address: str) -> Any:
        path, _, query = address.partition("?")
        values = {"pathname": path, "search": f"?{query}" if query else ""}
        inputs = [{"id": "address", "property": name, "value": value} for name, value in values.items()]
        outputs = [{"id": "page", "property": "children"}, {"id": "page-head", "property": "data"}]
        body = {"output": PAGE_CALLBACK_ID, "outputs": outputs, "inputs": inputs, "changedPropIds": []}
        answer = self.client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": self.token})
        assert answer.status_code == 200, answer.text[:500]
        self.weight = len(gzip.compress(answer.get_data(), 6))
        return answer.json["response"]["page"]["children"]

    def text(self, address: str) -> str:
        return " ".join(words_of(self.page(address)))


@pytest.fixture(scope="module")
def reader(large: Large) -> Reader:
    return Reader(large)


@pytest.fixture(scope="module")
def plan(large: Large) -> Plan:
    return large.source.get_snapshot().plans.latest


def words_of(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from words_of(one)
    elif isinstance(part, dict):
        yield from words_of(part.get("props", {}).get("children"))


def parts_of(part: Any, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for one in part:
            yield from parts_of(one, kind)
    elif isinstance(part, dict):
        if part.get("type") == kind:
            yield part["props"]
        yield from parts_of(part.get("props", {}).get("children"), kind)


def links_of(part: Any, prefix: str) -> list[str]:
    found = [one["href"] for kind in ("Link", "A") for one in parts_of(part, kind)]
    return [one for one in found if one.startswith(prefix)]


def table_of(part: Any, name: str) -> dict[str, Any]:
    return next(one for one in parts_of(part, "Table") if one.get("id") == name)


def rows_of(part: Any, name: str) -> list[list[str]]:
    body = next(parts_of(table_of(part, name)["children"], "Tbody"))
    rows = parts_of(body["children"], "Tr")
    return [[" ".join(words_of(cell)) for cell in row["children"]] for row in rows]


@pytest.mark.parametrize("language", ["", "/km"])
def test_every_later_page_keeps_within_its_weight(reader: Reader, plan: Plan, language: str) -> None:
    weights = {}
    for address in (
        "/staff/overview",
        "/staff/objective/SO3",
        "/staff/indicator/SO3-01",
        "/staff/site/N0001",
        "/staff/sites",
        "/staff/sites?page=2",
        "/staff/returns",
        "/staff/returns?page=2",
        "/staff/programme/" + plan.linked_programmes[0].code,
        "/staff/number/SO3-01/2026Q3",
        "/staff/tracking-table",
        "/staff/site/UNKNOWN",
    ):
        reader.page(language + address)
        weights[address] = reader.weight
    assert max(weights.values()) <= LATER_PAGE, weights


def test_the_overview_shows_the_sites_that_owe_most_and_says_how_many_it_leaves_out(reader: Reader) -> None:
    page = reader.page("/staff/overview")
    assert f"Showing 30 of {SITES} sites, overdue returns first." in list(words_of(page))
    assert "/staff/returns" in links_of(page, "/staff/returns")
    owed = [int(of) - int(came) for came, of in (row[-2].split(" of ") for row in rows_of(page, "returns"))]
    assert len(owed) == 30 and owed == sorted(owed, reverse=True) and owed[0] > 0


def test_the_pages_of_returns_hold_every_site_once_those_that_owe_most_first(reader: Reader, plan: Plan) -> None:
    names: list[str] = []
    owed: list[int] = []
    for number in range(1, 5):
        page = reader.page(f"/staff/returns?page={number}")
        rows = rows_of(page, "returns")
        names += [row[0] for row in rows]
        owed += [int(of) - int(came) for came, of in (row[-2].split(" of ") for row in rows)]
        assert f"{number * 40 - 39} to {min(number * 40, SITES)} of {SITES}" in list(words_of(page))
    assert sorted(names) == sorted(one.name.en for one in plan.sites)
    assert owed == sorted(owed, reverse=True)
    assert rows_of(reader.page("/staff/returns?page=999"), "returns")[-1][0] == names[-1]


@pytest.mark.parametrize("typed", ["n0007", " N0007 ", "Kratie commune 7", "KRATIE  COMMUNE 7", "ឃុំទី ៧", "ឃុំទី៧"])
def test_a_search_finds_a_site_by_code_or_name_in_either_language(reader: Reader, plan: Plan, typed: str) -> None:
    site = plan.site_by_code["N0007"]
    wanted = typed.replace("Kratie", site.name.en.split(" commune")[0]).replace("KRATIE", site.name.en.split(" c")[0])
    page = reader.page(f"/staff/sites?find={wanted}")
    assert site.name.en in [row[0] for row in rows_of(page, "sites")]
    returns = reader.page(f"/staff/returns?find={wanted}")
    assert site.name.en in [row[0] for row in rows_of(returns, "returns")]
    assert "No sites match your search." in reader.text("/staff/sites?find=nowhere at all")


def test_the_list_of_sites_leads_to_each_of_them_with_the_choice_of_the_address(reader: Reader, plan: Plan) -> None:
    found: list[str] = []
    for number in range(1, 5):
        found += links_of(reader.page(f"/staff/sites?period=2025&page={number}"), "/staff/site/")
    assert found == [f"/staff/site/{one.code}?period=2025" for one in plan.sites]


def test_the_filter_takes_a_code_or_a_name_and_says_what_it_does_not_find(reader: Reader, plan: Plan) -> None:
    site = plan.site_by_code["N0012"]
    for typed in ("N0012", "n0012", site.name.en.lower(), site.name.km.replace(" ", "\u200b")):
        page = reader.page(f"/staff/objective/SO3?site={typed}")
        (field,) = [one for one in parts_of(page, "Input") if one.get("name") == "site"]
        assert field["value"] == "N0012"
    text = reader.text("/staff/objective/SO3?site=Atlantis")
    assert "Not in the plan, so ignored: Atlantis." in text
    page = reader.page("/staff/objective/SO3")
    assert not [one for one in parts_of(page, "Select") if one.get("name") == "site"]
    assert links_of(page, "/staff/sites")


def test_an_indicator_draws_both_ends_and_its_table_holds_every_site_by_size(reader: Reader, plan: Plan) -> None:
    names: list[str] = []
    for number in range(1, 5):
        page = reader.page(f"/staff/indicator/SO3-01?sites={number}")
        said = (
            f"The chart shows the 20 highest and 20 lowest of {SITES} sites. The table shows all sites, highest first."
        )
        assert said in list(words_of(page))
        names += [row[0] for row in rows_of(page, "sites")]
    assert sorted(names) == sorted(one.name.en for one in plan.sites)
    (chart,) = [one for one in parts_of(page, "Graph") if one["id"] == "chart-sites"]
    assert len(chart["figure"]["data"][0]["y"]) == 40
    answer = reader.client.get("/staff/chart/SO3-01/sites/csv")
    assert answer.status_code == 200 and all(one.name.en in answer.text for one in plan.sites)


def test_a_site_s_map_draws_its_neighbours_and_says_how_many(reader: Reader) -> None:
    page = reader.page("/staff/site/N0001")
    placed = [one for one in parts_of(page, "Link") if one.get("className") == "place"]
    assert len(placed) == 59
    assert f"The map shows the 60 nearest of {SITES} sites." in reader.text("/staff/site/N0001")


def test_forms_that_ask_for_a_site_take_its_name_where_there_are_many(large: Large, plan: Plan) -> None:
    client, site = large.visitor("manager"), plan.site_by_code["N0012"]
    page = client.get("/staff/upload").text
    assert page.count("N0012") == 0 and page.count('name="site"') == 2
    answer = client.get("/staff/forms", query_string={"site": site.name.km, "quarter": "2026Q3"})
    assert answer.status_code == 200 and "N0012" in answer.headers["Content-Disposition"]
    assert client.get("/staff/forms", query_string={"site": "Atlantis", "quarter": "2026Q3"}).status_code == 404


def test_an_officer_s_sites_are_typed_as_codes_where_there_are_many(large: Large) -> None:
    client = large.visitor("administrator")
    token = client.get_cookie("csrf")
    assert token is not None
    sent = {"name": "ratha", "role": "officer", "site_codes": "N0003, N0004", "csrf_token": token.value}
    answer = client.post("/admin/users", data=sent, headers={"X-CSRFToken": token.value})
    assert answer.status_code == 200, answer.text[:2000]
    assert 'value="N0003 N0004"' in client.get("/admin/users/ratha").text
    sent |= {"name": "sophea", "site_codes": "N0003 X9999"}
    refused = client.post("/admin/users", data=sent, headers={"X-CSRFToken": token.value})
    assert refused.status_code == 422 and "X9999" in refused.text


def test_waiting_returns_are_approved_in_pages_and_none_is_left_out(large: Large) -> None:
    client = large.visitor("manager")
    first = client.get("/staff/approve").text
    chosen = re.findall(r'name="chosen"[^>]*value="(\d+):|value="(\d+):[^"]*"[^>]*name="chosen"', first)
    count = int(json.loads(re.search(r"1 to \d+ of (\d+)", first)[1])) if "1 to " in first else len(chosen)
    assert 0 < len(chosen) <= 100 and count >= len(chosen)
