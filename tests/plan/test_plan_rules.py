"""Test each rule with a bad cell: exactly one issue, at its line of the CSV and its cell of the workbook."""

import io
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from etl.plan import PlanIssue, write_plan_workbook
from etl.plan.schemas import SCHEMA_BY_NAME
from etl.use_cases.plans.read_plan_file import PlanFile, read_plan_file
from tests.support.plan_edits import (
    OTHER_PLAN,
    SHIPPED_PLAN,
    Edit,
    apply_edits,
    copy_plan,
    get_csv_location,
    get_sheet_location,
)


def make_indicator(row: str, column: str, text: str) -> Edit:
    return Edit("indicators", row, column, text)


def make_target(row: str, column: str, text: str) -> Edit:
    return Edit("targets", row, column, text)


ONE_CELL: list[tuple[Edit, str]] = [
    (Edit("plan", "first_year", "value", "soon"), "first_year is 'soon'; write a year"),
    (Edit("plan", "last_year", "value", "2020"), "last_year is 2020, before first_year 2024"),
    (Edit("plan", "name_en", "value", ""), "name_en is blank; write the plan's name"),
    (Edit("plan", "status", "value", "draft"), "status is 'draft'; write provisional or official"),
    (Edit("plan", "on_track", "value", "90"), "on_track is '90'; write a number"),
    (Edit("plan", "at_risk", "value", "0.95"), "at_risk is 0.95, above on_track 0.9"),
    (Edit("objectives", "LAND", "name_en", ""), "name_en is blank; write"),
    (make_indicator("L.1", "direction", "up"), "direction is 'up'; write increase, decrease or maintain"),
    (make_indicator("L.1", "decimals", ""), "decimals is blank; write a whole number, from 0 to 6"),
    (make_indicator("L.1", "decimals", "1.5"), "decimals is '1.5'; write a whole number"),
    (make_indicator("L.2", "baseline_value", "4,500"), "baseline_value is '4,500'; write a number such as 1500 or 0.5"),
    (make_indicator("L.2", "baseline_value", "1234567890.1234567"), "write at most 15 digits"),
    (make_indicator("L.1", "whole", "TRUE"), "whole is 'TRUE'; write yes or no"),
    (
        make_indicator("L.1", "objective", "LAMD"),
        "objective names 'LAMD', which objectives doesn't have; did you mean LAND?",
    ),
    (make_indicator("S.1", "reporting_sites", "01;N-3"), "reporting_sites names 'N-3', which sites doesn't have"),
    (make_indicator("S.1", "reporting_sites", "01;N-2;01"), "reporting_sites names a code twice"),
    (make_indicator("P.1", "season_q2", ""), "season_q2 is blank; fill all four quarters"),
    (make_indicator("S.3", "reporting_sites", "01;N-2"), ""),
    (make_indicator("L.1", "target_basis", "level"), "a flow has no level at year's end"),
    (make_indicator("L.1", "percent_rule", "of_change"), "a cumulative target has no baseline"),
    (make_indicator("S.1", "target_basis", "annual"), "over_time is stock, which doesn't add up over time"),
    (make_indicator("S.1", "target_basis", "cumulative"), ""),
    (make_indicator("L.2", "target_basis", "annual"), "over_time is maximum"),
    (make_indicator("S.3", "target_basis", "annual"), "over_time is average"),
    (make_indicator("P.2", "target_basis", "cumulative"), "a share of a flow is assessed year by year"),
    (make_indicator("P.2", "target_basis", "level"), "a share of a flow is assessed year by year"),
    (make_indicator("L.3", "over_time", "average"), "a ratio is formed from summed pairs"),
    (make_indicator("L.3", "over_time", "maximum"), "a ratio is formed from summed pairs"),
    (make_indicator("L.3", "across_sites", "maximum"), "a ratio is formed from summed pairs"),
    (make_indicator("L.3", "numerator_en", ""), "numerator_en is blank; say in words"),
    (make_indicator("L.3", "denominator_en", ""), "denominator_en is blank; say in words"),
    (make_indicator("L.3", "scale", "1"), "scale is 1, but the unit is %"),
    (make_indicator("L.1", "scale", "10"), "only a ratio is scaled"),
    (make_indicator("L.1", "scale", "-1"), "write a number above 0"),
    (make_indicator("P.2", "numerator_ref", ""), "numerator_ref is blank, but source is derived"),
    (make_indicator("P.2", "denominator_ref", "P.7"), "P.7 is not an indicator of this plan"),
    (make_indicator("P.2", "denominator_ref", "S.2"), "which is a ratio"),
    (make_indicator("P.2", "denominator_ref", "P.2"), "which is a ratio"),
    (
        make_indicator("P.2", "numerator_ref", "P.1/sex/woman"),
        "no part sex/woman in disaggregations; did you mean sex/women?",
    ),
    (make_indicator("P.2", "numerator_ref", "P.1/women"), "numerator_ref is 'P.1/women'; write the key of a number"),
    (make_indicator("P.2", "source", "return"), "numerator and denominator both come from other numbers"),
    (make_indicator("P.1", "denominator_ref", "S.1"), "only a ratio has a numerator and a denominator"),
    (make_indicator("P.3", "reporting_sites", "01"), "source is system and no site reports it"),
    (make_indicator("P.3", "numerator_ref", "P.1"), "but source is system; leave it blank"),
    (make_indicator("L.2", "baseline_year", ""), "there is a baseline_value; write the year"),
    (make_indicator("L.2", "baseline_year", "2029"), "after the plan's last year 2028"),
    (make_indicator("L.1", "at_risk", "0.95"), "at risk from 0.95 is above on track from 0.9"),
    (make_indicator("L.1", "successor", "L.1"), "successor is L.1 itself"),
    (make_indicator("L.1", "maximum", "-1"), "maximum is -1, below the minimum of 0"),
    (make_indicator("P.3", "maximum", "100"), "source is system, which is never above 100 %"),
    (make_target("L.3//2026", "value", "101"), ""),
    (make_target("L.1//2025", "value", "900"), "below the target for 2024 of 1000"),
    (make_target("L.2//2024", "value", "4.6"), "above the baseline (2023) of 4.5"),
    (make_target("L.3//2026", "value", "30"), "below the baseline (2023) of 35"),
    (make_target("S.1/01/2024", "value", "45"), ""),
    (make_target("P.2//2028", "value", "20"), "below the target for 2027 of 46"),
    (make_target("P.1//2025", "year", "2030"), ""),
    (make_target("L.1//2025", "value", "2 500"), "value is '2 500'; write a number"),
    (make_target("L.1//2025", "indicator", "L.9"), "indicator names 'L.9', which indicators doesn't have"),
    (make_target("L.1//2028", "year", "2031"), "the plan runs from 2024 to 2028"),
    (make_target("S.1/N-2/2024", "site", "east.3"), ""),
    (make_target("P.1//2026", "indicator", "P.4"), "indicator names 'P.4', which indicators doesn't have"),
    (Edit("disaggregations", "P.1/age", "exhaustive", "perhaps"), "exhaustive is 'perhaps'; write yes or no"),
    (Edit("disaggregations", "P.1/sex/yes/men", "exhaustive", "no"), "write the same in all rows of a dimension"),
    (Edit("disaggregations", "P.1/age", "indicator", "P.2"), "P.2 is a ratio, and a ratio has no parts"),
    (Edit("disaggregations", "P.1/age", "dimension", "age/group"), "dimension is 'age/group'; write a code"),
    (Edit("sites", "N-2", "closed_after", "2023Q4"), "closed_after is 2023Q4, before reports_from 2024Q1"),
    (
        Edit("sites", "east.3", "reports_from", "July 2024"),
        "reports_from is 'July 2024'; write a quarter such as 2025Q3",
    ),
    (Edit("sites", "01", "ncdd_code", "708"), "write 2, 4, 6 or 8 digits as text"),
    (Edit("sites", "01", "lat", "106.1"), "lat is '106.1'; write a number"),
    (Edit("sites", "east.3", "is_centre", "yes"), "01 is the centre already"),
    (Edit("site_aliases", "N-2", "site", "N-4"), "site names 'N-4', which sites doesn't have"),
    (Edit("site_aliases", "N-2", "alias", "East Bank"), "is the name of east.3"),
    (Edit("programmes", "BASIN", "code", "BASIN 1"), "code is 'BASIN 1'; write a code"),
    (
        Edit("indicator_programmes", "P.1", "programme", "WATER"),
        "programme names 'WATER', which programmes doesn't have",
    ),
    (Edit("indicator_programmes", "P.1", "provenance", "ilustrative"), "write illustrative, sourced or official"),
]
MORE_THAN_ONE_FOLLOWS = [edit for edit, message in ONE_CELL if not message]
EXACT = [(edit, message) for edit, message in ONE_CELL if message and edit.text != "BASIN 1"]
FIRST_OF_EACH_FILE = list({edit.file: edit for edit, _ in reversed(EXACT)}.values())
"""The edits that are also read from a workbook: a workbook of each edit is part of `make soak`."""


