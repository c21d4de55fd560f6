"""The header of staff pages, its search, and the pages that its entries lead to."""

import re

import pytest

from dashboard.components.search_results import MAX_SUGGESTIONS
from tests.dashboard.app_constants import ROUTER
from tests.dashboard.conftest import StaffedApp
from tests.support.rendered_pages import fetch_children, find_elements, join_texts, unfold_static_parts

SUGGESTIONS = "search-options.children"


def suggest(app: StaffedApp, text: str, pathname: str = "/staff/overview", search: str = "") -> dict[str, str]:
    """Return the address of each suggestion by its text."""
    answer = app.call_callback(app.make_client("officer"), SUGGESTIONS, text, pathname, search)
    options = answer.json["response"]["search-options"]["children"]
    return {option["props"]["value"]: option["props"]["data-address"] for option in options}


def test_suggestions_lead_to_their_pages_with_the_selection(staffed_app):
    addresses = suggest(staffed_app, "trees", search="?period=2024&site=01")
    assert addresses == {"L.1 · Trees planted since the plan began": "/staff/indicator/L.1?period=2024&site=01"}
    (khmer,) = suggest(staffed_app, "trees", "/km/staff/overview").values()
    assert khmer == "/km/staff/indicator/L.1"


def test_a_suggested_site_replaces_the_selected_one(staffed_app):
    assert suggest(staffed_app, "east bank", search="?site=01&period=2024") == {
        "east.3 · East bank": "/staff/site/east.3?period=2024"
    }


def test_every_suggestion_contains_what_was_typed_so_that_browsers_offer_it(staffed_app):
    for text in ("L.1", "seed", "kampot", "n-2"):
        options = suggest(staffed_app, text)
        assert options and all(text.casefold() in option.casefold() for option in options)
        assert len(options) <= MAX_SUGGESTIONS


def test_a_stranger_gets_no_suggestion_and_no_header(staffed_app):
    for key in (SUGGESTIONS, "header.children"):
        assert staffed_app.call_callback(staffed_app.make_client(), key, "trees", "/staff/overview").status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=trees", "1 result Trees planted since the plan began Indicator L.1"),
        ("?q=nothing+like+it", "Nothing in the plan matches your search."),
        ("", "Try a code"),
    ],
)
def test_the_page_of_results_lists_what_matches(staffed_app, query: str, expected: str):
    text = join_texts(fetch_children(staffed_app.make_client("officer"), f"/staff/search{query}"))
    assert expected in text


@pytest.mark.parametrize("path", ["/staff/indicators", "/staff/reports", "/staff/sites", "/staff/returns"])
def test_the_entries_of_the_header_lead_to_pages(staffed_app, path: str):
    client = staffed_app.make_client("officer")
    header = staffed_app.call_callback(client, "header.children", "/staff", "/staff/overview", "?period=2024").json
    links = find_elements(header["response"]["header"]["children"], "NavLink")
    assert f"{path}?period=2024" in [link["props"]["href"] for link in links]
    assert find_elements(fetch_children(client, path), "H1")


def test_only_administrators_see_the_administration(staffed_app):
    for person, is_shown in (("officer", False), ("manager", False), ("administrator", True)):
        client = staffed_app.make_client(person)
        header = staffed_app.call_callback(client, "header.children", "/staff", "/staff/overview", "").json
        document = client.get("/staff/account").text
        assert ("/admin/audit" in str(header)) is is_shown
        assert ("/admin/audit" in document) is is_shown


def test_a_document_has_the_same_entries_and_marks_its_own(staffed_app):
    text = staffed_app.make_client("manager").get("/km/staff/upload?period=2024").text
    current = re.findall(r'href="([^"]*)" aria-current="page"', text)
    assert set(current) == {"/km/staff/returns?period=2024"}
    assert 'action="/km/staff/search"' in text


def test_a_public_page_has_no_staff_header(staffed_app):
    answer = staffed_app.call_callback(
        staffed_app.make_client("manager"), "header.children", "/explore", "/explore", ""
    )
    assert answer.json["response"]["header"]["children"] is None


@pytest.mark.parametrize(
    ("path", "has_figures"),
    [("/staff/overview", True), ("/staff/number/L.1/plan", True), ("/staff/compare-editions", False)],
)
def test_only_pages_of_live_figures_say_that_their_figures_are_not_published(staffed_app, path, has_figures):
    answer = staffed_app.call_callback(staffed_app.make_client("officer"), ROUTER, path, "")
    assert ("not published" in str(unfold_static_parts(answer.json))) is has_figures


def test_pages_without_figures_name_only_the_day(staffed_app):
    text = staffed_app.make_client("officer").get("/staff/account").text
    assert "As of 23 Nov 2026" in text and "not published" not in text
