"""The history of an indicator by quarter, by hand: where values to date begin, and where lines break."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from etl.indicators.figures import UnknownIndicatorError
from etl.indicators.history import clip_to_period, compute_history, compute_value_to_date_with_sources
from etl.indicators.periods import Quarter, Years
from etl.indicators.plans import Plans, make_single_plan
from etl.indicators.record import build_record
from etl.indicators.results import NoValue, SeriesPoint
from etl.indicators.vocabulary import Indicator, OverTime, SiteReturn, TargetBasis
from tests.support.builders import make_indicator, make_plan, make_plans, make_returns, make_site, make_targets

FLOW = make_indicator("A-01", baseline_year=2021, baseline_value=0)
LEVEL = make_indicator("A-02", over_time=OverTime.STOCK, target_basis=TargetBasis.LEVEL)
TARGETS = (*make_targets("A-01", {2022: 40, 2023: 80}), *make_targets("A-02", {2022: 8, 2023: 16}))
FLOWS = {"2022Q1": 1, "2022Q2": 2, "2022Q3": 4, "2022Q4": 8, "2023Q1": 16, "2023Q2": 32}
TODAY = date(2023, 7, 5)


def make_history_plans(*indicators: Indicator, sites: tuple[object, ...] = ("one", "two")) -> Plans:
    return make_single_plan(make_plan(*indicators, sites=sites, years=(2022, 2023), targets=TARGETS))


def list_points(plans: Plans, returns: list[SiteReturn], code: str, **query: object) -> dict[str, SeriesPoint]:
    arguments = {"sites": None, "today": TODAY, **query}
    points = compute_history(plans, build_record(plans, returns), indicator=code, **arguments)
    return {str(point.quarter): point for point in points}


def test_an_annual_amount_counts_from_the_start_of_its_year_or_from_an_earlier_quarter() -> None:
    plans, returns = make_history_plans(FLOW), make_returns("one", "A-01", FLOWS)
    points = list_points(plans, returns, "A-01")
    assert list(points) == list(FLOWS)
    assert [point.in_quarter.amount for point in points.values()] == list(FLOWS.values())
    assert [point.to_date.amount for point in points.values()] == [1, 3, 7, 15, 16, 48]
    assert [point.expected for point in points.values()] == [10, 20, 30, 40, 20, 40]
    from_start = list_points(plans, returns, "A-01", start=Quarter(2022, 1))
    assert [point.to_date.amount for point in from_start.values()] == [1, 3, 7, 15, 31, 63]
    assert [point.expected for point in from_start.values()] == [10, 20, 30, 40, 60, 80]
    later = list_points(plans, returns, "A-01", start=Quarter(2022, 3))
    assert [point.to_date.amount for point in later.values()] == [1, 3, 7, 15, 28, 60]
    before_plan = list_points(plans, returns, "A-01", start=Quarter(2020, 1))
    assert before_plan["2023Q2"].to_date.amount == 63


def test_the_fourth_quarter_has_the_target_of_the_year_or_of_the_years_since_the_start() -> None:
    plans = make_history_plans(FLOW)
    returns = make_returns("one", "A-01", {**FLOWS, "2023Q3": 0, "2023Q4": 0})
    points = list_points(plans, returns, "A-01", today=date(2024, 3, 1))
    targets = {quarter: point.target for quarter, point in points.items() if point.target is not NoValue.NO_TARGET}
    assert targets == {"2022Q4": 40, "2023Q4": 80}
    from_start = list_points(plans, returns, "A-01", today=date(2024, 3, 1), start=Quarter(2022, 1))
    assert from_start["2023Q4"].target == 120


def test_a_level_counts_from_the_start_of_the_plan_whatever_the_start() -> None:
    plans, returns = make_history_plans(LEVEL), make_returns("one", "A-02", {"2022Q1": 5, "2022Q4": 7})
    points = list_points(plans, returns, "A-02", start=Quarter(2023, 1))
    assert points["2023Q1"].to_date.amount == 7
    assert points["2022Q2"].in_quarter.amount is NoValue.NOTHING_REPORTED
    assert (points["2022Q4"].expected, points["2022Q3"].expected) == (8, NoValue.NO_TARGET)


def test_a_quarter_that_runs_is_shown_only_with_an_answer() -> None:
    plans = make_history_plans(FLOW)
    assert list(list_points(plans, [], "A-01", today=date(2022, 6, 30))) == ["2022Q1"]
    assert list(list_points(plans, [], "A-01", today=date(2022, 7, 1))) == ["2022Q1", "2022Q2"]
    early = make_returns("two", "A-01", {"2022Q2": 1})
    assert list(list_points(plans, early, "A-01", today=date(2022, 6, 30))) == ["2022Q1", "2022Q2"]
    assert list(list_points(plans, early, "A-01", today=date(2022, 6, 30), sites=("one",))) == ["2022Q1"]


def test_a_total_is_shown_in_a_running_quarter_with_an_answer_of_any_term() -> None:
    total = make_indicator("A-03", sum_of=("A-01", "A-04"), source="derived")
    plans = make_history_plans(FLOW, make_indicator("A-04"), replace(total, source=make_source("derived")))
    early = make_returns("two", "A-04", {"2022Q2": 1})
    assert list(list_points(plans, early, "A-03", today=date(2022, 6, 30))) == ["2022Q1", "2022Q2"]
    assert list(list_points(plans, early, "A-03", today=date(2022, 6, 30), sites=("one",))) == ["2022Q1"]


def make_source(name: str) -> object:
    return type(FLOW.source)(name)


def test_a_line_breaks_where_a_level_has_other_sites_but_not_for_flows() -> None:
    plans = make_history_plans(LEVEL, FLOW)
    returns = [
        *make_returns("one", "A-02", {"2022Q1": 5, "2022Q2": 6, "2022Q3": 7}),
        *make_returns("two", "A-02", {"2022Q2": 1, "2022Q3": 1}),
    ]
    points = list_points(plans, returns, "A-02")
    assert [quarter for quarter, point in points.items() if point.has_break] == ["2022Q2"]
    flows = [*make_returns("one", "A-01", FLOWS), *make_returns("two", "A-01", {"2022Q2": 1, "2022Q3": 1})]
    assert not any(point.has_break for point in list_points(plans, flows, "A-01").values())


def test_a_line_does_not_break_after_a_level_without_any_site() -> None:
    plans = make_history_plans(LEVEL)
    points = list_points(plans, make_returns("one", "A-02", {"2022Q3": 5, "2022Q4": 6}), "A-02")
    assert not any(point.has_break for point in points.values())


def test_a_line_breaks_where_the_kind_of_number_changes_and_where_the_indicator_is_new() -> None:
    old = make_plan(FLOW, sites=["one"], years=(2022, 2023))
    new = make_plan(replace(FLOW, unit="other"), LEVEL, sites=["one"], years=(2022, 2023))
    plans = make_plans((date.min, old), (date(2022, 7, 1), new))
    points = list_points(plans, make_returns("one", "A-01", FLOWS), "A-01")
    assert [quarter for quarter, point in points.items() if point.has_break] == ["2022Q3"]
    assert list(list_points(plans, [], "A-02")) == ["2022Q3", "2022Q4", "2023Q1", "2023Q2"]


def test_a_level_of_sites_that_report_nothing_of_it_does_not_apply() -> None:
    centre = replace(LEVEL, reporting_sites=("one",))
    plans = make_history_plans(centre)
    points = list_points(plans, make_returns("one", "A-02", {"2022Q1": 5}), "A-02", sites=("two",))
    assert {point.to_date.amount for point in points.values()} <= {NoValue.NOT_APPLICABLE}


def test_an_unknown_indicator_has_no_history() -> None:
    plans = make_history_plans(FLOW)
    with pytest.raises(UnknownIndicatorError, match="'B-09'"):
        list_points(plans, [], "B-09")


def test_a_value_to_date_has_the_rows_that_it_consists_of() -> None:
    plans, returns = make_history_plans(FLOW), make_returns("one", "A-01", FLOWS)
    arguments = {"indicator": "A-01", "part": "", "sites": None, "today": TODAY}
    record = build_record(plans, returns)
    value = compute_value_to_date_with_sources(plans, record, quarter=Quarter(2023, 2), **arguments)
    assert (value.value.amount, value.sites, value.version.number) == (48, ("one", "two"), 1)
    assert [row.value for row in value.rows if row.value is not None] == [16, 32]
    since = compute_value_to_date_with_sources(
        plans, record, quarter=Quarter(2023, 2), start=Quarter(2022, 4), **arguments
    )
    assert since.value.amount == Decimal(63) - 7
    with pytest.raises(UnknownIndicatorError, match="in force in 2023Q2"):
        compute_value_to_date_with_sources(
            plans, record, quarter=Quarter(2023, 2), **{**arguments, "indicator": "B-09"}
        )


def test_a_clipped_history_keeps_the_years_and_begins_without_a_break() -> None:
    plans = make_history_plans(LEVEL, sites=(make_site("one"), make_site("two", reports_from="2023Q1")))
    returns = [*make_returns("one", "A-02", {"2022Q4": 5, "2023Q1": 6, "2023Q2": 7})]
    returns += make_returns("two", "A-02", {"2023Q1": 1, "2023Q2": 1})
    points = tuple(list_points(plans, returns, "A-02").values())
    assert [str(point.quarter) for point in points if point.has_break] == ["2023Q1"]
    clipped = clip_to_period(points, Years(2023, 2023))
    assert [(str(point.quarter), point.has_break) for point in clipped] == [("2023Q1", False), ("2023Q2", False)]
    both = clip_to_period(points, Years(2022, 2023))
    assert [str(point.quarter) for point in both if point.has_break] == ["2023Q1"]
    assert len(both) == len(points)
