"""The overview at 1440 x 900 shows indicators off track, the most behind, and overdue returns without scrolling."""

import re

import pytest

from tests.browser.cli_figures import Choice, CliFigures
from tests.browser.filter_controls import choose_period
from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser

_VISIBLE = """() => ['#answer-off-track', '#answer-worst', '#answer-owed'].map(name => {
  const box = document.querySelector(name).getBoundingClientRect();
  const place = document.elementFromPoint(box.left + 10, box.top + 10);
  const inside = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  return inside && box.height > 20 && document.querySelector(name).contains(place);
})"""


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_first_screen_shows_the_summary_without_scrolling(sample_site: ServedApp, language: str) -> None:
    prefix = "" if language == "en" else "/km"
    cli_rows = CliFigures(sample_site.run, sample_site.plan, Choice()).figures
    off = [row for row in cli_rows.values() if row["rating"] == "off_track"]
    worst = min(off, key=lambda row: float(row["pace"]))
    indicator = sample_site.plan.indicator_by_code[worst["indicator"]]
    missing = {location.split()[0] for row in cli_rows.values() for location in row["actual"]["missing"]}
    with sample_site.visit(height=900) as visitor:
        visitor.open(f"{prefix}/staff/overview")
        page = visitor.page
        assert page.evaluate("scrollY") == 0
        assert page.evaluate(_VISIBLE) == [True, True, True]
        answers = {name: page.inner_text(f"#answer-{name}") for name in ("off-track", "worst", "owed")}
    rated = sum(row["rating"] in ("achieved", "on_track", "at_risk", "off_track") for row in cli_rows.values())
    assert [int(number) for number in re.findall(r"\d+", answers["off-track"])][:2] == [len(off), rated]
    assert indicator.name.get_text(language) in answers["worst"]
    need = worst["outlook"]["needed_per_quarter"]
    shown = f"{float(need):.0f}" if float(need).is_integer() else f"{float(need):.1f}"
    assert f"+{shown} {indicator.unit_label.get_text(language)}" in answers["worst"]
    for code in missing:
        assert sample_site.plan.site_by_code[code].name.get_text(language) in answers["owed"]


def test_the_link_to_a_week_ago_compares_and_keeps_the_selection(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview?site=RVG")
        visitor.page.get_by_role("link", name="What changed").click()
        visitor.page.locator("#changes .choices a").nth(2).click()
        visitor.page.wait_for_url(re.compile(r"/staff/overview\?site=RVG&since=2026-09-30$"))
        visitor.page.wait_for_function("() => document.querySelector('#changes b') !== null")
        assert "since 30 Sep 2026" in visitor.page.inner_text("#changes")
        choose_period(visitor.page, "2026")
        visitor.page.wait_for_url("**/staff/overview?site=RVG&since=2026-09-30&period=2026")
