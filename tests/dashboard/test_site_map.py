"""Tests of the site map: positions, labels and links."""

from decimal import Decimal
from typing import Any

import pytest

from dashboard.components.site_map import build_site_map
from dashboard.selection import Selection
from etl.indicators.vocabulary import LocalizedText, Site
from tests.support.scenario_plans import extend_to_forty_sites


def make_site_at(code: str, lat: object, lon: object) -> Site:
    where = {"lat": Decimal(str(lat)), "lon": Decimal(str(lon))} if lat is not None else {}
    return Site(code=code, name=LocalizedText(f"Site {code}"), **where)  # type: ignore[arg-type]


def find_marks(site_map: Any) -> dict[str, tuple[float, float, str]]:
    """Return position in percent and label class of each named point."""
    marks = {}
    for mark in site_map["props"]["children"][0]["props"]["children"]:
        props = mark["props"]
        if "place" in (props.get("className") or "").split():
            label = props["children"][1]["props"]
            style = props["style"]
            place = (float(style["left"].rstrip("%")), float(style["top"].rstrip("%")), label["className"])
            marks[label["children"]] = place
    return marks


def test_the_map_keeps_directions_and_proportions() -> None:
    sites = [make_site_at("south", 11, 104), make_site_at("north", 13, 104), make_site_at("east", 11, 106)]
    marks = find_marks(build_site_map(sites[0], sites, Selection()))
    south, north, east = (marks[f"Site {name}"] for name in ("south", "north", "east"))
    assert north[0] == south[0] and north[1] < south[1]
    assert east[1] == south[1] and east[0] > south[0]
    tall, wide = (south[1] - north[1]) * 340, (east[0] - south[0]) * 460
    assert wide / tall == pytest.approx(0.979, abs=0.01)


def test_every_other_site_is_a_link_within_the_map(plan_sites: list[Site]) -> None:
    site_map = build_site_map(plan_sites[0], plan_sites, Selection(language="km"))
    places = find_marks(site_map).values()
    assert len(places) == len(plan_sites)
    assert all(0 < left < 100 and 0 < top < 100 for left, top, _ in places)
    links = [mark for mark in site_map["props"]["children"][0]["props"]["children"] if mark["type"] == "Link"]
    assert [link["props"]["href"] for link in links] == [f"/km/staff/site/{site.code}" for site in plan_sites[1:]]


def test_only_the_nearest_sites_and_the_current_one_have_labels(plan_sites: list[Site]) -> None:
    for site in plan_sites[::7]:
        names = find_marks(build_site_map(site, plan_sites, Selection()))
        labels = [name for name, (_, _, kind) in names.items() if kind != "vh"]
        assert site.name.en in labels
        assert len(labels) <= 8


def test_a_site_without_coordinates_is_reported_and_a_single_site_is_centred() -> None:
    nowhere, alone = make_site_at("nowhere", None, None), make_site_at("alone", 12, 105)
    assert "no coordinates" in build_site_map(nowhere, [nowhere, alone], Selection())["props"]["children"]
    assert find_marks(build_site_map(alone, [nowhere, alone], Selection()))["Site alone"][:2] == (50, 50)


@pytest.fixture(scope="module")
def plan_sites() -> list[Site]:
    from etl.plan.read_plan import read_plan
    from tests.support.plan_edits import SHIPPED_PLAN

    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return list(extend_to_forty_sites(plan).sites)
