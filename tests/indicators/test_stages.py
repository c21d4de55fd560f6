"""Stages by hand (docs/arithmetic.md, C5, D6, E6 l and m): planned 1, under way 2, finished 3, in use 4."""

from collections.abc import Mapping
from datetime import date

import pytest

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import AcrossSites, SiteReturn
from tests.support.builders import (
    NOT_COLLECTED,
    make_plan,
    make_plans,
    make_return,
    make_returns,
    make_stage_indicator,
    make_targets,
)
from tests.support.core_and_oracle import FigureCalculator

SITES = ("one", "two", "three")
AFTER_2022, AFTER_2023, AFTER_2024 = "2023-01-31", "2024-01-31", "2025-01-31"
IN_USE_IN_2024 = {2024: 4}


def make_stage_plan(targets: Mapping[int, object] = IN_USE_IN_2024, **fields: object) -> Plan:
    """Make a plan of 2022 to 2024 with one indicator of four stages and targets of the centre."""
    indicator = make_stage_indicator("A-01", **fields)
    return make_plan(indicator, sites=SITES, targets=make_targets("A-01", targets))


def make_yes_no_plan(**fields: object) -> Plan:
    """Make a plan with one indicator of two stages, no 0 and yes 1: yes in 2023."""
    indicator = make_stage_indicator("A-01", "no", "yes", first_rank=0, **fields)
    return make_plan(indicator, sites=SITES, targets=make_targets("A-01", {2023: 1}))


def make_returns_of_sites(quarter: str, *ranks: object) -> list[SiteReturn]:
    pairs = zip(SITES, ranks, strict=False)
    return [make_return(site, quarter, {"A-01": rank}) for site, rank in pairs if rank is not None]


@pytest.mark.parametrize(
    ("ranks", "lowest", "reported", "missing"),
    [
        ((4, 2, 3), 2, 3, set()),
        ((4, 4, 4), 4, 3, set()),
        ((4, NOT_COLLECTED, 3), 3, 2, set()),
        ((4, None, 3), 3, 2, {("two", "2022Q1")}),
        ((1,), 1, 1, {("two", "2022Q1"), ("three", "2022Q1")}),
    ],
)
def test_the_sites_together_are_at_the_lowest_stage(
    calculate: FigureCalculator, ranks: tuple[object, ...], lowest: int, reported: int, missing: set[object]
) -> None:
    answer = calculate(make_stage_plan(), make_returns_of_sites("2022Q1", *ranks), "2022Q1", today="2022-05-01")
    assert (answer.actual, answer.reported, answer.missing) == (lowest, reported, missing)


def test_a_stage_is_carried_like_any_level(calculate: FigureCalculator) -> None:
    """Site two is silent in the second quarter and stays at stage 2; the quarter alone has stage 3."""
    returns = make_returns_of_sites("2022Q1", 4, 2, 3) + make_returns_of_sites("2022Q2", 4, None, 3)
    to_date = calculate(make_stage_plan(), returns, today="2022-07-31")
    assert (to_date.actual, to_date.carried) == (2, {("two", "2022Q1")})
    assert calculate(make_stage_plan(), returns, "2022Q2", today="2022-07-31").actual == 3


def test_stages_are_never_added_or_averaged(calculate: FigureCalculator) -> None:
    returns = [
        *make_returns_of_sites("2022Q1", 1, 1, 1),
        *make_returns_of_sites("2022Q2", 3, 3, 3),
        *make_returns_of_sites("2022Q4", 4, 4, 4),
    ]
    answer = calculate(make_stage_plan(), returns, "2022", today=AFTER_2022)
    assert answer.actual == 4


def test_a_stage_has_no_percentage_and_no_projection(calculate: FigureCalculator) -> None:
    returns = [
        site_return for number in (1, 2, 3, 4) for site_return in make_returns_of_sites(f"2022Q{number}", 2, 2, 2)
    ]
    answer = calculate(make_stage_plan(baseline_year=2021, baseline_value=1), returns, today=AFTER_2022)
    assert answer.headline_rule == "stage"
    assert {answer.achievement, answer.progress, answer.pace} == {"not_defined"}
    assert (answer.needed, answer.projected) == (None, None)


