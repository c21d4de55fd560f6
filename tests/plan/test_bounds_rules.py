"""The highest value of an indicator limits its baseline and targets, as far as they can be compared with one site."""

from pathlib import Path

import pytest

from etl.plan.read_plan import read_plan as read_plan_file
from tests.support.plan_edits import Edit, apply_edits, copy_plan


def make_indicator(code: str, column: str, text: str) -> Edit:
    return Edit("indicators", code, column, text)


def read_messages(folder: Path) -> list[str]:
    return [str(issue) for issue in read_plan_file(folder).issues if issue.severity == "error"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_plan(tmp_path / "plan")


def test_a_plan_without_the_column_loads_and_limits_only_percentages(folder: Path) -> None:
    plan = read_plan_file(folder).plan
    assert plan is not None
    limits = {indicator.code: indicator.upper_limit for indicator in plan.indicators}
    assert (limits["L.3"], limits["S.3"], limits["L.1"], limits["P.1"]) == (100, 100, None, None)


@pytest.mark.parametrize("code", ["L.3", "P.2", "S.3"])
def test_a_target_above_100_percent_is_refused(folder: Path, code: str) -> None:
    apply_edits(folder, Edit("targets", f"{code}//2028", "value", "101"))
    (message,) = read_messages(folder)
    assert "column value: value is 101, but a percentage is at most 100; correct it, or write" in message
    assert f"the highest possible value of {code} in maximum of indicators" in message


def test_a_percentage_that_states_a_maximum_may_have_a_target_up_to_it(folder: Path) -> None:
    apply_edits(folder, make_indicator("L.3", "maximum", "150"), Edit("targets", "L.3//2028", "value", "150"))
    assert read_messages(folder) == []
    apply_edits(folder, Edit("targets", "L.3//2028", "value", "151"))
    (message,) = read_messages(folder)
    assert "value is 151, above 150, the maximum of L.3" in message


def test_a_baseline_above_the_maximum_is_refused(folder: Path) -> None:
    apply_edits(folder, make_indicator("L.2", "maximum", "4.4"))
    (message,) = read_messages(folder)
    assert "column baseline_value: baseline_value is 4.50, above 4.4, the maximum of L.2" in message


def test_the_maximum_of_a_site_does_not_limit_what_quarters_or_sites_add_up_to(folder: Path) -> None:
    apply_edits(folder, make_indicator("L.1", "maximum", "10"), make_indicator("S.1", "maximum", "60"))
    assert read_messages(folder) == []


def test_the_maximum_limits_the_level_of_one_site(folder: Path) -> None:
    apply_edits(folder, make_indicator("S.1", "maximum", "20"))
    messages = read_messages(folder)
    assert messages and all("above 20, the maximum of S.1" in message for message in messages)