def select_errors(result: PlanFile) -> list[PlanIssue]:
    return [issue for issue in result.issues if issue.severity == "error"]


def read_errors(path: Path) -> list[PlanIssue]:
    return select_errors(read_plan_file(path))


@pytest.mark.parametrize(
    ("edit", "message"),
    EXACT,
    ids=lambda parameter: f"{parameter.row}.{parameter.column}" if isinstance(parameter, Edit) else "",
)
def test_bad_cell_is_a_single_issue_at_its_location(tmp_path: Path, edit: Edit, message: str, is_soak: bool) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, edit)
    result = read_plan_file(folder)
    issues = select_errors(result)
    assert [(issue.file, issue.location) for issue in issues] == [(f"{edit.file}.csv", get_csv_location(edit))]
    assert message in issues[0].message
    assert result.plan is None
    if not is_soak and edit not in FIRST_OF_EACH_FILE:
        return
    if edit.row == "P.1//2026":
        return  # A blank target has no row in the workbook.
    in_workbook = read_errors(write_broken_workbook(tmp_path / "plan.xlsx", edit))
    assert [(issue.file, issue.location) for issue in in_workbook] == [("plan.xlsx", get_sheet_location(edit))]
    assert message in in_workbook[0].message


def write_broken_workbook(path: Path, edit: Edit) -> Path:
    """Write the workbook of the other plan with one cell changed."""
    book = open_plan_workbook()
    cell = book[SCHEMA_BY_NAME[edit.file].sheet][get_sheet_location(edit).partition("!")[2]]
    before = cell.value, cell.data_type
    cell.value, cell.data_type = edit.text or None, "s" if edit.text else "n"
    book.save(path)
    cell.value, cell.data_type = before
    return path


