"""Why a figure has no value, no expected value or no rating, by hand (docs/arithmetic.md, C7, D5 and E6)."""

import pytest

from etl.indicators.vocabulary import OverTime, ReportingFrequency, TargetBasis
from tests.support.builders import make_indicator, make_plan, make_returns, make_site, make_targets
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


@pytest.mark.parametrize(
    ("targets", "period", "rating"),
    [
        ({2022: 8, 2023: 8}, "2022Q1", "not_due"),
        ({2022: 8, 2023: 8}, "2022Q3", "not_due"),
        ({2022: 8, 2023: 8}, "2022Q4", "on_track"),
        ({2022: 8, 2023: 8}, "2024Q2", "no_target"),
        ({2024: 8}, "2022Q2", "not_due"),
        ({2022: 8}, "2022Q2", "not_due"),
        ({2022: 0}, "2022Q2", "no_target"),
        ({}, "2022Q2", "no_target"),
    ],
)
def test_an_annual_indicator_is_not_due_in_the_quarters_between_its_reports(
    calculate: FigureCalculator, targets: dict[int, object], period: str, rating: str
) -> None:
    indicator = make_indicator("A-01", reported=ReportingFrequency.ANNUAL, season=(0, 0, 0, 1))
    plan = make_plan(indicator, sites=["one"], targets=make_targets("A-01", targets))
    answer = calculate(plan, make_returns("one", "A-01", {"2022Q4": 8}), period, today="2025-02-01")
    assert answer.rating == rating
    assert answer.actual == (8 if period == "2022Q4" else "not_due")
    assert answer.expected_cells == (1 if period == "2022Q4" else 0)


@pytest.mark.parametrize(
    ("period", "actual", "rating"),
    [
        ("2022", "not_due", "not_due"),
        ("2022Q4", "not_due", "not_due"),
        ("2023", 5, "achieved"),
        ("2024", "not_due", "no_target"),
        ("2024Q4", "not_due", "no_target"),
        ("2022-2024", 5, "on_track"),
    ],
)
def test_a_milestone_is_not_due_before_its_year_and_has_no_target_after_it(
    calculate: FigureCalculator, period: str, actual: object, rating: str
) -> None:
    indicator = make_indicator("A-01", **LEVEL, reported=ReportingFrequency.MILESTONE)
    plan = make_plan(indicator, sites=["one"], targets=make_targets("A-01", {2023: 5}))
    answer = calculate(plan, make_returns("one", "A-01", {"2023Q4": 5}), period, today="2025-02-01")
    assert (answer.actual, answer.rating) == (actual, rating)


@pytest.mark.parametrize(
    ("sites", "period", "actual"),
    [
        (("one",), "2022Q1", "not_due"),
        (("two",), "2022Q1", "not_applicable"),
        (("two",), "2022", "not_applicable"),
        (("two",), "2023Q1", "not_due"),
        (("three",), "2022Q1", "not_applicable"),
        (("one", "three"), "2022Q1", "not_due"),
        (("one",), "2021", "not_applicable"),
    ],
)
def test_where_no_active_site_reports_an_indicator_it_is_still_not_applicable(
    calculate: FigureCalculator, sites: tuple[str, ...], period: str, actual: str
) -> None:
    """Site two reports from 2023; site three never reports this indicator."""
    indicator = make_indicator("A-01", reported=ReportingFrequency.ANNUAL, reporting_sites=("one", "two"))
    plan = make_plan(indicator, sites=["one", make_site("two", reports_from="2023Q1"), "three"])
    answer = calculate(plan, [], period, sites=sites, today="2025-02-01")
    assert answer.actual == actual
    assert answer.rating == ("no_data" if actual == "not_applicable" else "no_target")
