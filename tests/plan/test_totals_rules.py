"""Every contradiction of a total is named at its cell, with what to do."""

from pathlib import Path

import pytest

from etl.plan.read_plan import read_plan as read_plan_file
from tests.support.plan_edits import Edit, append_row, apply_edits, copy_plan, read_records


def make_indicator(code: str, column: str, text: str) -> Edit:
    return Edit("indicators", code, column, text)


def read_issues(folder: Path, severity: str = "error") -> list[str]:
    return [str(issue) for issue in read_plan_file(folder).issues if issue.severity == severity]


def add_indicator(folder: Path, code: str, like: str, **columns: str) -> None:
    record = next(record for record in read_records(folder, "indicators") if record["code"] == like)
    baseline = {"baseline_year": "", "baseline_value": "", "baseline_provenance": ""}
    append_row(folder, "indicators", {**record, **baseline, "code": code, "name_en": f"Number {code}", **columns})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a plan with lots stored (S.1 of sites 01 and N-2), lots lent (S.4 of all sites), and their total S.5."""
    folder = copy_plan(tmp_path / "plan")
    add_indicator(folder, "S.4", "S.1", reporting_sites="")
    add_indicator(folder, "S.5", "S.1", reporting_sites="", source="derived", sum_of="S.1;S.4")
    return folder


def test_a_total_is_loaded_with_the_sites_of_its_terms(folder: Path) -> None:
    assert read_issues(folder) == []
    plan = read_plan_file(folder).plan
    assert plan is not None
    total = plan.indicator_by_code["S.5"]
    assert total.sum_of == ("S.1", "S.4")
    assert plan.list_reporting_site_codes(total) == tuple(site.code for site in plan.sites)
    assert plan.list_entry_keys(total) == ()


@pytest.mark.parametrize(
    ("code", "column", "text", "message"),
    [
        ("S.5", "source", "return", "source is return, but sum_of is filled; write derived, or leave sum_of blank"),
        ("S.5", "sum_of", "", "source is derived, but neither a ratio nor a total; write ratio in measure"),
        ("S.5", "sum_of", "S.1;S.9", "sum_of names 'S.9', which indicators doesn't have"),
        ("S.5", "sum_of", "S.1;S.1", "sum_of names a code twice"),
        ("S.5", "sum_of", "S.1;S.5", "sum_of leads back to S.5 itself (S.5 -> S.5); remove one of these terms"),
        ("S.5", "sum_of", "S.1;S.2", "sum_of names S.2, a ratio, which can't be added up; name a plain number"),
        ("S.5", "unit", "sacks", "unit of S.1 is lots, but unit of S.5 is sacks; name indicators with the same unit"),
        ("S.5", "counts_people", "yes", "counts_people of S.4 is no, but counts_people of S.5 is yes"),
        ("S.5", "reported", "annual", "reported of S.1 is quarterly, but reported of S.5 is annual"),
        (
            "S.5",
            "reporting_sites",
            "01;N-2",
            "east.3 reports S.4, a term of S.5; add it, or leave reporting_sites blank",
        ),
        ("S.4", "whole", "no", "whole is yes, but S.4 may have decimals; write no"),
    ],
)
def test_a_contradiction_is_named(folder: Path, code: str, column: str, text: str, message: str) -> None:
    apply_edits(folder, make_indicator(code, column, text))
    assert any(message in issue for issue in read_issues(folder)), read_issues(folder)


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        ("over_time", "average", "over_time is average, but a total adds up its terms; write flow or stock"),
        ("across_sites", "maximum", "across_sites is maximum, but a total adds up its terms; write sum or centre"),
        ("reported", "milestone", "reported is milestone, but a total adds up its terms; write quarterly or annual"),
    ],
)
def test_a_total_is_a_sum_over_time_and_sites(folder: Path, column: str, text: str, message: str) -> None:
    apply_edits(folder, *(make_indicator(code, column, text) for code in ("S.1", "S.4", "S.5")))
    assert any(message in issue for issue in read_issues(folder)), read_issues(folder)


def test_a_site_that_reports_no_term_is_named(folder: Path) -> None:
    apply_edits(
        folder,
        make_indicator("S.4", "reporting_sites", "01"),
        make_indicator("S.5", "reporting_sites", "01;N-2;east.3"),
    )
    (issue,) = read_issues(folder)
    assert "column reporting_sites: east.3 report none of the terms of S.5; remove them" in issue


def test_a_total_of_totals_is_loaded_and_a_cycle_is_named(folder: Path) -> None:
    add_indicator(folder, "S.6", "S.1", reporting_sites="")
    add_indicator(folder, "S.7", "S.1", reporting_sites="", source="derived", sum_of="S.5;S.6")
    assert read_issues(folder) == []
    apply_edits(folder, make_indicator("S.5", "sum_of", "S.1;S.7"))
    issues = read_issues(folder)
    assert any("sum_of leads back to S.5 itself (S.5 -> S.7 -> S.5)" in issue for issue in issues)
    assert any("sum_of leads back to S.7 itself (S.7 -> S.5 -> S.7)" in issue for issue in issues)


def test_a_number_that_is_reached_on_two_ways_is_named(folder: Path) -> None:
    add_indicator(folder, "S.7", "S.1", reporting_sites="", source="derived", sum_of="S.5;S.4")
    (issue,) = read_issues(folder)
    assert "column sum_of: sum_of counts S.4 twice (S.7 -> S.4 and S.7 -> S.5 -> S.4); remove one" in issue


def test_people_who_are_counted_once_are_not_added_up(folder: Path) -> None:
    add_indicator(folder, "P.4", "P.1", unique="register")
    add_indicator(folder, "P.5", "P.1", source="derived", sum_of="P.1;P.4")
    (issue,) = read_issues(folder)
    assert "sum_of names P.4, which counts each person once" in issue


def test_an_indicator_may_be_in_several_totals(folder: Path) -> None:
    add_indicator(folder, "S.7", "S.1", source="derived", sum_of="S.1")
    assert read_issues(folder) == []


def test_a_part_that_a_term_lacks_is_named(folder: Path) -> None:
    for code, exhaustive in (("S.5", "yes"), ("S.1", "no")):
        row = {"indicator": code, "dimension": "crop", "category": "rice", "exhaustive": exhaustive, "label_en": "Rice"}
        append_row(folder, "disaggregations", row)
    issues = read_issues(folder)
    assert len(issues) == 2
    assert any("S.5 has the part crop/rice, but S.4 doesn't; add it to S.4, or remove it" in issue for issue in issues)
    assert any("the part crop/rice of S.5 is exhaustive, but that of S.1 isn't" in issue for issue in issues)


def test_targets_of_terms_that_do_not_add_up_are_a_warning(folder: Path) -> None:
    """S.1 has a target of 100 in 2024."""
    append_row(folder, "targets", {"indicator": "S.4", "year": "2024", "value": "20"})
    append_row(folder, "targets", {"indicator": "S.5", "year": "2024", "value": "130"})
    assert read_issues(folder) == []
    warnings = read_issues(folder, "warning")
    assert any("value is 130, but the targets of S.1, S.4 add up to 120; both are kept" in text for text in warnings)
    apply_edits(folder, Edit("targets", "S.5//2024", "value", "120"))
    assert not [text for text in read_issues(folder, "warning") if "targets of S.1" in text]