@pytest.mark.parametrize(
    ("today", "quarter", "expected"),
    [
        (AFTER_2022, "2022Q4", 2),  # 1 + 3 x 4/12 = 2
        ("2023-05-01", "2023Q1", 2),  # 1 + 3 x 5/12 = 2.25
        (AFTER_2023, "2023Q4", 3),  # 1 + 3 x 8/12 = 3
        ("2024-11-01", "2024Q3", 3),  # 1 + 3 x 11/12 = 3.75
        (AFTER_2024, "2024Q4", 4),
    ],
)
def test_the_expected_stage_is_the_last_one_that_the_line_has_reached(
    calculate: FigureCalculator, today: str, quarter: str, expected: int
) -> None:
    """Planned (1) at the end of 2021 and in use (4) at the end of 2024: three steps in twelve quarters."""
    plan = make_stage_plan(baseline_year=2021, baseline_value=1)
    answer = calculate(plan, make_returns_of_sites(quarter, 3, 3, 3), today=today)
    assert (answer.counted_quarter, answer.expected) == (quarter, expected)


@pytest.mark.parametrize(
    ("rank", "rating"),
    [(4, "achieved"), (3, "on_track"), (2, "at_risk"), (1, "off_track")],
)
def test_rating_with_stage_3_of_4_expected(calculate: FigureCalculator, rank: int, rating: str) -> None:
    """At the end of 2023 stage 3 is expected: one step behind is at risk, but no step since the baseline is not."""
    plan = make_stage_plan(baseline_year=2021, baseline_value=1)
    assert calculate(plan, make_returns_of_sites("2023Q4", rank, 4, 4), today=AFTER_2023).rating == rating


def test_one_step_behind_without_any_step_done_is_off_track(calculate: FigureCalculator) -> None:
    """At the end of 2022 stage 2 is expected, and the value is still the baseline of 1."""
    plan = make_stage_plan(baseline_year=2021, baseline_value=1)
    assert calculate(plan, make_returns_of_sites("2022Q4", 1, 1, 1), today=AFTER_2022).rating == "off_track"


def test_a_stage_below_its_baseline_is_off_track(calculate: FigureCalculator) -> None:
    """Stage 3 is the baseline and is expected until the end: stage 2 went backwards, though by one step only."""
    plan = make_stage_plan(baseline_year=2021, baseline_value=3)
    assert calculate(plan, make_returns_of_sites("2022Q4", 2, 3, 3), today=AFTER_2022).rating == "off_track"


def test_without_a_baseline_the_first_stage_is_the_start(calculate: FigureCalculator) -> None:
    plan = make_stage_plan({2022: 2, 2023: 3})
    assert calculate(plan, make_returns_of_sites("2023Q4", 2, 3, 3), today=AFTER_2023).rating == "at_risk"
    assert calculate(plan, make_returns_of_sites("2022Q4", 1, 3, 3), "2022", today=AFTER_2022).rating == "off_track"


def test_before_the_line_begins_a_stage_is_not_due_unless_it_is_reached(calculate: FigureCalculator) -> None:
    """Without a baseline the line begins with the first target, at the end of 2024."""
    plan = make_stage_plan()
    assert calculate(plan, make_returns_of_sites("2022Q4", 2, 3, 3), today=AFTER_2022).rating == "not_due"
    assert calculate(plan, make_returns_of_sites("2022Q4", 4, 4, 4), today=AFTER_2022).rating == "achieved"


def test_a_stage_is_achieved_before_the_end_of_the_period_and_never_over_target(calculate: FigureCalculator) -> None:
    plan = make_stage_plan({2022: 2, 2024: 3})
    answer = calculate(plan, make_returns_of_sites("2022Q2", 4, 4, 4), "2022", today="2022-07-31")
    assert (answer.rating, answer.over_target) == ("achieved", False)


