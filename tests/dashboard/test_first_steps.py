"""The checklist leads an administrator from an empty database to the first edition, by what is stored."""

from datetime import datetime
from pathlib import Path

import pytest

from dashboard.app import create_app
from dashboard.components.overview_summary import build_overview_summary
from dashboard.selection import parse_selection
from etl.indicators.figures import count_ratings
from etl.indicators.vocabulary import Role
from etl.plan.read_plan import read_plan
from etl.queries.data_source import open_data_source
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user, set_user_active
from tests.dashboard.app_constants import PASSWORD
from tests.dashboard.conftest import StaffedApp, make_test_registry
from tests.dashboard.test_plan_page import run_check
from tests.support.plan_edits import SHIPPED_PLAN
from tests.support.rendered_pages import fetch_children, find_elements, join_texts

OVERVIEW = "/staff/overview"


def read_steps(client, address: str = OVERVIEW) -> dict[str, bool]:
    """Return whether each step of the list is done, by the path that it leads to; empty without the list."""
    sections = find_elements(fetch_children(client, address), "Section")
    items = [
        item
        for section in sections
        if section["props"].get("id") == "first-steps"
        for item in find_elements(section, "Li")
    ]
    return {
        find_elements(item, "A")[0]["props"]["href"].split("/")[-1]: item["props"]["data-done"] == "true"
        for item in items
    }


@pytest.fixture
def empty_app(tmp_path: Path, now: datetime):
    """Yield an app whose database holds an administrator and nothing else."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    source = open_data_source(url)
    source.ensure_schema()
    add_user(source.engine, "administrator", Role.ADMINISTRATOR, PASSWORD, now=now, actor="test")
    settings = Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=now)
    app = create_app(settings, source, make_test_registry())
    yield StaffedApp(app, source, settings, app.server.extensions["registry"])
    source.engine.dispose()


def test_an_empty_database_leads_to_the_provisional_plan(empty_app):
    client = empty_app.make_client("administrator")
    expected = {"account": True, "plan": False, "users": False, "returns": False, "approve": False, "editions": False}
    assert read_steps(client) == expected
    assert read_steps(client, "/km/staff/overview") == expected
    assert "Use the provisional plan" in client.get("/admin/plan").text
    token = {"csrf": client.get_cookie("csrf").value}
    job = client.post("/admin/plan", data={**token, "action": "shipped"}).headers["Location"]
    preview = run_check(empty_app, job)
    plan = read_plan(SHIPPED_PLAN).plan
    text = client.get(preview).text
    assert "Load this plan" in text and "Load the first plan" in text and "Optional for the first plan." in text
    assert "This is the first plan." in text
    assert f"{len(plan.objectives)} objectives, {len(plan.indicators)} indicators, {len(plan.sites)} sites" in text
    assert client.post(preview, data={**token, "seen": "0", "reason": ""}).status_code == 303
    assert empty_app.source.get_snapshot().plans.latest == plan
    assert read_steps(client) == {**expected, "plan": True}
    assert "Use the provisional plan" not in client.get("/admin/plan").text


@pytest.mark.parametrize("path", ["/admin/editions", "/admin/periods", "/staff/upload", "/staff/approve"])
def test_every_page_without_a_plan_says_what_to_do_next(empty_app, path):
    text = empty_app.make_client("administrator").get(path).text
    assert "Load a plan first." in text or "/admin/plan" in text.partition("<main")[2]


def test_a_step_is_open_again_when_its_officer_is_deactivated(staffed_app):
    client = staffed_app.make_client("administrator")
    assert read_steps(client)["users"] is True
    now = staffed_app.settings.now()
    set_user_active(staffed_app.source.engine, "officer", False, actor="administrator", now=now)
    assert read_steps(client)["users"] is False
    codes = [site.code for site in staffed_app.source.get_snapshot().plans.latest.sites]
    assert f"Without an officer: {', '.join(codes)}" in join_texts(fetch_children(client, OVERVIEW))


def test_only_administrators_see_the_steps(staffed_app):
    assert read_steps(staffed_app.make_client("manager")) == read_steps(staffed_app.make_client("officer")) == {}


def test_the_steps_disappear_with_the_first_edition(populated_app):
    assert read_steps(populated_app.make_client("administrator")) == {}


def describe_overview(app: StaffedApp) -> tuple[bool, bool, str]:
    """Return whether the overview has charts, whether it has a list of urgent indicators, and its text."""
    page = fetch_children(app.make_client("administrator"), OVERVIEW)
    return "'className': 'three'" in str(page), "urgent" in str(page), join_texts(page)


def test_an_overview_before_the_first_return_has_no_empty_charts(staffed_app):
    """Only the share of returns on time is rated then: none of the due ones has come."""
    has_charts, has_urgent_list, text = describe_overview(staffed_app)
    assert (has_charts, has_urgent_list) == (False, False)
    assert text.index("First steps") < text.index("No returns have been received yet")


def test_an_overview_with_returns_has_charts_and_the_most_urgent_indicators(populated_app):
    assert describe_overview(populated_app)[:2] == (True, True)


def test_a_summary_without_rated_indicators_says_so_in_place_of_counts_of_zero():
    counts = count_ratings([])
    for language, text in (("en", "No indicator is rated yet."), ("km", "មិនទាន់មានសូចនាករ")):
        summary = build_overview_summary(counts, None, (), parse_selection("", None, language), None)
        assert text in str(summary) and "of 0" not in str(summary) and "answer-off-track" not in str(summary)
