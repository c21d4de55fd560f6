"""Stages of a plan: reading, writing, and every rule about them."""

from dataclasses import replace
from pathlib import Path

import pytest

from etl.indicators.vocabulary import AcrossSites, Measure
from etl.plan import write_plan_folder, write_plan_workbook
from etl.plan.compare_plans import compare_plans
from etl.plan.issues import PlanIssue
from etl.use_cases.plans.read_plan_file import read_plan_file
from tests.support.plan_edits import Edit, append_row, apply_edits, copy_plan
from tests.support.stage_plans import BUILDING, make_stage_plan, write_targets


def read_errors(path: Path) -> list[PlanIssue]:
    return [issue for issue in read_plan_file(path).issues if issue.severity == "error"]


def test_targets_and_baselines_name_stages_by_code_words_or_rank(tmp_path: Path) -> None:
    plan = read_plan_file(make_stage_plan(tmp_path / "plan")).plan
    assert plan is not None
    indicator = plan.indicator_by_code["S.1"]
    assert (indicator.measure, indicator.across_sites) == (Measure.STAGE, AcrossSites.MINIMUM)
    assert [(stage.rank, stage.code, stage.label.km) for stage in indicator.stages] == [
        (int(rank), code, km) for rank, code, _, km in BUILDING
    ]
    targets = {target.year: target.value for target in plan.targets if target.indicator == "S.1"}
    assert targets == {2024: 2, 2025: 2, 2026: 3, 2027: 3, 2028: 3}
    assert indicator.baseline_value == 1


def test_a_plan_without_the_file_of_stages_is_complete(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    assert not (folder / "stages.csv").exists()
    assert read_errors(folder) == []


@pytest.mark.parametrize("form", ["folder", "workbook"])
def test_a_plan_with_stages_is_written_and_read_back_equal(tmp_path: Path, form: str) -> None:
    plan = read_plan_file(make_stage_plan(tmp_path / "plan")).plan
    assert plan is not None
    path = tmp_path / ("copy" if form == "folder" else "copy.xlsx")
    if form == "folder":
        write_plan_folder(plan, path)
    else:
        path.write_bytes(write_plan_workbook(plan))
    assert read_plan_file(path).plan == plan


def test_changes_of_stages_are_listed(tmp_path: Path) -> None:
    plan = read_plan_file(make_stage_plan(tmp_path / "plan")).plan
    assert plan is not None
    *others, last = plan.indicator_by_code["S.1"].stages
    changed = replace(plan.indicator_by_code["S.1"], stages=(*others, replace(last, rank=4)))
    indicators = tuple(changed if indicator.code == "S.1" else indicator for indicator in plan.indicators)
    (change,) = compare_plans(plan, replace(plan, indicators=indicators))
    assert (change.kind, change.code, change.detail, change.old, change.new) == (
        "stage",
        "S.1",
        "in-use rank",
        "3",
        "4",
    )


def test_a_changed_target_is_listed_with_the_codes_of_its_stages(tmp_path: Path) -> None:
    folder = make_stage_plan(tmp_path / "plan")
    before = read_plan_file(folder).plan
    apply_edits(folder, Edit("targets", "S.1//2025", "value", "in-use"))
    after = read_plan_file(folder).plan
    assert before is not None and after is not None
    (change,) = compare_plans(before, after)
    assert (change.kind, change.detail, change.old, change.new) == ("target", "2025", "under-way", "in-use")


@pytest.mark.parametrize("word", ["done", "5", "0", "1.5", "under way in use"])
def test_an_unknown_stage_is_an_error_at_its_cell_that_names_the_stages(tmp_path: Path, word: str) -> None:
    folder = make_stage_plan(tmp_path / "plan")
    apply_edits(folder, Edit("targets", "S.1//2026", "value", word))
    (issue,) = read_errors(folder)
    assert issue.file == "targets.csv" and "column value" in str(issue)
    assert f"value is {word!r}, which is not a stage of this indicator" in issue.message
    assert "planned (1), under-way (2) or in-use (3)" in issue.message


def test_an_unknown_baseline_is_an_error(tmp_path: Path) -> None:
    folder = make_stage_plan(tmp_path / "plan")
    apply_edits(folder, Edit("indicators", "S.1", "baseline_value", "done"))
    (issue,) = read_errors(folder)
    assert "baseline_value is 'done', which is not a stage" in issue.message


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("over_time", "average"),
        ("direction", "maintain"),
        ("percent_rule", "of_change"),
        ("across_sites", "sum"),
        ("across_sites", "mean"),
        ("counts_people", "yes"),
    ],
)
def test_a_stage_is_a_level_that_rises_and_is_never_added(tmp_path: Path, column: str, value: str) -> None:
    folder = make_stage_plan(tmp_path / "plan")
    apply_edits(folder, Edit("indicators", "S.1", column, value))
    messages = [issue.message for issue in read_errors(folder)]
    assert any(f"{column} is {value}, but measure is stage; write " in message for message in messages), messages


