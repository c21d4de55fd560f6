"""Ratings of values that are worse than their baseline, and the tolerance, by hand (docs/arithmetic.md, E6 g to i)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from etl.indicators.plans import Plan
from etl.indicators.results import Rating
from etl.indicators.vocabulary import Direction, OverTime, PercentRule, TargetBasis
from tests.support.builders import make_indicator, make_plan, make_returns, make_targets
from tests.support.core_and_oracle import FigureCalculator
from tests.support.random_figures import KINDS, RandomFigure, iterate_figures
from tests.support.random_plans import Scenario, make_scenario, scenarios

LEVEL = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}
OF_CHANGE = {"percent_rule": PercentRule.OF_CHANGE}
AFTER_Q1, AFTER_Q2, AFTER_Q4 = "2022-05-01", "2022-07-31", "2023-01-31"


def make_level(baseline: object, target: object, **fields: object) -> Plan:
    """Make a plan of one year with a level that starts at the baseline and has a target."""
    indicator = make_indicator("A-01", **{**LEVEL, "baseline_year": 2021, "baseline_value": baseline, **fields})
    return make_plan(indicator, sites=["one"], years=(2022, 2022), targets=make_targets("A-01", {2022: target}))


@pytest.mark.parametrize(
    ("baseline", "target", "value", "rating"),
    [
        ("3.00", "3.04", "2.98", "off_track"),
        ("3.00", "3.04", "3.00", "off_track"),
        ("3.00", "3.04", "3.04", "achieved"),
        (60, 61, 60, "off_track"),
        (60, 61, "60.9", "on_track"),
        (60, 61, "60.7", "at_risk"),
    ],
)
def test_a_level_is_rated_by_its_planned_change_once_it_is_due(
    calculate: FigureCalculator, baseline: object, target: object, value: object, rating: str
) -> None:
    plan = make_level(baseline, target, **OF_CHANGE)
    assert calculate(plan, make_returns("one", "A-01", {"2022Q4": value}), today=AFTER_Q4).rating == rating


@pytest.mark.parametrize(
    ("value", "rating"),
    [("101.961", "on_track"), ("101.96", "at_risk"), ("101.921", "at_risk"), ("101.92", "off_track")],
)
def test_the_tolerance_of_a_level_is_a_share_of_the_change_up_to_now(
    calculate: FigureCalculator, value: str, rating: str
) -> None:
    """Half a year: the level is expected to rise by 2, from 100 to 102; 2 % of that is 0.04, twice that 0.08."""
    plan = make_level(100, 104, **OF_CHANGE, on_track=1, at_risk=1)
    answer = calculate(plan, make_returns("one", "A-01", {"2022Q2": value}), today=AFTER_Q2)
    assert (answer.expected, answer.rating) == (102, rating)


@pytest.mark.parametrize(
    ("value", "rating"),
    [("98.8", "off_track"), ("98.799", "at_risk"), ("98.4", "at_risk"), ("98.399", "on_track")],
)
def test_the_tolerance_of_a_decrease_is_a_share_of_the_planned_decrease(
    calculate: FigureCalculator, value: str, rating: str
) -> None:
    """A quarter of a year: from 100 to 98 of 92; 20 % of the change of 2 is 0.4, twice that 0.8."""
    decrease = {"baseline_year": 2021, "baseline_value": 100, "direction": Direction.DECREASE}
    indicator = make_indicator("A-01", **LEVEL, **OF_CHANGE, **decrease, on_track=1, at_risk=1)
    targets = make_targets("A-01", {2022: 92})
    plan = make_plan(indicator, sites=["one"], years=(2022, 2022), targets=targets, tolerance=Decimal("0.2"))
    assert calculate(plan, make_returns("one", "A-01", {"2022Q1": value}), today=AFTER_Q1).rating == rating


@pytest.mark.parametrize(("value", "rating"), [("98.01", "on_track"), ("98", "at_risk"), ("96", "off_track")])
def test_without_a_baseline_the_tolerance_of_a_level_is_a_share_of_the_expected_value(
    calculate: FigureCalculator, value: str, rating: str
) -> None:
    indicator = make_indicator("A-01", **LEVEL, on_track=1, at_risk=1)
    plan = make_plan(indicator, sites=["one"], years=(2022, 2022), targets=make_targets("A-01", {2022: 100}))
    assert calculate(plan, make_returns("one", "A-01", {"2022Q4": value}), today=AFTER_Q4).rating == rating


@pytest.mark.parametrize(
    ("direction", "target", "value", "rating"),
    [
        (Direction.INCREASE, 11, 9, "off_track"),
        (Direction.INCREASE, 10, 9, "at_risk"),
        (Direction.INCREASE, 11, 10, "at_risk"),
        (Direction.INCREASE, 11, "10.5", "on_track"),
        (Direction.DECREASE, 10, 11, "at_risk"),
        (Direction.DECREASE, 9, 11, "off_track"),
        (Direction.DECREASE, 9, 10, "at_risk"),
    ],
)
def test_a_whole_number_within_one_unit_is_on_track_only_at_or_above_its_baseline(
    calculate: FigureCalculator, direction: Direction, target: int, value: object, rating: str
) -> None:
    plan = make_level(10, target, **OF_CHANGE, direction=direction, whole=True)
    assert calculate(plan, make_returns("one", "A-01", {"2022Q4": value}), today=AFTER_Q4).rating == rating


def test_a_whole_number_just_below_its_baseline_is_at_risk(calculate: FigureCalculator) -> None:
    """After a quarter 10.25 are expected; 9.5 is less than one unit short, but below the baseline of 10."""
    plan = make_level(10, 11, **OF_CHANGE, whole=True)
    assert calculate(plan, make_returns("one", "A-01", {"2022Q1": "9.5"}), today=AFTER_Q1).rating == "at_risk"


def test_a_level_rated_by_its_target_is_not_on_track_below_its_baseline_either(calculate: FigureCalculator) -> None:
    """98 % of the target is a pace that is on track, but the level lies below where it began."""
    answer = calculate(make_level("3.00", "3.04"), make_returns("one", "A-01", {"2022Q4": "2.98"}), today=AFTER_Q4)
    assert (answer.headline_rule, answer.rating) == ("of_target", "off_track")


@pytest.mark.parametrize(
    ("baseline", "target", "value", "rating"),
    [
        (400, 416, 98, "at_risk"),
        (400, 416, 100, "on_track"),
        (400, 560, 98, "at_risk"),
        (400, 562, 98, "off_track"),
        (400, 200, 50, "on_track"),
        (400, 200, 45, "on_track"),
        (400, 200, 44, "at_risk"),
    ],
)
def test_an_annual_amount_below_its_baseline_is_at_risk_at_best_unless_the_plan_expects_less(
    calculate: FigureCalculator, baseline: int, target: int, value: int, rating: str
) -> None:
    """A quarter of the year: the baseline of 400 is 100 so far."""
    indicator = make_indicator("A-01", baseline_year=2021, baseline_value=baseline)
    plan = make_plan(indicator, sites=["one"], years=(2022, 2022), targets=make_targets("A-01", {2022: target}))
    assert calculate(plan, make_returns("one", "A-01", {"2022Q1": value}), today=AFTER_Q1).rating == rating


def test_a_cumulative_target_has_no_baseline_to_fall_below(calculate: FigureCalculator) -> None:
    indicator = make_indicator("A-01", target_basis=TargetBasis.CUMULATIVE, baseline_year=2021, baseline_value=500)
    plan = make_plan(indicator, sites=["one"], years=(2022, 2022), targets=make_targets("A-01", {2022: 400}))
    assert calculate(plan, make_returns("one", "A-01", {"2022Q1": 100}), today=AFTER_Q1).rating == "on_track"


@pytest.mark.parametrize(("value", "rating"), [(14, "achieved"), (15, "on_track"), (16, "at_risk"), (20, "off_track")])
def test_an_annual_amount_that_may_rise_is_rated_by_its_target(
    calculate: FigureCalculator, value: int, rating: str
) -> None:
    """Accidents: 10 in 2021, at most 14 in 2022. 20 are no share of a planned decrease, but 14 / 20 is 0.7."""
    decrease = {"direction": Direction.DECREASE, "baseline_year": 2021, "baseline_value": 10}
    plan = make_plan(
        make_indicator("A-01", **decrease, at_risk="0.75"),
        sites=["one"],
        years=(2022, 2022),
        targets=make_targets("A-01", {2022: 14}),
    )
    quarters = dict.fromkeys(("2022Q1", "2022Q2", "2022Q3"), 0) | {"2022Q4": value}
    answer = calculate(plan, make_returns("one", "A-01", quarters), today=AFTER_Q4)
    assert (answer.progress, answer.pace, answer.rating) == ("not_defined", Fraction(14, value), rating)


@pytest.mark.parametrize(
    ("value", "pace", "rating"), [(8, 1, "achieved"), (7, "7/8", "at_risk"), (5, "5/8", "off_track")]
)
def test_an_annual_amount_that_may_fall_is_rated_by_its_target(
    calculate: FigureCalculator, value: int, pace: object, rating: str
) -> None:
    """12 in 2021, at least 8 in 2022. With 4 less than 8, twice the planned change would be "done"."""
    indicator = make_indicator("A-01", **OF_CHANGE, baseline_year=2021, baseline_value=12)
    plan = make_plan(indicator, sites=["one"], years=(2022, 2022), targets=make_targets("A-01", {2022: 8}))
    quarters = dict.fromkeys(("2022Q1", "2022Q2", "2022Q3"), 0) | {"2022Q4": value}
    answer = calculate(plan, make_returns("one", "A-01", quarters), today=AFTER_Q4)
    assert (answer.progress, answer.pace, answer.rating) == ("not_defined", Fraction(pace), rating)


@pytest.mark.parametrize(
    ("value", "achievement", "rating"),
    [(-20, "not_defined", "off_track"), (-10, "not_defined", "achieved"), (5, "not_defined", "achieved")],
)
def test_a_negative_target_has_no_shares(
    calculate: FigureCalculator, value: int, achievement: object, rating: str
) -> None:
    """-20 is twice -10, but it doesn't meet it."""
    plan = make_plan(
        make_indicator("A-01", **LEVEL), sites=["one"], years=(2022, 2022), targets=make_targets("A-01", {2022: -10})
    )
    answer = calculate(plan, make_returns("one", "A-01", {"2022Q4": value}), today=AFTER_Q4)
    assert (answer.achievement, answer.pace, answer.rating) == (achievement, achievement, rating)


