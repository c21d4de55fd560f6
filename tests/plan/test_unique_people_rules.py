"""Only sums of people over time and sites can count each person once."""

from pathlib import Path

import pytest

from etl.plan.issues import PlanIssue
from etl.plan.read_plan import read_plan as read_plan_file
from etl.plan.write_plan import write_plan_folder
from tests.support.plan_edits import Edit, apply_edits, copy_plan


def make_indicator(code: str, column: str, text: str) -> Edit:
    return Edit("indicators", code, column, text)


def read_errors(path: Path) -> list[PlanIssue]:
    return [issue for issue in read_plan_file(path).issues if issue.severity == "error"]


def list_errors(path: Path, *edits: Edit) -> list[tuple[str, str]]:
    """Return the column and the message of each error of a plan whose people count once, after more edits."""
    folder = copy_plan(path / "plan")
    apply_edits(folder, make_indicator("P.1", "unique", "register"), *edits)
    return [(str(issue).partition("column ")[2].split(":")[0], issue.message) for issue in read_errors(folder)]


def test_people_of_a_flow_that_sites_report_may_count_once(tmp_path: Path) -> None:
    assert list_errors(tmp_path) == []


@pytest.mark.parametrize(
    ("edits", "column", "message"),
    [
        ((("counts_people", "no"),), "unique", "counts_people is no; write yes in counts_people"),
        (
            (("over_time", "stock"), ("target_basis", "level")),
            "unique",
            "only the new people of each quarter add up; write number in measure and flow in over_time",
        ),
        ((("across_sites", "maximum"),), "across_sites", "across_sites is maximum, but unique is register"),
    ],
)
def test_other_indicators_cannot_count_each_person_once(
    tmp_path: Path, edits: tuple[tuple[str, str], ...], column: str, message: str
) -> None:
    errors = list_errors(tmp_path, *(make_indicator("P.1", name, text) for name, text in edits))
    assert [(place, text) for place, text in errors if message in text and place == column]


def test_a_ratio_or_a_number_of_the_system_cannot_count_each_person_once(tmp_path: Path) -> None:
    errors = list_errors(tmp_path, make_indicator("P.3", "unique", "register"))
    assert any("source is system, and only sites have a register" in text for _, text in errors)
    assert any("only the new people of each quarter add up" in text for _, text in errors)


def test_another_value_is_refused(tmp_path: Path) -> None:
    ((column, message),) = list_errors(tmp_path, make_indicator("P.1", "unique", "yes"))
    assert column == "unique" and "register" in message


def test_a_ratio_may_refer_to_participations(tmp_path: Path) -> None:
    reference = make_indicator("P.2", "numerator_ref", "P.1/participations")
    assert list_errors(tmp_path / "with", reference) == []
    folder = copy_plan(tmp_path / "without")
    apply_edits(folder, reference)
    (issue,) = read_errors(folder)
    assert "P.1 has no part participations" in issue.message


def test_a_plan_without_the_column_reads_as_before(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    assert "unique" not in (folder / "indicators.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
    plan = read_plan_file(folder).plan
    assert plan is not None
    assert not any(indicator.counts_new_people for indicator in plan.indicators)


def test_the_rule_survives_writing_and_reading(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, make_indicator("P.1", "unique", "register"))
    plan = read_plan_file(folder).plan
    assert plan is not None and plan.indicator_by_code["P.1"].counts_new_people
    write_plan_folder(plan, tmp_path / "copy")
    assert read_plan_file(tmp_path / "copy").plan == plan
