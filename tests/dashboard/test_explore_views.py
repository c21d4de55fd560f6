"""Tests of the explore page without a browser: its addresses, its charts and the file of what it shows."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import plotly.graph_objects as go
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.components.explore_choices import (
    MAX_PLACES,
    VIEWS,
    ExploreChoices,
    change_choices,
    iterate_shown_figures,
    make_explore_address,
    make_explore_query,
    parse_choices,
)
from etl.database.connection import migrate, open_engine
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents
from etl.queries.editions import find_newest_edition_contents
from etl.settings import Settings
from tests.dashboard.app_constants import ROUTER
from tests.support.edition_database import NOW, publish_quarter, store_edition_data

OUTPUTS = [
    {"id": "page-top", "property": "children"},
    {"id": "page", "property": "children"},
    {"id": "page-head", "property": "data"},
]


@dataclass(frozen=True)
class Site:
    client: FlaskClient
    contents: EditionContents

    def read_csv(self, query: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.client.get(f"/explore.csv?{query}").text)))

    def show(self, address: str) -> dict[str, Any]:
        path, _, query = address.partition("?")
        inputs = [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": f"?{query}" if query else ""},
        ]
        body = {"output": ROUTER, "outputs": OUTPUTS, "inputs": inputs, "changedPropIds": ["address.pathname"]}
        response = self.client.post("/_dash-update-component", json=body)
        assert response.status_code == 200
        return response.json["response"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path_factory.mktemp('explore') / 'editions.db'}"
    engine = open_engine(url)
    migrate(engine)
    source = store_edition_data(engine)
    publish_quarter(source)
    contents = find_newest_edition_contents(source)
    assert contents is not None
    settings = Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=NOW)
    yield Site(create_app(settings, source).server.test_client(), contents)
    engine.dispose()


def list_choices(contents: EditionContents) -> list[ExploreChoices]:
    plan, years = contents.plan, [str(year) for year in contents.edition.years]
    objectives = [(), (plan.objectives[0].code,), tuple(objective.code for objective in plan.objectives)]
    places = [(), (plan.sites[0].code,), tuple(site.code for site in plan.sites)[:MAX_PLACES]]
    return [
        ExploreChoices(view=view, objectives=chosen, places=sites, period=period)
        for view, chosen, sites, period in product(VIEWS, objectives, places, ("plan", years[-1]))
    ]


def find_charts(component: Any) -> Iterator[dict[str, Any]]:
    if isinstance(component, dict):
        if component.get("type") == "Graph":
            yield component["props"]["figure"]
        for value in component.values():
            yield from find_charts(value)
    elif isinstance(component, list):
        for item in component:
            yield from find_charts(item)


def test_an_address_says_the_same_as_its_choices(site: Site):
    for choices in list_choices(site.contents):
        address = make_explore_address(choices)
        assert parse_choices(address.partition("?")[2], site.contents, "en") == choices
        assert change_choices(choices, {}) == choices


def test_addresses_of_before_still_name_their_period_and_place(site: Site):
    years = [str(year) for year in site.contents.edition.years]
    code = site.contents.plan.sites[0].code
    choices = parse_choices(f"objective=A&site={code}&period={years[-1]}", site.contents, "en")
    assert (choices.period, choices.places, choices.unknown) == (years[-1], (code,), ())
    choices = parse_choices(f"period={years[0]}-{years[-1]}&from=1999&site=NOWHERE", site.contents, "en")
    assert choices.unknown == ("1999", "NOWHERE")


def test_every_chart_is_valid_and_every_mark_leads_to_a_page(site: Site):
    addresses: set[str] = set()
    for choices in list_choices(site.contents):
        response = site.show(make_explore_address(choices))
        assert response["page-head"]["data"]["language"] == "en"
        charts = list(find_charts(response["page"]["children"]))
        for chart in charts:
            go.Figure(chart)
            addresses |= {mark[1] for trace in chart["data"] for mark in trace.get("customdata") or ()}
        has_figures = any(iterate_shown_figures(choices, site.contents))
        assert bool(charts) == (choices.view != "table" and has_figures), choices
    assert addresses
    for address in addresses:
        path, _, query = address.partition("?")
        assert path == "/explore"
        parsed = parse_choices(query, site.contents, "en")
        assert not parsed.unknown and make_explore_query(parsed) == query


def test_the_file_of_a_view_holds_exactly_its_figures(site: Site):
    for choices in list_choices(site.contents):
        rows = site.read_csv(make_explore_query(choices))
        shown = [item.figure for item in iterate_shown_figures(choices, site.contents)]
        assert [(row["indicator"], row["site"], row["period"]) for row in rows] == [
            (figure.key.indicator, figure.key.site, figure.key.period) for figure in shown
        ]
        for row, figure in zip(rows, shown, strict=True):
            assert row["value"] == ("" if figure.value is None else format_plain_number(figure.value))
            assert not (figure.is_suppressed and (row["value"] or row["share"] or row["rating"]))


def test_a_file_is_answered_with_304_and_without_a_cookie(site: Site):
    first = site.client.get("/explore.csv?view=time")
    assert "Set-Cookie" not in first.headers and "attachment" in first.headers["Content-Disposition"]
    again = site.client.get("/explore.csv?view=time", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_controls_that_say_what_the_address_says_change_nothing(site: Site):
    choices = ExploreChoices(view="time", objectives=("A",))
    years = [str(year) for year in site.contents.edition.years]
    same = {"objective": ["A"], "site": [], "from": "", "to": "", "programme": "all"}
    assert change_choices(choices, same) == choices
    changed = change_choices(choices, {"objective": [], "from": years[-1]})
    assert changed == replace(choices, objectives=(), first_year=years[-1])


def test_a_public_link_of_the_page_leads_to_the_document_and_not_to_sign_in(site: Site):
    code = site.contents.plan.indicators[0].code
    assert site.show(f"/indicators/{code}")["page-head"]["data"] == {"redirect": f"/indicators/{code}"}
    assert "sign-in" in site.show("/staff/overview")["page-head"]["data"]["redirect"]
