"""Rates, scores and means can't be added over sites."""

from pathlib import Path

import pytest

from etl.plan.check_across_sites import is_rate_unit
from etl.plan.issues import PlanIssue
from etl.plan.read_plan import read_plan as read_plan_file
from tests.support.plan_edits import Edit, append_row, apply_edits, copy_plan


def make_indicator(code: str, column: str, text: str) -> Edit:
    return Edit("indicators", code, column, text)


def read_errors(path: Path) -> list[PlanIssue]:
    return [issue for issue in read_plan_file(path).issues if issue.severity == "error"]


@pytest.mark.parametrize("unit", ["t/ha", "kg/ha", "pH", "score", "days", "%", "Index", "Mg C/ha", "kg per ha", "mean"])
def test_such_units_are_rates(unit: str) -> None:
    assert is_rate_unit(unit)


@pytest.mark.parametrize("unit", ["ha", "kg", "people", "count", "USD", "person", "scores of trees", "plots", ""])
def test_other_units_add_up(unit: str) -> None:
    assert not is_rate_unit(unit)


@pytest.mark.parametrize("unit", ["t/ha", "pH", "score", "days", "%"])
def test_a_plan_that_adds_rates_over_sites_is_refused_with_both_ways_out(tmp_path: Path, unit: str) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_indicator("S.1", "unit", unit))
    (issue,) = [issue for issue in read_errors(folder) if "at most 100" not in issue.message]
    assert issue.file == "indicators.csv" and "column across_sites" in str(issue)
    assert f"across_sites is sum, but 2 sites report {unit}, which can't be added up" in issue.message
    assert "write ratio in measure" in issue.message and "write mean in across_sites" in issue.message


@pytest.mark.parametrize(("column", "value"), [("across_sites", "mean"), ("across_sites", "maximum")])
def test_another_way_to_combine_the_sites_is_accepted(tmp_path: Path, column: str, value: str) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_indicator("S.1", "unit", "t/ha"), make_indicator("S.1", column, value))
    assert read_errors(folder) == []


def test_a_unit_that_the_plan_declares_additive_is_accepted(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_indicator("S.1", "unit", "days"))
    append_row(folder, "plan", {"key": "additive_units", "value": "person-days; Days"})
    assert read_errors(folder) == []


def test_a_mean_of_amounts_or_of_ratios_is_refused(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_indicator("P.1", "across_sites", "mean"), make_indicator("L.3", "across_sites", "mean"))
    messages = sorted(issue.message for issue in read_errors(folder))
    assert len(messages) == 2
    assert "over_time is flow, whose amounts are added up" in messages[1]
    assert "a ratio is formed from summed pairs" in messages[0]


def test_a_percentage_may_be_a_mean_of_sites(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(
        folder, make_indicator("S.3", "reporting_sites", "01;N-2"), make_indicator("S.3", "across_sites", "mean")
    )
    assert read_errors(folder) == []
