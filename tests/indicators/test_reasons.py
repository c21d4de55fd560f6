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


@pytest.mark.parametrize(
    ("amount", "period", "today", "rating"),
    [
        (10, "", "2022-05-01", "not_due"),
        (10, "", "2023-01-31", "not_due"),
        (None, "", "2022-05-01", "not_due"),
        (10, "2022-2024", "2022-05-01", "not_due"),
        (10, "2022", "2022-05-01", "no_target"),
        (10, "2023", "2022-05-01", "not_due"),
        (10, "2023", "2023-05-01", "achieved"),
    ],
)
def test_an_annual_amount_is_not_due_before_the_year_of_its_first_target(
    calculate: FigureCalculator, amount: object, period: str, today: str, rating: str
) -> None:
    plan = make_plan(make_indicator("A-01"), sites=["one"], targets=make_targets("A-01", {2023: 8, 2024: 8}))
    quarters = ("2022Q1", "2022Q2", "2022Q3", "2022Q4", "2023Q1")
    answer = calculate(plan, make_returns("one", "A-01", dict.fromkeys(quarters, amount)), period, today=today)
    assert answer.rating == rating


def test_an_annual_amount_that_was_reported_has_no_counted_value_before_its_first_target(
    calculate: FigureCalculator,
) -> None:
    plan = make_plan(make_indicator("A-01"), sites=["one"], targets=make_targets("A-01", {2023: 8}))
    answer = calculate(plan, make_returns("one", "A-01", {"2022Q1": 5}), today="2022-05-01")
    assert (answer.actual, answer.counted, answer.expected, answer.achievement) == (5, "not_due", "not_due", "not_due")
