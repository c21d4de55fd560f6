"""The map of the sites: points by latitude and longitude, names beside them that never lie over one another."""

from decimal import Decimal
from typing import Any

import pytest

from dashboard.components.site_map import build_site_map
from dashboard.selection import Selection
from etl.indicators.vocabulary import LocalizedText, Site
from tests.support.scenario_plans import extend_to_forty_sites


def site_at(code: str, lat: object, lon: object) -> Site:
    where = {"lat": Decimal(str(lat)), "lon": Decimal(str(lon))} if lat is not None else {}
    return Site(code=code, name=LocalizedText(f"Site {code}"), **where)  # type: ignore[arg-type]


def marks_of(drawn: Any) -> dict[str, tuple[float, float, str]]:
    """Each named point's place in percent of the map, and the class of its name."""
    found = {}
    for one in drawn["props"]["children"][0]["props"]["children"]:
        props = one["props"]
        if "place" in (props.get("className") or "").split():
            label = props["children"][1]["props"]
            style = props["style"]
            place = (float(style["left"].rstrip("%")), float(style["top"].rstrip("%")), label["className"])
            found[label["children"]] = place
    return found


def test_north_is_up_and_east_is_right_and_distances_keep_their_proportion() -> None:
    sites = [site_at("south", 11, 104), site_at("north", 13, 104), site_at("east", 11, 106)]
    marks = marks_of(build_site_map(sites[0], sites, Selection()))
    south, north, east = (marks[f"Site {name}"] for name in ("south", "north", "east"))
    assert north[0] == south[0] and north[1] < south[1]
    assert east[1] == south[1] and east[0] > south[0]
    tall, wide = (south[1] - north[1]) * 340, (east[0] - south[0]) * 460
    assert wide / tall == pytest.approx(0.979, abs=0.01)


def test_every_site_is_a_link_but_this_one_and_lies_within_the_map(shipped: list[Site]) -> None:
    drawn = build_site_map(shipped[0], shipped, Selection(language="km"))
    places = marks_of(drawn).values()
    assert len(places) == len(shipped)
    assert all(0 < left < 100 and 0 < top < 100 for left, top, _ in places)
    links = [one for one in drawn["props"]["children"][0]["props"]["children"] if one["type"] == "Link"]
    assert [link["props"]["href"] for link in links] == [f"/km/staff/site/{one.code}" for one in shipped[1:]]


def test_of_many_sites_only_the_nearest_are_named_and_this_one_always(shipped: list[Site]) -> None:
    for site in shipped[::7]:
        names = marks_of(build_site_map(site, shipped, Selection()))
        shown = [name for name, (_, _, kind) in names.items() if kind != "vh"]
        assert site.name.en in shown
        assert len(shown) <= 8


def test_a_site_whose_place_is_not_known_says_so_and_one_alone_stands_in_the_middle() -> None:
    nowhere, alone = site_at("nowhere", None, None), site_at("alone", 12, 105)
    assert "no coordinates" in build_site_map(nowhere, [nowhere, alone], Selection())["props"]["children"]
    assert marks_of(build_site_map(alone, [nowhere, alone], Selection()))["Site alone"][:2] == (50, 50)


@pytest.fixture(scope="module")
def shipped() -> list[Site]:
    from etl.plan.read_plan import read_plan
    from tests.support.plan_edits import SHIPPED_PLAN

    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return list(extend_to_forty_sites(plan).sites)
