"""Test the overview's matrix of indicators as the browser gets it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from dashboard.app import create_app
from etl.database.connection import migrate, open_engine
from etl.indicators.results import Rating
from etl.indicators.vocabulary import LocalizedText, Role
from etl.locale import get_locale
from etl.queries.data_source import DataSource, open_data_source
from etl.queries.rating_matrix import get_site_matrix, get_year_matrix
from etl.queries.scope import QueryScope
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from etl.wording import describe_rating
from tests.support.rendered_pages import fetch_children, fetch_response, find_elements
from tests.support.scenario_plans import make_plan_of_every_kind, store_scenario

NOW = datetime.fromisoformat("2026-11-23T08:00:00+07:00")
PASSWORD = "a password of tests"
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, DataSource]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'cardec.db'}"
    engine = open_engine(url)
    migrate(engine)
    plan = make_plan_of_every_kind()
    named = replace(plan.indicators[0], name=LocalizedText(HOSTILE, HOSTILE))
    store_scenario(engine, replace(plan, indicators=(named, *plan.indicators[1:])))
    add_user(engine, "mia", Role.MANAGER, PASSWORD, now=NOW, actor="test")
    engine.dispose()
    source = open_data_source(url)
    settings = Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=NOW)
    client = create_app(settings, source).server.test_client()
    assert client.post("/sign-in", data={"name": "mia", "password": PASSWORD}).status_code == 303
    yield client, source
    source.engine.dispose()


def read_matrix(client: FlaskClient, address: str) -> Any:
    parts = find_elements(fetch_response(client, address), "StaticPart")
    (matrix,) = (part["props"] for part in parts if part["props"]["attributes"].get("id") == "matrix")
    return html.fragment_fromstring(matrix["html"])


@pytest.mark.parametrize(("search", "prefix"), [("", ""), ("?matrix=site", ""), ("", "/km"), ("?matrix=site", "/km")])
def test_each_cell_has_the_figure_and_its_rating(app, search: str, prefix: str) -> None:
    client, source = app
    table = read_matrix(client, f"{prefix}/staff/overview{search}")
    scope = QueryScope(source.get_snapshot(), NOW.date())
    matrix = get_site_matrix(scope) if search else get_year_matrix(scope)
    rows = [row for row in table.iter("tr") if row.xpath("td")]
    expected = [cells for group in matrix.objectives for cells in group.rows]
    assert len(rows) == len(expected)
    for row, (indicator, figures) in zip(rows, expected, strict=True):
        assert indicator.code in row[0].text_content()
        # The last column is the plan to date, or all sites together: the same figure here.
        for cell, figure in zip(row.xpath("td"), (*figures, scope.get_figure(indicator.code)), strict=True):
            if figure is None:
                assert cell.text_content() == "" and not cell.xpath("a")
                continue
            (link,) = cell.xpath("a")
            amount = figure.actual.amount if isinstance(figure.headline, str) else figure.headline
            assert link.get("data-exact") == (
                amount.value if isinstance(amount, str) else f"{amount:f}".rstrip(".")
            ) or (float(link.get("data-exact")) == pytest.approx(float(amount)))
            assert cell.get("class").split()[0] == figure.rating.value.replace("_", "-")
            assert ("whole" in cell.get("class").split()) == (cell is row.xpath("td")[-1])
            assert link.get("href").startswith(f"#{indicator.code}.")


def test_the_key_has_every_rating_that_a_cell_has(app) -> None:
    client, source = app
    scope = QueryScope(source.get_snapshot(), NOW.date())
    figures = [figure for group in get_year_matrix(scope).objectives for _, row in group.rows for figure in row]
    occurring = {figure.rating for figure in figures if figure is not None}
    assert {Rating.NOT_DUE, Rating.NO_DATA} & occurring
    text = json.dumps(fetch_response(client, "/staff/overview"))
    key = text.partition("signs-key")[2].partition("Percent of the target")[0]
    assert [describe_rating(rating, get_locale("en")) in key for rating in occurring] == [True] * len(occurring)


def test_names_are_escaped(app) -> None:
    client, _ = app
    table = read_matrix(client, "/staff/overview")
    assert not list(table.iter("img"))
    assert HOSTILE in table.text_content()


def test_cells_by_year_lead_to_the_year_and_cells_by_site_to_the_site(app) -> None:
    client, source = app
    plan = source.get_snapshot().plans.latest
    by_year = read_matrix(client, "/staff/overview").xpath(".//tr[td][1]/td/a/@href")
    years = range(plan.settings.first_year, plan.settings.last_year + 1)
    assert [address.rpartition(".")[2] for address in by_year[: len(years)]] == [str(year) for year in years]
    assert by_year[len(years)].endswith(".plan")
    table = read_matrix(client, "/staff/overview?matrix=site")
    by_site = table.xpath(".//td[not(contains(@class, 'whole'))]/a/@href")
    whole = table.xpath(".//td[contains(@class, 'whole')]/a/@href")
    assert whole and not any("site=" in address for address in whole)
    assert {address.partition("site=")[2] for address in by_site} <= {site.code for site in plan.sites}
    assert all("site=" in address for address in by_site)


@pytest.mark.parametrize(("sites", "last"), [(1, None), (2, "2 sites"), (0, "All sites")])
def test_the_sites_have_a_column_of_all_of_them_together_unless_there_is_one(app, sites: int, last: str | None) -> None:
    client, source = app
    codes = [site.code for site in source.get_snapshot().plans.latest.sites][:sites]
    query = "".join(f"&site={code}" for code in codes)
    header = read_matrix(client, f"/staff/overview?matrix=site{query}").xpath(".//thead//th")
    assert [cell.text_content() for cell in header if cell.get("class") == "whole"] == ([last] if last else [])


def test_a_plan_of_many_indicators_has_a_link_in_place_of_a_second_table(app, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = app
    table = find_elements(fetch_children(client, "/staff/overview?period=2022"), "Table")
    monkeypatch.setattr("dashboard.pages.overview.MAX_TABLE_ROWS", 1)
    parts = fetch_children(client, "/staff/overview?period=2023")
    assert "figures" in [part["props"].get("id") for part in table]
    assert "figures" not in [part["props"].get("id") for part in find_elements(parts, "Table")]
    addresses = [link["props"]["href"] for link in find_elements(parts, "Link")]
    assert "/staff/tracking-table?period=2023" in addresses
