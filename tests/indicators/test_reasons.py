"""Why a figure has no value, no expected value or no rating, by hand (docs/arithmetic.md, C7, D5 and E6)."""

import pytest

from etl.indicators.vocabulary import OverTime, TargetBasis
from tests.support.builders import make_indicator, make_plan, make_returns, make_targets
from tests.support.core_and_oracle import FigureCalculator

LEVEL = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}


@pytest.mark.parametrize(
    ("period", "target", "expected"),
    [("", 30, "not_due"), ("2022-2024", 30, "not_due"), ("2022", "no_target", "no_target"), ("2024", 30, "not_due")],
)
def test_beside_a_target_the_expected_value_is_not_due_before_the_line_begins(
    calculate: FigureCalculator, period: str, target: object, expected: str
) -> None:
    plan = make_plan(make_indicator("A-01", **LEVEL), sites=["one"], targets=make_targets("A-01", {2024: 30}))
    answer = calculate(plan, make_returns("one", "A-01", {"2022Q1": 5}), period, today="2022-05-01")
    assert (answer.target, answer.expected, answer.pace) == (target, expected, expected)


def test_the_expected_value_of_a_period_in_the_future_is_not_due(calculate: FigureCalculator) -> None:
    plan = make_plan(make_indicator("A-01"), sites=["one"], targets=make_targets("A-01", {2023: 30}))
    answer = calculate(plan, [], "2023", today="2022-05-01")
    assert (answer.target, answer.expected, answer.pace, answer.rating) == (30, "not_due", "not_due", "not_due")
