"""Tests of pages for a plan with more sites than fit on a screen."""

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
from dashboard.component_ids import FILTER_BAR, FILTER_TYPE, SITE_SEARCH
from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.queries.data_source import open_data_source
from etl.queries.find_sites import MAX_LISTED_SITES
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from tests.benchmarks.national_database import LOADED_AT
from tests.dashboard.app_constants import PASSWORD
from tests.support.command_line import CLOCK
from tests.support.page_client import PAGE_CALLBACK_ID, PAGE_OUTPUTS
from tests.support.rendered_pages import unfold_static_parts
from tests.support.shared_fixtures import CountryFactory

SITES, INDICATORS = 150, 28
LATER_PAGE = 40_000
"""Maximum size of a compressed page."""


@pytest.fixture(scope="module")
def national(make_country: CountryFactory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("national") / "national.db"
    shutil.copyfile(make_country(SITES, INDICATORS), path)
    engine = open_engine(f"sqlite:///{path}")
    add_user(engine, "manager", Role.MANAGER, PASSWORD, now=LOADED_AT, actor="test")
    add_user(engine, "administrator", Role.ADMINISTRATOR, PASSWORD, now=LOADED_AT, actor="test")
    engine.dispose()
    return path


class ManySitesServer:
    """A server of the plan with many sites."""

    def __init__(self, database: Path) -> None:
        url = f"sqlite:///{database}"
        self.source = open_data_source(url)
        now = datetime.fromisoformat(CLOCK)
        settings = Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=now)
        self.server = create_app(settings, self.source).server

    def make_client(self, name: str) -> FlaskClient:
        client = self.server.test_client()
        answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


@pytest.fixture(scope="module")
def many_sites_server(national: Path) -> Iterator[ManySitesServer]:
    opened = ManySitesServer(national)
    yield opened
    opened.source.engine.dispose()


class Reader:
    """A manager who requests pages."""

    def __init__(self, server: ManySitesServer) -> None:
        self.client = server.make_client("manager")
        token = self.client.get_cookie("csrf")
        self.token = token.value if token else ""

    def page(self, address: str) -> Any:
        path, _, query = address.partition("?")
        values = {"pathname": path, "search": f"?{query}" if query else ""}
        inputs = [{"id": "address", "property": name, "value": value} for name, value in values.items()]
        response = self._call({"output": PAGE_CALLBACK_ID, "outputs": PAGE_OUTPUTS, "inputs": inputs})
        return unfold_static_parts(response["page"]["children"])

    def filter_bar(self, address: str) -> Any:
        path, _, query = address.partition("?")
        body = {
            "output": f"{FILTER_BAR}.children",
            "outputs": {"id": FILTER_BAR, "property": "children"},
            "inputs": [{"id": "address", "property": "pathname", "value": path}],
            "state": [{"id": "address", "property": "search", "value": f"?{query}" if query else ""}],
        }
        return self._call(body)[FILTER_BAR]["children"]

    def _call(self, body: dict[str, Any]) -> Any:
        headers = {"X-CSRFToken": self.token}
        answer = self.client.post("/_dash-update-component", json={**body, "changedPropIds": []}, headers=headers)
        assert answer.status_code == 200, answer.text[:500]
        self.weight = len(gzip.compress(answer.get_data(), 6))
        return answer.json["response"]

    def text(self, address: str) -> str:
        return " ".join(find_texts(self.page(address)))


@pytest.fixture(scope="module")
def reader(many_sites_server: ManySitesServer) -> Reader:
    return Reader(many_sites_server)


@pytest.fixture(scope="module")
def plan(many_sites_server: ManySitesServer) -> Plan:
    return many_sites_server.source.get_snapshot().plans.latest


def find_texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for child in part:
            yield from find_texts(child)
    elif isinstance(part, dict):
        yield from find_texts(part.get("props", {}).get("children"))


