"""Means of sites, by hand (docs/arithmetic.md, C5)."""

from fractions import Fraction

import pytest

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import AcrossSites, OverTime, PercentRule, SiteReturn, TargetBasis
from tests.support.builders import NOT_COLLECTED, make_indicator, make_plan, make_return, make_returns, make_targets
from tests.support.core_and_oracle import FigureCalculator

SITES = ("one", "two", "three")
AFTER_Q1, AFTER_Q2, AFTER_Q4 = "2022-05-01", "2022-07-31", "2023-01-31"


def make_yield_plan(over_time: OverTime = OverTime.STOCK, **fields: object) -> Plan:
    """Make a plan of one year with a yield in t/ha, the mean of three sites, and a target of 3.1."""
    kind = {"over_time": over_time, "target_basis": TargetBasis.LEVEL, "across_sites": AcrossSites.MEAN}
    indicator = make_indicator("A-01", unit="t/ha", decimals=1, **kind, **fields)
    return make_plan(indicator, sites=SITES, years=(2022, 2022), targets=make_targets("A-01", {2022: "3.1"}))


def make_returns_of_sites(quarter: str, *amounts: object) -> list[SiteReturn]:
    pairs = zip(SITES, amounts, strict=False)
    return [make_return(site, quarter, {"A-01": amount}) for site, amount in pairs if amount is not None]


@pytest.mark.parametrize(
    ("amounts", "mean", "reported", "missing"),
    [
        (("3.1", "2.9", "3.0"), 3, 3, set()),
        (("3.1", None, "3.0"), Fraction("3.05"), 2, {("two", "2022Q1")}),
        (("3.1", NOT_COLLECTED, "3.0"), Fraction("3.05"), 2, set()),
        (("3.1", 0, "3.0"), Fraction(61, 30), 3, set()),
        ((None, "2.9"), Fraction("2.9"), 1, {("one", "2022Q1"), ("three", "2022Q1")}),
        (("-1", "1", "0"), 0, 3, set()),
    ],
)
@pytest.mark.parametrize("over_time", [OverTime.STOCK, OverTime.AVERAGE, OverTime.MAXIMUM])
def test_a_mean_divides_by_the_sites_that_reported(
    calculate: FigureCalculator,
    over_time: OverTime,
    amounts: tuple[object, ...],
    mean: object,
    reported: int,
    missing: set[object],
) -> None:
    answer = calculate(make_yield_plan(over_time), make_returns_of_sites("2022Q1", *amounts), "2022Q1", today=AFTER_Q1)
    assert (answer.actual, answer.reported, answer.expected_cells) == (mean, reported, 3)
    assert answer.missing == missing


def test_without_any_number_there_is_no_mean(calculate: FigureCalculator) -> None:
    plan = make_yield_plan()
    assert calculate(plan, [], "2022Q1", today=AFTER_Q1).actual == "nothing_reported"
    nothing = make_returns_of_sites("2022Q1", NOT_COLLECTED, NOT_COLLECTED, NOT_COLLECTED)
    assert calculate(plan, nothing, "2022Q1", today=AFTER_Q1).actual == "not_collected"


def test_a_carried_level_is_one_site_of_the_mean(calculate: FigureCalculator) -> None:
    """Site two has 2 from the first quarter; the second quarter alone is the mean of one site."""
    returns = make_returns_of_sites("2022Q1", None, 2) + make_returns_of_sites("2022Q2", 4)
    answer = calculate(make_yield_plan(), returns, today=AFTER_Q2)
    assert (answer.actual, answer.carried, answer.missing) == (3, {("two", "2022Q1")}, {("three", "2022Q2")})
    assert calculate(make_yield_plan(), returns, "2022Q2", today=AFTER_Q2).actual == 4


def test_a_site_counts_once_in_a_mean_however_often_it_reports(calculate: FigureCalculator) -> None:
    """Site one has a mean of 2 in three quarters, site two 4 in one: (2 + 4) / 2."""
    returns = make_returns("one", "A-01", {"2022Q1": 1, "2022Q2": 2, "2022Q3": 3}) + make_returns_of_sites(
        "2022Q1", None, 4
    )
    assert calculate(make_yield_plan(OverTime.AVERAGE), returns, "2022", today=AFTER_Q4).actual == 3
    assert calculate(make_yield_plan(OverTime.MAXIMUM), returns, "2022", today=AFTER_Q4).actual == Fraction(7, 2)


def test_the_mean_of_the_selected_sites_has_no_target_of_its_own(calculate: FigureCalculator) -> None:
    returns = make_returns_of_sites("2022Q1", 2, 4, 9)
    both = calculate(make_yield_plan(), returns, "2022Q1", sites=("one", "two"), today=AFTER_Q1)
    every = calculate(make_yield_plan(), returns, "2022", sites=SITES, today=AFTER_Q1)
    assert (both.actual, both.target) == (3, "no_target")
    assert (every.actual, every.target) == (5, Fraction("3.1"))


def test_a_mean_is_rated_like_any_level(calculate: FigureCalculator) -> None:
    plan = make_yield_plan(percent_rule=PercentRule.OF_CHANGE, baseline_year=2021, baseline_value="2.1")
    returns = make_returns_of_sites("2022Q4", "3.1", "2.9", "3.0")
    answer = calculate(plan, returns, today=AFTER_Q4)
    assert (answer.actual, answer.progress, answer.rating) == (3, Fraction(9, 10), "on_track")
    late = calculate(plan, make_returns_of_sites("2022Q4", "2.9", "2.9"), today=AFTER_Q4)
    assert (late.actual, late.rating) == (Fraction("2.9"), "at_risk")


def test_a_missing_site_that_could_raise_the_mean_makes_the_rating_incomplete(calculate: FigureCalculator) -> None:
    """Site three had 4 in the first quarter, too long ago to be carried: with it the mean would be 3.1."""
    indicator = make_indicator(
        "A-01", over_time=OverTime.STOCK, target_basis=TargetBasis.LEVEL, across_sites=AcrossSites.MEAN
    )
    targets = make_targets("A-01", {2022: "3.1"})
    plan = make_plan(indicator, sites=SITES, years=(2022, 2022), targets=targets, carry_quarters=1)
    returns = make_returns_of_sites("2022Q1", None, None, 4) + make_returns_of_sites("2022Q4", "2.6", "2.7")
    answer = calculate(plan, returns, today=AFTER_Q4)
    assert (answer.actual, answer.rating, answer.deciding) == (
        Fraction("2.65"),
        "incomplete",
        {("three", "2022Q4")},
    )
