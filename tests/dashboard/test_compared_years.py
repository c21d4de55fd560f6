"""A year that has not ended beside a whole year: names say which is which."""

import json

import pytest

from tests.dashboard.populated_app import PopulatedApp
from tests.support.rendered_pages import fetch_response


@pytest.mark.parametrize(
    ("query", "own", "whole"),
    [("period=2026&compare=2025", True, True), ("period=2025&compare=2026", False, False)],
)
def test_an_unfinished_year_and_the_whole_year_beside_it_are_named(
    shared_populated_app: PopulatedApp, query: str, own: bool, whole: bool
) -> None:
    """It is November 2026: its fourth quarter has not ended."""
    client = shared_populated_app.make_client("manager")
    text = json.dumps(fetch_response(client, f"/staff/overview?{query}"))
    assert ("2026, all sites, up to now" in text.lower()) == own
    assert ("2025, whole year" in text) == whole
    assert "2026, whole year" not in text


@pytest.mark.parametrize("query", ["period=2026&compare=year-before", "compare=2025"])
def test_the_same_quarters_of_a_year_before_are_no_whole_year(shared_populated_app: PopulatedApp, query: str) -> None:
    client = shared_populated_app.make_client("manager")
    assert "whole year" not in json.dumps(fetch_response(client, f"/staff/overview?{query}"))