def find_props(part: Any, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for child in part:
            yield from find_props(child, kind)
    elif isinstance(part, dict):
        if part.get("type") == kind:
            yield part["props"]
        yield from find_props(part.get("props", {}).get("children"), kind)


def find_site_menu(bar: Any) -> dict[str, Any]:
    (menu,) = [menu for menu in find_props(bar, "Checklist") if menu["id"] == {"type": FILTER_TYPE, "name": "site"}]
    return menu


def find_links(part: Any, prefix: str) -> list[str]:
    links = [props["href"] for kind in ("Link", "A") for props in find_props(part, kind)]
    return [link for link in links if link.startswith(prefix)]


def find_table(part: Any, name: str) -> dict[str, Any]:
    return next(table for table in find_props(part, "Table") if table.get("id") == name)


def read_rows(part: Any, name: str) -> list[list[str]]:
    body = next(find_props(find_table(part, name)["children"], "Tbody"))
    rows = find_props(body["children"], "Tr")
    return [[" ".join(find_texts(cell)) for cell in row["children"]] for row in rows]


@pytest.mark.parametrize("language", ["", "/km"])
def test_every_page_is_smaller_than_its_limit(reader: Reader, plan: Plan, language: str) -> None:
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


def test_the_overview_shows_the_sites_with_most_overdue_returns(reader: Reader) -> None:
    page = reader.page("/staff/overview?view=returns")
    assert f"Showing 30 of {SITES} sites, overdue returns first." in " ".join(find_texts(page))
    assert "/staff/returns" in find_links(page, "/staff/returns")
    owed = [int(of) - int(came) for came, of in (row[-2].split(" of ") for row in read_rows(page, "returns"))]
    assert len(owed) == 30 and owed == sorted(owed, reverse=True) and owed[0] > 0


def test_the_pages_of_returns_list_every_site_once_by_overdue_returns(reader: Reader, plan: Plan) -> None:
    names: list[str] = []
    owed: list[int] = []
    for number in range(1, 5):
        page = reader.page(f"/staff/returns?page={number}")
        rows = read_rows(page, "returns")
        names += [row[0] for row in rows]
        owed += [int(of) - int(came) for came, of in (row[-2].split(" of ") for row in rows)]
        assert f"{number * 40 - 39} to {min(number * 40, SITES)} of {SITES}" in list(find_texts(page))
    assert sorted(names) == sorted(site.name.en for site in plan.sites)
    assert owed == sorted(owed, reverse=True)
    assert read_rows(reader.page("/staff/returns?page=999"), "returns")[-1][0] == names[-1]


@pytest.mark.parametrize("typed", ["n0007", " N0007 ", "Kratie commune 7", "KRATIE  COMMUNE 7", "ឃុំទី ៧", "ឃុំទី៧"])
def test_a_search_finds_a_site_by_code_or_name_in_either_language(reader: Reader, plan: Plan, typed: str) -> None:
    site = plan.site_by_code["N0007"]
    query = typed.replace("Kratie", site.name.en.split(" commune")[0]).replace("KRATIE", site.name.en.split(" c")[0])
    page = reader.page(f"/staff/sites?find={query}")
    assert site.name.en in [row[0] for row in read_rows(page, "sites")]
    returns = reader.page(f"/staff/returns?find={query}")
    assert site.name.en in [row[0] for row in read_rows(returns, "returns")]
    assert "No sites match your search." in reader.text("/staff/sites?find=nowhere at all")


def test_the_list_of_sites_links_to_each_and_keeps_the_selection(reader: Reader, plan: Plan) -> None:
    links: list[str] = []
    for number in range(1, 5):
        links += find_links(reader.page(f"/staff/sites?period=2025&page={number}"), "/staff/site/")
    assert set(links) == {f"/staff/site/{site.code}?period=2025" for site in plan.sites}


def test_the_site_filter_accepts_codes_and_names_and_reports_unknown_ones(reader: Reader, plan: Plan) -> None:
    site = plan.site_by_code["N0012"]
    for typed in ("N0012", "n0012", site.name.en.lower(), site.name.km.replace(" ", "\u200b")):
        menu = find_site_menu(reader.filter_bar(f"/staff/objective/SO3?site={typed}"))
        assert menu["value"] == ["N0012"]
        assert menu["options"][0] == {"label": site.name.en, "value": "N0012"}
    text = reader.text("/staff/objective/SO3?site=Atlantis")
    assert "Not in the plan, so ignored: Atlantis." in text


@pytest.mark.parametrize("language", ["", "/km"])
def test_the_filter_bar_searches_sites_instead_of_listing_them_all(reader: Reader, language: str) -> None:
    for path in ("/staff/overview", "/staff/indicator/SO3-01", "/staff/objective/SO3", "/staff/tracking-table"):
        bar = reader.filter_bar(language + path)
        menu = find_site_menu(bar)
        assert menu["value"] == [] and 0 < len(menu["options"]) <= MAX_LISTED_SITES < SITES
        (field,) = [field for field in find_props(bar, "Input") if field.get("id") == SITE_SEARCH]
        (label,) = [label for label in find_props(bar, "Label") if label.get("html_for") == SITE_SEARCH]
        assert field["type"] == "search" and list(find_texts(label["children"]))


def test_charts_of_some_sites_do_not_speak_of_all(reader: Reader) -> None:
    signs, ranking = f"The first 8 of {SITES} sites", f"The first 30 of {SITES} sites"
    for address, titles in (("/staff/overview", {signs}), ("/staff/sites", {signs, ranking})):
        page = reader.page(address)
        headings = {"".join(find_texts(part["children"])) for kind in ("H2", "H3") for part in find_props(page, kind)}
        assert {heading for heading in headings if heading.startswith("The first")} == titles
        assert "Choose sites or a province in the filters to see others." in " ".join(find_texts(page))
    assert ranking in reader.client.get("/staff/plan-chart/site-ratings/csv").text
    assert "The first" not in reader.text("/staff/overview?site=N0001&site=N0002")


def test_no_menu_lists_more_than_sixty_sites(reader: Reader) -> None:
    for address in ("/staff/overview", "/staff/indicator/SO3-01", "/staff/tracking-table", "/staff/returns"):
        bar = reader.filter_bar(address)
        for kind in ("Checklist", "Select", "RadioItems"):
            for control in find_props(bar, kind):
                assert len(control["options"]) <= MAX_LISTED_SITES, (address, control["id"])


def test_an_indicator_charts_the_extremes_and_lists_every_site(reader: Reader, plan: Plan) -> None:
    names: list[str] = []
    for number in range(1, 5):
        page = reader.page(f"/staff/indicator/SO3-01?sites={number}")
        note = (
            f"The chart shows the 20 highest and 20 lowest of {SITES} sites. The table shows all sites, highest first."
        )
        assert note in list(find_texts(page))
        names += [row[0] for row in read_rows(page, "sites")]
    assert sorted(names) == sorted(site.name.en for site in plan.sites)
    (chart,) = [chart for chart in find_props(page, "Graph") if chart["id"]["name"] == "chart-sites"]
    assert len(chart["figure"]["data"][0]["y"]) == 40
    answer = reader.client.get("/staff/chart/SO3-01/sites/csv")
    assert answer.status_code == 200 and all(site.name.en in answer.text for site in plan.sites)


def test_a_site_map_shows_the_nearest_sites_and_their_number(reader: Reader) -> None:
    page = reader.page("/staff/site/N0001")
    placed = [props for props in find_props(page, "Link") if props.get("className") == "place"]
    assert len(placed) == 59
    assert f"The map shows the 60 nearest of {SITES} sites." in reader.text("/staff/site/N0001")


def test_forms_accept_the_name_of_a_site_if_there_are_many(many_sites_server: ManySitesServer, plan: Plan) -> None:
    client, site = many_sites_server.make_client("manager"), plan.site_by_code["N0012"]
    page = client.get("/staff/upload").text
    assert page.count("N0012") == 0 and page.count('name="site"') == 2
    answer = client.get("/staff/forms", query_string={"site": site.name.km, "quarter": "2026Q3"})
    assert answer.status_code == 200 and "N0012" in answer.headers["Content-Disposition"]
    assert client.get("/staff/forms", query_string={"site": "Atlantis", "quarter": "2026Q3"}).status_code == 404


def test_the_sites_of_an_officer_are_entered_as_codes_if_there_are_many(many_sites_server: ManySitesServer) -> None:
    client = many_sites_server.make_client("administrator")
    token = client.get_cookie("csrf")
    assert token is not None
    form = {"name": "ratha", "role": "officer", "site_codes": "N0003, N0004", "csrf_token": token.value}
    answer = client.post("/admin/users", data=form, headers={"X-CSRFToken": token.value})
    assert answer.status_code == 200, answer.text[:2000]
    assert 'value="N0003 N0004"' in client.get("/admin/users/ratha").text
    form |= {"name": "sophea", "site_codes": "N0003 X9999"}
    refused = client.post("/admin/users", data=form, headers={"X-CSRFToken": token.value})
    assert refused.status_code == 422 and "X9999" in refused.text


def test_pending_returns_are_paginated_for_approval(many_sites_server: ManySitesServer) -> None:
    client = many_sites_server.make_client("manager")
    first = client.get("/staff/approve").text
    chosen = re.findall(r'name="chosen"[^>]*value="(\d+):|value="(\d+):[^"]*"[^>]*name="chosen"', first)
    count = int(json.loads(re.search(r"1 to \d+ of (\d+)", first)[1])) if "1 to " in first else len(chosen)
    assert 0 < len(chosen) <= 100 and count >= len(chosen)
