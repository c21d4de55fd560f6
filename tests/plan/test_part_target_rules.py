"""Targets of parts in a plan: known parts, within the total, and adding up to it (docs/arithmetic.md, D10)."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from etl.indicators.vocabulary import Target
from etl.locale import get_locale
from etl.plan.check_plan import check_plan
from etl.plan.compare_plans import compare_plans, describe_change
from etl.plan.issues import PlanIssue
from etl.plan.write_plan import write_plan_folder, write_plan_workbook
from etl.use_cases.plans.read_plan_file import read_plan_file
from tests.support.plan_edits import OTHER_PLAN, Edit, append_row, apply_edits, copy_plan, get_csv_location

WOMEN, MEN, YOUTH = "sex/women", "sex/men", "age/youth"


def add_target(folder: Path, value: str, *, part: str = WOMEN, year: str = "2025", site: str = "") -> int:
    row = {"indicator": "P.1", "site": site, "year": year, "part": part, "value": value}
    return append_row(folder, "targets", row)


def read_issues(path: Path) -> list[PlanIssue]:
    return list(read_plan_file(path).issues)


def test_a_plan_without_the_column_has_no_targets_of_parts() -> None:
    result = read_plan_file(OTHER_PLAN)
    assert result.plan is not None and result.issues == ()
    assert {target.part for target in result.plan.targets} == {""}


def test_targets_of_parts_are_read_for_the_centre_for_sites_and_for_the_baseline_year(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    add_target(folder, "70")
    add_target(folder, "30", site="01")
    add_target(folder, "40", year="2023")
    result = read_plan_file(folder)
    assert result.plan is not None and result.issues == ()
    find = result.plan.find_target
    targets = [find("P.1", "", 2025, WOMEN), find("P.1", "01", 2025, WOMEN), find("P.1", "", 2023, WOMEN)]
    assert [target and target.value for target in targets] == [70, 30, 40]
    assert find("P.1", "", 2025) == Target("P.1", "", 2025, Decimal(180), "official")


def test_an_unknown_part_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    lines = [add_target(folder, "70", part=part) for part in ("sex/womn", "crop")]
    issues = read_issues(folder)
    assert [issue.location for issue in issues] == [f"line {line}, column part" for line in lines]
    assert "part is sex/womn, which is no part of P.1 in disaggregations; did you mean sex/women?" in issues[0].message
    assert "; write one of sex/women, sex/men, age/youth, or leave it blank" in issues[1].message


@pytest.mark.parametrize(("site", "total_row"), [("", "P.1//2025"), ("01", "P.1/01/2025")])
def test_a_part_above_its_total_is_refused_with_both_cells(tmp_path: Path, site: str, total_row: str) -> None:
    folder = copy_plan(tmp_path / "plan")
    line = add_target(folder, "181", site=site)
    (issue,) = [issue for issue in read_issues(folder) if issue.severity == "error"]
    assert (issue.file, issue.location) == ("targets.csv", f"line {line}, column value")
    total = get_csv_location(Edit("targets", total_row, "value", ""))
    assert f"value is 181, but the total of P.1 is {90 if site else 180} (targets.csv, {total})" in issue.message


def test_a_part_may_equal_its_total_and_numbers_that_may_be_negative_have_no_limit(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    add_target(folder, "180")
    assert read_issues(folder) == []
    apply_edits(folder, Edit("targets", "P.1//2025", "value", "100"))
    assert any(issue.severity == "error" for issue in read_issues(folder))
    apply_edits(folder, Edit("indicators", "P.1", "minimum", ""))
    assert not any(issue.severity == "error" for issue in read_issues(folder))


def test_a_baseline_of_a_part_above_the_baseline_of_the_indicator_is_refused_with_both_cells(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    line = add_target(folder, "91", year="2023")
    (issue,) = read_issues(folder)
    assert issue.location == f"line {line}, column value"
    baseline = get_csv_location(Edit("indicators", "P.1", "baseline_value", ""))
    assert f"value is 91, but the total of P.1 is 90 (indicators.csv, {baseline})" in issue.message


@pytest.mark.parametrize(("women", "men", "is_told"), [("80", "100", False), ("80", "99", True), ("100", "101", True)])
def test_parts_of_an_exhaustive_dimension_add_up_or_are_told(
    tmp_path: Path, women: str, men: str, is_told: bool
) -> None:
    folder = copy_plan(tmp_path / "plan")
    add_target(folder, women)
    add_target(folder, men, part=MEN)
    add_target(folder, "170", part=YOUTH)
    issues = read_issues(folder)
    assert [issue.severity for issue in issues] == ["warning"] * is_told
    if is_told:
        total = int(women) + int(men)
        assert issues[0].location == get_csv_location(Edit("targets", "P.1//2025", "value", ""))
        assert issues[0].message == (
            f"value is 180, but its parts sex/women, sex/men add up to {total} for 2025; both are kept"
        )


def test_baselines_of_parts_add_up_or_are_told(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    add_target(folder, "40", year="2023")
    add_target(folder, "49", year="2023", part=MEN)
    (issue,) = read_issues(folder)
    assert (issue.severity, issue.file) == ("warning", "indicators.csv")
    assert "baseline_value is 90, but its parts sex/women, sex/men add up to 89 for 2023" in issue.message


def test_targets_of_sites_for_a_part_add_up_to_the_centres_or_are_told(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    line = add_target(folder, "70")
    for site, value in (("01", "30"), ("N-2", "20"), ("east.3", "10")):
        add_target(folder, value, site=site)
    (issue,) = read_issues(folder)
    assert (issue.severity, issue.location) == ("warning", f"line {line}, column value")
    assert "value is 70, but its 3 sites (01: 30, N-2: 20, east.3: 10) add up to 60 for 2025, 10 less" in issue.message


def test_the_same_part_twice_is_a_duplicate_and_another_part_is_not(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    add_target(folder, "70")
    line = add_target(folder, "60")
    (issue,) = read_issues(folder)
    assert issue.location == f"line {line}, column indicator"


@pytest.mark.parametrize("form", ["folder", "workbook"])
def test_targets_of_parts_survive_writing_and_reading(tmp_path: Path, form: str) -> None:
    folder = copy_plan(tmp_path / "plan")
    add_target(folder, "70")
    plan = read_plan_file(folder).plan
    assert plan is not None
    path = tmp_path / ("out" if form == "folder" else "out.xlsx")
    if form == "folder":
        write_plan_folder(plan, path)
    else:
        path.write_bytes(write_plan_workbook(plan))
    assert read_plan_file(path).plan == plan


def test_a_contradiction_in_a_plan_without_files_names_codes(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    plan = read_plan_file(folder).plan
    assert plan is not None
    above = replace(plan, targets=(*plan.targets, Target("P.1", "", 2025, Decimal(181), part=WOMEN)))
    (issue,) = check_plan(above)
    assert issue.location == "P.1 2025 sex/women, column value"
    assert "(targets.csv, P.1 2025, column value)" in issue.message


def test_a_revised_target_of_a_part_is_a_change_of_its_own(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    add_target(folder, "70")
    add_target(folder, "30", site="01")
    plan = read_plan_file(folder).plan
    assert plan is not None
    revised = replace(plan.targets[-2], value=Decimal(60), reason="fewer courses")
    changes = compare_plans(plan, replace(plan, targets=(*plan.targets[:-2], revised)))
    sentences = [describe_change(change, get_locale("en").gettext) for change in changes]
    assert sentences == [
        "P.1, target 2025 sex/women: 60 instead of 70. Reason: fewer courses.",
        "P.1, target 2025 01 sex/women: none, 30 before.",
    ]
