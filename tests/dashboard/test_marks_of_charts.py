"""Every mark of every chart leads to a page or to the explanation of its figure."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard.charts.addresses import parse_figure_hash
from dashboard.selection import split_language
from etl.indicators.vocabulary import Indicator
from tests.dashboard.test_figure_drawer import explain
from tests.support.rendered_pages import fetch_children, find_elements

COMPARISONS = ("", "year-before", "2025", "site-01", "each-site&site=01&site=N-2", "edition-{edition}")
PERIODS = ("plan", "2025")


def list_pages(shared_populated_app: Any) -> Iterator[str]:
    """Yield every kind of page with charts."""
    plan = shared_populated_app.staffed_app.source.get_snapshot().plans.latest
    yield "/staff/overview"
    yield "/staff/sites"
    yield f"/staff/site/{plan.sites[0].code}"
    for view in ("year", "site"):
        yield f"/staff/objective/{plan.objectives[0].code}?view={view}"
    for indicator in select_kinds(plan.indicators):
        yield f"/staff/indicator/{indicator.code}?view=site-quarters"


def select_kinds(indicators: tuple[Indicator, ...]) -> list[Indicator]:
    """Return an indicator of each kind."""
    kinds = {(item.is_ratio, item.is_stage, item.over_time, item.target_basis): item for item in indicators}
    return list(kinds.values())


def list_marks(chart: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the custom data of each visible mark."""
    for trace in chart["data"]:
        values = trace["x" if trace.get("orientation") == "h" else "y"]
        entries = trace["customdata"]
        assert len(entries) == len(values), trace["name"]
        yield from ((trace["name"], entry) for value, entry in zip(values, entries, strict=True) if value is not None)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("comparison", COMPARISONS)
def test_every_mark_has_an_address_that_opens(shared_populated_app, comparison: str, period: str) -> None:
    client = shared_populated_app.make_client("manager")
    registry = shared_populated_app.staffed_app.registry
    addresses: dict[str, str] = {}
    for page in list_pages(shared_populated_app):
        query = shared_populated_app.address(f"compare={comparison}&period={period}")
        address = f"{page}{'&' if '?' in page else '?'}{query}"
        charts = find_elements(fetch_children(client, address), "Graph")
        assert charts or "/staff/sites" in page, page
        for chart in charts:
            for name, entry in list_marks(chart["props"]["figure"]):
                assert isinstance(entry, list) and len(entry) == 2 and entry[1], (page, chart["props"]["id"], name)
                addresses[entry[1]] = f"{address} {name}"
    assert len(addresses) > 20
    for address, place in addresses.items():
        if address.startswith("#"):
            assert parse_figure_hash(address) is not None, place
            continue
        path = split_language(urlsplit(address).path)[1]
        assert registry.find_page(path) or registry.find_route(path), (address, place)


@pytest.mark.parametrize("comparison", ["", "site-01"])
def test_each_explanation_of_a_mark_has_its_figure(shared_populated_app, comparison: str) -> None:
    client = shared_populated_app.make_client("manager")
    hashes = set()
    for page in list_pages(shared_populated_app):
        address = f"{page}{'&' if '?' in page else '?'}compare={comparison}"
        for chart in find_elements(fetch_children(client, address), "Graph"):
            hashes |= {entry[1] for _, entry in list_marks(chart["props"]["figure"]) if entry[1].startswith("#")}
    assert len(hashes) > 10
    for figure_hash in sorted(hashes)[::7]:
        answer = explain(shared_populated_app, "manager", f"/staff/overview{figure_hash}")
        assert answer.json["response"]["drawer-title"]["children"] != "Figure not found", figure_hash


def test_pages_open_for_a_year_that_has_not_begun(shared_populated_app) -> None:
    client = shared_populated_app.make_client("manager")
    year = shared_populated_app.staffed_app.source.get_snapshot().plans.latest.settings.last_year
    for page in list_pages(shared_populated_app):
        assert fetch_children(client, f"{page}{'&' if '?' in page else '?'}period={year}&compare=year-before")