@given(scenarios)
def test_an_indicator_that_went_backwards_is_never_on_track(scenario: Scenario) -> None:
    for item in iterate_figures(scenario):
        assert not (went_backwards(item) and item.figure.rating is Rating.ON_TRACK), item.figure


def test_random_worlds_have_indicators_of_each_kind_that_went_backwards() -> None:
    """Otherwise the property above would hold of nothing. Choose other worlds when random plans change."""
    wanted = {*KINDS, Rating.OFF_TRACK, Rating.AT_RISK}
    for seed in (18, 36, 41, 73, 90, 163, 205, 214):
        for item in filter(went_backwards, iterate_figures(make_scenario(seed))):
            wanted -= {*item.kinds, item.figure.rating}
    assert not wanted


def went_backwards(item: RandomFigure) -> bool:
    """Whether the counted value is worse than the baseline, and the plan doesn't expect that itself."""
    figure, indicator = item.figure, item.indicator
    value, quarter = figure.counted_value.amount, figure.counted_quarter
    if quarter is None or not isinstance(value, Decimal) or indicator.target_basis == "cumulative":
        return False
    baseline = item.targets.compute_expected_baseline(figure.period, quarter)
    if baseline is None or indicator.direction is Direction.MAINTAIN:
        return False
    expected = item.targets.compute_expected_value(figure.period, quarter)
    is_planned = indicator.is_number_flow and item.is_worse(expected, baseline)
    return item.is_worse(value, baseline) and not is_planned
