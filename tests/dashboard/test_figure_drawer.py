"""The drawer that explains a figure, and the part of an address that opens it."""

import pytest

from dashboard.charts.addresses import FigureReference, make_figure_hash, parse_figure_hash
from etl.indicators.periods import PlanToDate, Quarter, Years
from tests.dashboard.populated_app import SITE
from tests.support.rendered_pages import find_elements, join_texts

DRAWER = "..drawer-title.children...drawer-body.children.."


@pytest.mark.parametrize(
    "reference",
    [
        FigureReference(code="L.1", period=PlanToDate()),
        FigureReference(code="SO3-01", period=Quarter(2026, 3), site="east.3", is_to_date=True),
        FigureReference(code="a b?c#d", period=Years(2022, 2024), part="sex/women"),
    ],
)
def test_a_hash_names_its_figure(reference: FigureReference):
    figure_hash = make_figure_hash(
        reference.code,
        reference.period,
        site=reference.site,
        part=reference.part,
        is_to_date=reference.is_to_date,
    )
    assert parse_figure_hash(figure_hash) == reference


@pytest.mark.parametrize("text", ["", "#", "#main", "#every-indicator", "#.2025", "#L.1", "#L.1.2025Q9"])
def test_another_hash_names_no_figure(text: str):
    assert parse_figure_hash(text) is None


def explain(populated_app, person: str, target: str):
    client = populated_app.make_client(person)
    return populated_app.staffed_app.call_callback(client, DRAWER, target)


def test_the_drawer_shows_the_value_with_each_cell_and_its_file(populated_app):
    target = populated_app.address("/staff/overview#{indicator}.plan")
    body = explain(populated_app, "one", target).json["response"]["drawer-body"]["children"]
    text = join_texts(body)
    assert "How it is calculated" in text
    links = [link["props"]["href"] for link in find_elements(body, "Link")]
    indicator = populated_app.names["indicator"]
    assert f"/staff/indicator/{indicator}" in links
    assert f"/staff/number/{indicator}/plan" in links


def test_the_site_of_the_hash_replaces_that_of_the_page(populated_app):
    target = populated_app.address("/km/staff/overview?site=N-2&unapproved=no#{indicator}.2025?site=" + SITE)
    body = explain(populated_app, "manager", target).json["response"]["drawer-body"]["children"]
    links = [link["props"]["href"] for link in find_elements(body, "Link")]
    assert populated_app.address("/km/staff/number/{indicator}/2025?site=01&unapproved=no") in links


@pytest.mark.parametrize("target", ["/staff/overview#NO-1.plan", "/staff/overview#main", "", "//[#x.plan"])
def test_an_unknown_figure_is_named_as_such(populated_app, target: str):
    answer = explain(populated_app, "manager", target)
    assert answer.json["response"]["drawer-title"]["children"] == "Figure not found"


def test_a_stranger_gets_no_explanation(populated_app):
    assert explain(populated_app, "nobody", "/staff/overview#L.1.plan").status_code == 404