@cache
def open_plan_workbook() -> Workbook:
    plan = read_plan_file(OTHER_PLAN).plan
    assert plan is not None
    return load_workbook(io.BytesIO(write_plan_workbook(plan)))


def test_twelve_issues_are_reported_at_once(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    edits = [
        Edit("plan", "on_track", "value", "90 %"),
        Edit("objectives", "SEED", "short_en", ""),
        make_indicator("L.1", "percent_rule", "of_change"),
        make_indicator("L.2", "direction", "down"),
        make_indicator("L.3", "scale", "1"),
        make_indicator("S.1", "target_basis", "annual"),
        make_indicator("P.1", "season_q4", "0.25"),
        Edit("disaggregations", "P.1/age", "category", "15/30"),
        make_target("S.2//2028", "value", "70"),
        make_target("P.2//2025", "year", "two"),
        Edit("sites", "east.3", "lon", "104,78"),
        Edit("site_aliases", "east.3", "site", "east"),
    ]
    apply_edits(folder, *edits)
    locations = {(f"{edit.file}.csv", get_csv_location(edit)) for edit in edits}
    locations.remove(("indicators.csv", get_csv_location(make_indicator("P.1", "season_q4", ""))))
    locations.add(("indicators.csv", get_csv_location(make_indicator("P.1", "season_q1", ""))))
    issues = read_errors(folder)
    assert len(issues) == 12
    assert {(issue.file, issue.location) for issue in issues} == locations
    files = [f"{name}.csv" for name in SCHEMA_BY_NAME]
    assert [files.index(issue.file) for issue in issues] == sorted(files.index(issue.file) for issue in issues)


@pytest.mark.parametrize("folder", [SHIPPED_PLAN, OTHER_PLAN], ids=["shipped", "other"])
def test_plans_of_this_project_have_no_issues(folder: Path) -> None:
    assert [str(issue) for issue in read_plan_file(folder).issues] == []


def test_bare_percentage_is_refused_unless_a_single_site_reports_it(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_indicator("S.3", "across_sites", "sum"))
    assert read_errors(folder) == []
    apply_edits(folder, make_indicator("S.3", "reporting_sites", ""))
    (issue,) = read_errors(folder)
    assert "sites report %, which can't be added up" in issue.message


def test_annual_targets_may_fall_although_more_is_better(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_target("P.1//2028", "value", "10"))
    assert read_errors(folder) == []


def test_only_an_annual_amount_may_have_a_season(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, *(make_indicator("L.1", f"season_q{quarter}", "0.25") for quarter in (1, 2, 3, 4)))
    assert [issue.location for issue in read_errors(folder)] == [
        get_csv_location(make_indicator("L.1", "season_q1", ""))
    ]


def test_season_that_does_not_add_up_to_a_year_is_refused_at_its_first_quarter(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_indicator("P.1", "season_q2", "0.30"))
    issues = read_errors(folder)
    assert [issue.location for issue in issues] == [get_csv_location(make_indicator("P.1", "season_q1", ""))]
    assert "add up to 0.90" in issues[0].message


def test_across_sites_centre_is_refused_with_several_reporting_sites(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_indicator("L.3", "across_sites", "centre"))
    issues = read_errors(folder)
    assert [issue.location for issue in issues] == [get_csv_location(make_indicator("L.3", "reporting_sites", ""))]
    assert "across_sites is centre, but 3 sites report it" in issues[0].message


def test_code_with_a_slash_is_a_single_issue(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, Edit("programmes", "BASIN", "code", "BA/SIN"))
    apply_edits(folder, *(Edit("indicator_programmes", row, "programme", "BA/SIN") for row in ("L.1", "P.1")))
    assert [issue.location for issue in read_errors(folder)] == ["line 2, column code"]


def test_sites_that_do_not_add_up_to_the_centre_are_a_warning(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_target("P.1/01/2025", "value", "95"))
    result = read_plan_file(folder)
    assert result.plan is not None
    assert [(issue.severity, issue.location) for issue in result.issues] == [
        ("warning", get_csv_location(make_target("P.1//2025", "value", "")))
    ]
    assert "its 3 sites (01: 95, N-2: 60, east.3: 30) add up to 185 for 2025, 5 more" in result.issues[0].message
    targets = [result.plan.find_target("P.1", site, 2025) for site in ("", "01")]
    assert [value and value.value for value in targets] == [180, 95]


def test_objective_without_indicators_and_unknown_successor_are_warnings(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(
        folder,
        *(make_indicator(code, "objective", "SEED") for code in ("L.1", "L.2", "L.3")),
        make_indicator("L.1", "successor", "L.9"),
    )
    result = read_plan_file(folder)
    assert result.plan is not None
    locations = [("objectives.csv", "line 2, column code"), ("indicators.csv", "line 2, column successor")]
    assert [(issue.file, issue.location) for issue in result.issues] == locations


@pytest.mark.parametrize("edit", MORE_THAN_ONE_FOLLOWS, ids=lambda edit: f"{edit.row}.{edit.column}")
def test_cell_that_invalidates_others_refuses_the_plan(tmp_path: Path, edit: Edit) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, edit)
    assert read_errors(folder)
