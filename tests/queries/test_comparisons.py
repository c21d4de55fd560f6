"""Comparisons of a figure: the same period a year before, and the step of the year for levels."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator, OverTime, SiteReturn, TargetBasis
from etl.indicators.year_step import compute_year_step
from etl.queries.comparisons import FigureComparison, compare_figure
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from tests.support.builders import make_indicator, make_plan, make_return, make_returns, make_targets

FLOW = make_indicator("A-01")
LEVEL = make_indicator(
    "A-01", over_time=OverTime.STOCK, target_basis=TargetBasis.LEVEL, baseline_year=2021, baseline_value=10
)
PLAN_TO_DATE = PlanToDate()
SIX_QUARTERS = {"2022Q1": 20, "2022Q2": 30, "2022Q3": 40, "2022Q4": 50, "2023Q1": 60, "2023Q2": 70}


def compare(
    indicator: Indicator, reported: dict[str, int], *, period: Period = PLAN_TO_DATE, today: str = "2023-08-15"
) -> FigureComparison:
    return compare_returns(indicator, make_returns("one", "A-01", reported), ("one",), period=period, today=today)


def compare_returns(
    indicator: Indicator, returns: Sequence[SiteReturn], sites: Sequence[str], *, period: Period, today: str
) -> FigureComparison:
    plan = make_plan(indicator, sites=sites, targets=make_targets("A-01", {2022: 50, 2023: 100, 2024: 150}))
    plans = make_single_plan(plan)
    record = build_record(plans, returns)
    snapshot = Snapshot(
        data_version=1, plans=plans, approved=record, submitted=record, returns_by_site={}, has_sample_data=False
    )
    return compare_figure(QueryScope(snapshot, date.fromisoformat(today), period), indicator)


@pytest.mark.parametrize(
    ("indicator", "period", "now", "before"),
    [
        (FLOW, PlanToDate(), 270, 50),
        (FLOW, Years(2023, 2023), 130, 50),
        (FLOW, Quarter(2023, 2), 70, 30),
        (LEVEL, PlanToDate(), 70, 30),
        (LEVEL, Years(2023, 2023), 70, 30),
    ],
)
def test_the_year_before_counts_up_to_the_same_quarter(
    indicator: Indicator, period: Period, now: int, before: int
) -> None:
    comparison = compare(indicator, SIX_QUARTERS, period=period)
    assert comparison.figure.actual.amount == now
    assert comparison.year_before is not None
    assert comparison.year_before.actual.amount == before


@pytest.mark.parametrize("period", [PlanToDate(), Years(2023, 2023), Quarter(2023, 1)])
def test_the_year_before_misses_a_quarter_that_only_a_later_return_covers(period: Period) -> None:
    returns = [
        *make_returns("one", "A-01", {"2022Q1": 20, "2023Q1": 60}),
        make_return("two", "2022Q3", {"A-01": 45}, basis="year_to_date"),
        *make_returns("two", "A-01", {"2023Q1": 5}),
    ]
    before = compare_returns(FLOW, returns, ("one", "two"), period=period, today="2023-05-15").year_before
    assert before is not None
    assert (before.actual.amount, before.actual.reported, before.actual.expected) == (20, 1, 2)
    assert [key.site for key in before.actual.missing] == ["two"]


@pytest.mark.parametrize("period", [PlanToDate(), Years(2022, 2022), Quarter(2022, 2)])
def test_there_is_no_comparison_with_a_year_before_the_plan(period: Period) -> None:
    assert compare(FLOW, SIX_QUARTERS, period=period, today="2022-08-15").year_before is None


def test_the_step_of_a_level_starts_at_the_end_of_last_year() -> None:
    step = compare(LEVEL, SIX_QUARTERS).year_step
    assert step is not None
    assert (step.year, step.start, step.now, step.target_before, step.target) == (2023, 50, 70, 50, 100)
    assert step.share == Decimal("0.4")


def test_the_step_of_the_first_year_starts_at_the_baseline() -> None:
    step = compare(LEVEL, SIX_QUARTERS, today="2022-08-15").year_step
    assert step is not None
    assert (step.start, step.target_before, step.share) == (10, 10, Decimal("0.5"))


def test_flows_and_quarters_have_no_step() -> None:
    assert compare(FLOW, SIX_QUARTERS).year_step is None
    assert compare(LEVEL, SIX_QUARTERS, period=Quarter(2023, 2)).year_step is None


@pytest.mark.parametrize(
    ("start", "now", "target_before", "target", "share"),
    [
        (50, 70, 50, 100, Decimal("0.4")),
        (60, 55, 50, 100, Decimal("-0.1")),
        (40, 30, 40, 20, Decimal("0.5")),
        (50, 70, 50, 50, NoValue.TARGET_EQUALS_BASELINE),
        (50, 70, NoValue.NO_TARGET, 50, NoValue.NO_TARGET),
        (50, 70, 50, NoValue.NO_TARGET, NoValue.NO_TARGET),
        (NoValue.NOT_DEFINED, 70, 50, 100, NoValue.NOT_DEFINED),
        (50, NoValue.NOTHING_REPORTED, 50, 100, NoValue.NOTHING_REPORTED),
    ],
)
def test_a_step_is_not_clipped_and_has_a_reason_where_it_is_missing(start, now, target_before, target, share) -> None:
    parts = [
        amount if isinstance(amount, NoValue) else Decimal(amount) for amount in (start, now, target_before, target)
    ]
    step_share = compute_year_step(start=parts[0], now=parts[1], target_before=parts[2], target=parts[3])
    assert step_share == share