def test_yes_is_achieved_and_no_is_off_track_once_it_is_due(calculate: FigureCalculator) -> None:
    """No (0) at the end of 2021 and yes (1) at the end of 2023: the line reaches yes in the last quarter only."""
    plan = make_yes_no_plan(baseline_year=2021, baseline_value=0)
    early = calculate(plan, make_returns_of_sites("2023Q3", 0, 1, 1), "2023", today="2023-10-31")
    assert (early.actual, early.expected, early.rating) == (0, 0, "on_track")
    late = calculate(plan, make_returns_of_sites("2023Q4", 0, 1, 1), "2023", today=AFTER_2023)
    assert (late.expected, late.rating) == (1, "off_track")
    assert calculate(plan, make_returns_of_sites("2023Q4", 1, 1, 1), "2023", today=AFTER_2023).rating == "achieved"


@pytest.mark.parametrize("rank", [3, 4])
def test_a_missing_site_could_be_lower_than_the_lowest_that_reported(calculate: FigureCalculator, rank: int) -> None:
    """Stage 3 is expected. Sites one and two are there, but site three never reported: nobody knows the lowest."""
    plan = make_stage_plan(baseline_year=2021, baseline_value=1)
    answer = calculate(plan, make_returns_of_sites("2023Q4", rank, rank), today=AFTER_2023)
    assert (answer.rating, answer.deciding) == ("incomplete", {("three", "2023Q4")})


def test_a_missing_site_does_not_change_a_rating_that_is_low_already(calculate: FigureCalculator) -> None:
    plan = make_stage_plan(baseline_year=2021, baseline_value=1)
    assert calculate(plan, make_returns_of_sites("2023Q4", 1, 4), today=AFTER_2023).rating == "off_track"


def test_a_site_that_did_not_collect_the_stage_keeps_its_last_one(calculate: FigureCalculator) -> None:
    returns = make_returns_of_sites("2023Q3", 4, 4, 3) + make_returns_of_sites("2023Q4", 4, 4, NOT_COLLECTED)
    answer = calculate(make_stage_plan(baseline_year=2021, baseline_value=1), returns, today=AFTER_2023)
    assert (answer.actual, answer.not_collected, answer.rating) == (3, 1, "on_track")


def test_one_site_for_all_reports_the_stage_of_the_centre(calculate: FigureCalculator) -> None:
    plan = make_stage_plan({2022: 3}, across_sites=AcrossSites.CENTRE, reporting_sites=("two",))
    answer = calculate(plan, make_returns("two", "A-01", {"2022Q4": 3}), sites=("two",), today=AFTER_2022)
    assert (answer.actual, answer.target, answer.rating) == (3, "no_target", "on_track")
    assert calculate(plan, make_returns("two", "A-01", {"2022Q4": 3}), "2022", today=AFTER_2022).rating == "achieved"


def test_several_sites_have_no_target_of_their_own_and_a_single_site_may_have_one(calculate: FigureCalculator) -> None:
    indicator = make_stage_indicator("A-01")
    targets = (*make_targets("A-01", {2022: 2}), *make_targets("A-01", {2022: 3}, site="one"))
    plan = make_plan(indicator, sites=SITES, targets=targets)
    returns = make_returns_of_sites("2022Q4", 2, 2, 4)
    assert calculate(plan, returns, "2022", sites=("one", "two"), today=AFTER_2022).target == "no_target"
    one = calculate(plan, returns, "2022", sites=("one",), today=AFTER_2022)
    assert (one.actual, one.target, one.rating) == (2, 3, "at_risk")
    assert calculate(plan, returns, "2022", today=AFTER_2022).rating == "achieved"


def test_ranks_of_other_stages_are_not_compared(calculate: FigureCalculator) -> None:
    """From 2023 on the plan has other words: rank 2 of the old stages is neither carried nor counted."""
    old = make_stage_plan({2022: 2, 2024: 3})
    new = make_plan(
        make_stage_indicator("A-01", "idea", "draft", "adopted"),
        sites=SITES,
        targets=make_targets("A-01", {2024: 3}),
    )
    plans = make_plans((date.min, old), (date(2023, 1, 1), new))
    returns = make_returns_of_sites("2022Q4", 2, 2, 2)
    assert calculate(plans, returns, "2022", today=AFTER_2023).actual == 2
    assert calculate(plans, returns, "2023Q1", today=AFTER_2023).actual == "nothing_reported"
    assert calculate(plans, returns, today=AFTER_2023).actual == "nothing_reported"