def test_an_indicator_in_stages_needs_two_stages(tmp_path: Path) -> None:
    folder = make_stage_plan(tmp_path / "plan", BUILDING[:1])
    write_targets(folder, {})
    (issue,) = read_errors(folder)
    assert "measure is stage, but stages has 1 rows for S.1" in issue.message


def test_stages_of_a_number_or_of_an_unknown_indicator_are_errors(tmp_path: Path) -> None:
    folder = make_stage_plan(tmp_path / "plan")
    stage = {"rank": "1", "code": "x", "label_en": "x"}
    line = append_row(folder, "stages", {"indicator": "L.1", **stage})
    append_row(folder, "stages", {"indicator": "Z.9", **stage})
    first, second = read_errors(folder)
    assert first.location == f"line {line}, column indicator"
    assert "L.1 has stages, but its measure is number" in first.message
    assert "indicator names 'Z.9', which indicators doesn't have" in second.message


def test_minimum_is_for_stages_only(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, Edit("indicators", "S.1", "across_sites", "minimum"))
    (issue,) = read_errors(folder)
    assert "across_sites is minimum, which is for stages only" in issue.message


def test_a_ratio_is_not_formed_from_stages(tmp_path: Path) -> None:
    folder = make_stage_plan(tmp_path / "plan")
    apply_edits(folder, Edit("indicators", "S.2", "denominator_ref", "S.1"))
    (issue,) = read_errors(folder)
    assert "denominator_ref is S.1, which is measured in stages; name a plain number" in issue.message


def test_stages_have_no_parts(tmp_path: Path) -> None:
    folder = make_stage_plan(tmp_path / "plan")
    part = {"indicator": "S.1", "dimension": "sex", "exhaustive": "no", "category": "women", "label_en": "women"}
    append_row(folder, "disaggregations", part)
    (issue,) = read_errors(folder)
    assert "S.1 is measured in stages, which have no parts" in issue.message


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ((("1", "a", "a", ""), ("3", "b", "b", "")), "rank is 3, but no stage of S.1 has the rank 2"),
        ((("2", "a", "a", ""), ("3", "b", "b", "")), "rank is 2, but the first stage of S.1 has the rank 0 or 1"),
        ((("1", "a", "a", ""), ("1", "b", "b", "")), "rank is 1, which another stage of S.1 has too"),
        ((("1", "a", "a", ""), ("2", "b", "A", "")), "label_en is 'A', which also names the stage a"),
        ((("1", "a", "a", ""), ("2", "b", "1", "")), "label_en is '1', which also names the stage a"),
        ((("1", "a", "NC", ""), ("2", "b", "b", "")), "label_en is 'NC', which means \"not collected\""),
        ((("1", "no", "no", ""), ("2", "yes", "yes", "")), "rank is 1, but no has the rank 0 and yes the rank 1"),
    ],
)
def test_ranks_and_words_must_be_clear(
    tmp_path: Path, stages: tuple[tuple[str, str, str, str], ...], message: str
) -> None:
    folder = make_stage_plan(tmp_path / "plan", stages)
    write_targets(folder, {})
    apply_edits(folder, Edit("indicators", "S.1", "baseline_value", stages[0][0]))
    messages = [issue.message for issue in read_errors(folder)]
    assert any(message in text for text in messages), messages


def test_a_target_of_a_site_below_the_target_of_the_centre_is_a_warning(tmp_path: Path) -> None:
    folder = make_stage_plan(tmp_path / "plan")
    append_row(folder, "targets", {"indicator": "S.1", "site": "01", "year": "2026", "value": "under-way"})
    append_row(folder, "targets", {"indicator": "S.1", "site": "N-2", "year": "2026", "value": "in-use"})
    (issue,) = read_plan_file(folder).issues
    assert issue.severity == "warning"
    assert "value is 2, but the centre's target is 3, which no site may be below" in issue.message


def test_a_target_may_not_go_back_to_an_earlier_stage(tmp_path: Path) -> None:
    folder = make_stage_plan(tmp_path / "plan")
    apply_edits(folder, Edit("targets", "S.1//2025", "value", "planned"))
    (issue,) = read_errors(folder)
    assert "value is 1, below the target for 2024 of 2" in issue.message
