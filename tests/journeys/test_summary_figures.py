"""The overview's summary: indicators off track, the most behind, overdue returns, and what changed."""

import re

import pytest

from etl.indicators.vocabulary import ReportingFrequency
from etl.locale import LANGUAGES
from tests.support.cli_figures import Choice, CliFigures
from tests.support.page_content import find_class
from tests.support.staff_pages import StaffPages, read_text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_answers_what_is_off_track_most_behind_and_overdue(sample_pages: StaffPages, language: str) -> None:
    rows = CliFigures(sample_pages.run, sample_pages.plan, Choice()).figures.values()
    off = [row for row in rows if row["rating"] == "off_track"]
    worst = min(off, key=lambda row: float(row["pace"]))
    indicator = sample_pages.plan.indicator_by_code[worst["indicator"]]
    missing = {location.split()[0] for row in rows for location in row["actual"]["missing"]}
    page = sample_pages.fetch_document(f"{'' if language == 'en' else '/km'}/staff/overview")
    answers = {name: read_text(page.get_element_by_id(f"answer-{name}")) for name in ("off-track", "worst", "owed")}
    rated = sum(row["rating"] in ("achieved", "on_track", "at_risk", "off_track") for row in rows)
    assert [int(number) for number in re.findall(r"\d+", answers["off-track"])][:2] == [len(off), rated]
    assert indicator.name.get_text(language) in answers["worst"]
    is_quarterly = indicator.reported is ReportingFrequency.QUARTERLY
    need = worst["outlook"]["needed_per_quarter" if is_quarterly else "needed"]
    shown = f"{float(need):.{max(indicator.decimals, 0 if float(need).is_integer() else 1)}f}"
    assert f"+{shown} {indicator.unit_label.get_text(language)}" in answers["worst"]
    for code in missing:
        assert sample_pages.plan.site_by_code[code].name.get_text(language) in answers["owed"]


def test_the_link_to_an_earlier_day_compares_and_keeps_the_selection(sample_pages: StaffPages) -> None:
    changes = sample_pages.fetch_document("/staff/overview?site=RVG&view=changes").get_element_by_id("changes")
    (choices,) = find_class(changes, "choices")
    link = choices.findall(".//a")[2].get("href")
    assert link == "/staff/overview?site=RVG&since=2026-09-30"
    assert "since 30 Sep 2026" in read_text(sample_pages.fetch_document(link).get_element_by_id("changes"))
