"""Targets, expected values, ratings and outlook calculated by hand (docs/arithmetic.md, sections D, E and F)."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from etl.indicators.periods import parse_quarter
from etl.indicators.plans import Plan, make_single_plan
from etl.indicators.received_returns import list_received_returns
from etl.indicators.reporting import compute_reporting_rate
from etl.indicators.vocabulary import (
    Direction,
    Measure,
    OverTime,
    PercentRule,
    ReportingFrequency,
    TargetBasis,
)
from tests.support.builders import make_indicator, make_plan, make_plans, make_return, make_returns, make_targets
from tests.support.core_and_oracle import FigureCalculator
from tests.support.reference_arithmetic import list_reference_reporting

QUARTERS = ("2022Q1", "2022Q2", "2022Q3", "2022Q4")
LEVEL = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}
AFTER_Q1, AFTER_Q2, AFTER_Q3, AFTER_Q4 = "2022-05-01", "2022-07-31", "2022-10-31", "2023-01-31"


def make_yearly_plan(target: object, **fields: object) -> Plan:
    """Make a plan with one site, one increasing flow and one year with this target."""
    return make_plan(
        make_indicator("A-01", **fields),
        sites=["one"],
        years=(2022, 2022),
        targets=make_targets("A-01", {2022: target}),
    )


def make_level_plan(targets: dict[int, object], years: tuple[int, int] = (2022, 2024), **fields: object) -> Plan:
    indicator = make_indicator("A-01", **{**LEVEL, **fields})
    return make_plan(indicator, sites=["one"], years=years, targets=make_targets("A-01", targets))


@pytest.mark.parametrize(("period", "target"), [("", 4500), ("2022-2026", 4500), ("2023", 1600), ("2023-2025", 3500)])
def test_hectares_at_years_end_are_4500_and_never_13100(calculate: FigureCalculator, period: str, target: int) -> None:
    milestones: dict[int, object] = {2022: 1000, 2023: 1600, 2024: 2500, 2025: 3500, 2026: 4500}
    assert calculate(make_level_plan(milestones, (2022, 2026)), [], period, today="2023-07-31").target == target


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2022-10-31", "no_target"), ("2023-01-31", 1000), ("2023-05-01", 1150), ("2023-07-31", 1300)],
)
def test_a_level_is_expected_on_the_line_between_its_milestones(
    calculate: FigureCalculator, today: str, expected: object
) -> None:
    assert calculate(make_level_plan({2022: 1000, 2023: 1600}), [], today=today).expected == expected


def test_before_the_first_milestone_the_line_starts_at_the_baseline(calculate: FigureCalculator) -> None:
    plan = make_level_plan({2024: 130}, baseline_year=2019, baseline_value=10)
    assert [calculate(plan, [], today=day).expected for day in (AFTER_Q1, AFTER_Q4)] == [20, 50]


@pytest.mark.parametrize(
    ("period", "today", "expected"), [("", AFTER_Q2, 30), ("2022Q3", AFTER_Q3, 30), ("2022Q1", AFTER_Q3, 10)]
)
def test_a_season_distributes_the_target_of_a_year(
    calculate: FigureCalculator, period: str, today: str, expected: int
) -> None:
    plan = make_yearly_plan(100, season=("0.1", "0.2", "0.3", "0.4"))
    assert calculate(plan, [], period, today=today).expected == expected


def test_a_cumulative_target_of_a_year_is_what_it_adds(calculate: FigureCalculator) -> None:
    indicator = make_indicator("A-01", target_basis=TargetBasis.CUMULATIVE)
    plan = make_plan(indicator, sites=["one"], targets=make_targets("A-01", {2022: 100, 2023: 160, 2024: None}))
    targets = [calculate(plan, [], period, today=AFTER_Q1).target for period in ("2022", "2023", "2024", "2022-2023")]
    assert targets == [100, 60, "no_target", 160]
    assert calculate(plan, [], today="2023-07-31").expected == 130


def test_a_year_without_a_target_is_in_the_actual_but_not_in_percentages(calculate: FigureCalculator) -> None:
    plan = make_plan(make_indicator("A-01"), sites=["one"], targets=make_targets("A-01", {2022: 40, 2024: 40}))
    by_quarter = dict.fromkeys((*QUARTERS, "2023Q1", "2023Q2", "2023Q3", "2023Q4"), 10)
    returns = make_returns("one", "A-01", by_quarter)
    so_far = calculate(plan, returns, today="2024-01-31")
    assert (so_far.actual, so_far.counted, so_far.target, so_far.expected) == (80, 40, 80, 40)
    assert (so_far.achievement, so_far.pace, so_far.rating) == (Fraction(1, 2), 1, "on_track")
    year = calculate(plan, returns, "2023", today="2024-01-31")
    assert (year.actual, year.target, year.rating) == (40, "no_target", "no_target")


@pytest.mark.parametrize(
    ("sites", "target", "baseline"),
    [
        (None, 100, 50),
        (("one", "two", "three"), 100, 50),
        (("one", "two"), 75, 9),
        (("one",), 30, 4),
        (("one", "three"), "no_target", "no_baseline"),
    ],
)
def test_a_set_of_sites_has_the_sum_of_its_targets_if_each_has_one(
    calculate: FigureCalculator, sites: tuple[str, ...] | None, target: object, baseline: object
) -> None:
    indicator = make_indicator("A-01", **LEVEL, baseline_year=2021, baseline_value=50)
    targets = [*make_targets("A-01", {2022: 100}), *make_targets("A-01", {2021: 4, 2022: 30}, site="one")]
    targets += make_targets("A-01", {2021: 5, 2022: 45}, site="two")
    plan = make_plan(indicator, sites=["one", "two", "three"], years=(2022, 2022), targets=targets)
    answer = calculate(plan, [], sites=sites, today=AFTER_Q1)
    assert (answer.target, answer.baseline) == (target, baseline)


@pytest.mark.parametrize(
    ("amount", "rating"),
    [("100", "on_track"), ("90", "on_track"), ("89.99", "at_risk"), ("70", "at_risk"), ("69.99", "off_track")],
)
def test_the_edges_of_the_bands_belong_to_the_better_one(calculate: FigureCalculator, amount: str, rating: str) -> None:
    answer = calculate(make_yearly_plan(400), make_returns("one", "A-01", {"2022Q1": amount}), today=AFTER_Q1)
    assert (answer.expected, answer.pace, answer.rating) == (100, Fraction(amount) / 100, rating)


@pytest.mark.parametrize(
    ("amount", "rating"), [("98.01", "on_track"), ("98", "at_risk"), ("96.01", "at_risk"), ("96", "off_track")]
)
def test_a_shortfall_below_the_tolerance_does_not_change_the_rating(
    calculate: FigureCalculator, amount: str, rating: str
) -> None:
    plan = make_yearly_plan(400, on_track=1, at_risk=1)
    assert calculate(plan, make_returns("one", "A-01", {"2022Q1": amount}), today=AFTER_Q1).rating == rating


@pytest.mark.parametrize(
    ("target", "amount", "rating"),
    [(6, 1, "on_track"), (8, 1, "at_risk"), (4, 0, "at_risk"), (6, 0, "off_track"), (3, 0, "not_due")],
)
def test_a_shortfall_of_one_unit_of_a_whole_number_is_not_off_track(
    calculate: FigureCalculator, target: int, amount: int, rating: str
) -> None:
    answer = calculate(
        make_yearly_plan(target, whole=True), make_returns("one", "A-01", {"2022Q1": amount}), today=AFTER_Q1
    )
    assert answer.rating == rating


@pytest.mark.parametrize(
    ("level", "progress", "pace", "rating"),
    [
        (73, Fraction(27, 60), Fraction(9, 10), "on_track"),
        (79, Fraction(21, 60), Fraction(7, 10), "at_risk"),
        (80, Fraction(20, 60), Fraction(2, 3), "off_track"),
        (112, Fraction(-1, 5), Fraction(-2, 5), "off_track"),
        (30, Fraction(70, 60), Fraction(7, 3), "on_track"),
    ],
)
def test_a_decreasing_level_is_rated_by_the_change_since_its_baseline(
    calculate: FigureCalculator, level: int, progress: Fraction, pace: Fraction, rating: str
) -> None:
    plan = make_level_plan({2024: 40}, direction=Direction.DECREASE, baseline_year=2021, baseline_value=100)
    answer = calculate(plan, make_returns("one", "A-01", {"2023Q2": level}), today="2023-07-31")
    assert (answer.expected, answer.progress, answer.pace, answer.rating) == (70, progress, pace, rating)
    assert (answer.achievement, answer.headline_rule) == ("not_defined", "of_change")


@pytest.mark.parametrize(("level", "rating"), [(40, "achieved"), (41, "off_track")])
def test_a_falling_level_without_a_baseline_is_met_or_not(calculate: FigureCalculator, level: int, rating: str) -> None:
    plan = make_level_plan({2022: 40}, (2022, 2022), direction=Direction.DECREASE)
    early = calculate(plan, make_returns("one", "A-01", {"2022Q3": level}), today=AFTER_Q3)
    late = calculate(plan, make_returns("one", "A-01", {"2022Q4": level}), today=AFTER_Q4)
    assert (early.rating, late.rating, late.headline_rule) == ("not_due", rating, "none")


@pytest.mark.parametrize(
    ("level", "rating"),
    [(110, "on_track"), (90, "on_track"), ("110.5", "at_risk"), (80, "at_risk"), (121, "off_track")],
)
def test_a_maintain_indicator_is_rated_by_its_distance(calculate: FigureCalculator, level: object, rating: str) -> None:
    plan = make_level_plan({2022: 100}, (2022, 2022), direction=Direction.MAINTAIN)
    answer = calculate(plan, make_returns("one", "A-01", {"2022Q4": level}), today=AFTER_Q4)
    assert (answer.rating, answer.headline_rule) == (rating, "distance")


@pytest.mark.parametrize(
    ("target", "amount", "rating", "is_over"),
    [
        (100, 100, "achieved", False),
        (100, 115, "achieved", False),
        (100, 116, "achieved", True),
        (2, 3, "achieved", False),
    ],
)
def test_a_target_that_is_far_exceeded_is_over_target(
    calculate: FigureCalculator, target: int, amount: int, rating: str, is_over: bool
) -> None:
    answer = calculate(make_yearly_plan(target), make_returns("one", "A-01", {"2022Q1": amount}), today=AFTER_Q1)
    assert (answer.rating, answer.over_target) == (rating, is_over)


def test_a_level_that_is_high_early_is_on_track_and_not_achieved_yet(calculate: FigureCalculator) -> None:
    plan = make_level_plan({2022: 100}, (2022, 2022), baseline_year=2021, baseline_value=0)
    returns = make_returns("one", "A-01", {"2022Q1": 120, "2022Q4": 120})
    ratings = [calculate(plan, returns, today=day).rating for day in (AFTER_Q1, AFTER_Q4)]
    assert ratings == ["on_track", "achieved"]


def test_missing_returns_that_could_improve_a_rating_make_it_incomplete(calculate: FigureCalculator) -> None:
    plan = make_plan(make_indicator("A-01"), years=(2022, 2022), targets=make_targets("A-01", {2022: 800}))
    returns = make_returns("one", "A-01", {"2022Q1": 100, "2022Q2": 100}) + make_returns("two", "A-01", {"2022Q1": 100})
    answer = calculate(plan, returns, today=AFTER_Q2)
    assert (answer.expected, answer.counted, answer.pace) == (400, 300, Fraction(3, 4))
    assert (answer.rating, answer.deciding) == ("incomplete", {("two", "2022Q2")})


def test_missing_returns_that_could_not_improve_a_rating_leave_it(calculate: FigureCalculator) -> None:
    plan = make_plan(make_indicator("A-01"), years=(2022, 2022), targets=make_targets("A-01", {2022: 800}))
    returns = make_returns("one", "A-01", {"2022Q1": 100, "2022Q2": 100}) + make_returns("two", "A-01", {"2022Q1": 10})
    answer = calculate(plan, returns, today=AFTER_Q2)
    assert (answer.counted, answer.rating, answer.deciding) == (210, "off_track", frozenset())


@pytest.mark.parametrize(("sites", "rating"), [(2, "achieved"), (3, "no_data")])
def test_with_fewer_than_half_of_the_cells_there_is_no_rating(
    calculate: FigureCalculator, sites: int, rating: str
) -> None:
    plan = make_plan(
        make_indicator("A-01"),
        sites=["one", "two", "three"][:sites],
        years=(2022, 2022),
        targets=make_targets("A-01", {2022: 5}),
    )
    assert calculate(plan, make_returns("one", "A-01", {"2022Q1": 10}), today=AFTER_Q1).rating == rating


@pytest.mark.parametrize(
    ("today", "actual", "rating"), [("2023-06-01", "not_due", "not_due"), ("2025-01-31", "nothing_reported", "no_data")]
)
def test_a_milestone_is_not_due_before_its_year_ends(
    calculate: FigureCalculator, today: str, actual: str, rating: str
) -> None:
    plan = make_level_plan({2024: 100}, reported=ReportingFrequency.MILESTONE, baseline_year=2021, baseline_value=0)
    answer = calculate(plan, [], today=today)
    assert (answer.actual, answer.rating) == (actual, rating)


def test_the_first_day_and_first_return_of_a_quarter_do_not_worsen_the_rating(calculate: FigureCalculator) -> None:
    plan = make_plan(make_indicator("A-01"), years=(2022, 2022), targets=make_targets("A-01", {2022: 800}))
    full = make_returns("one", "A-01", {"2022Q1": 100}) + make_returns("two", "A-01", {"2022Q1": 100})
    early = [*full, *make_returns("one", "A-01", {"2022Q2": 5})]
    answers = [calculate(plan, returns, today=day) for returns, day in ((full, "2022-07-01"), (early, "2022-07-02"))]
    assert [(answer.counted_quarter, answer.pace, answer.rating) for answer in answers] == [
        ("2022Q1", 1, "on_track")
    ] * 2
    assert [answer.actual for answer in answers] == [200, 205]


def test_a_revised_target_applies_to_quarters_from_its_effective_day(calculate: FigureCalculator) -> None:
    plans = make_plans((date.min, make_yearly_plan(400)), (date(2022, 7, 1), make_yearly_plan(800)))
    returns = make_returns("one", "A-01", dict.fromkeys(QUARTERS[:3], 100))
    before, after = calculate(plans, returns[:1], today=AFTER_Q1), calculate(plans, returns, today=AFTER_Q3)
    assert (before.target, before.expected, before.pace) == (400, 100, 1)
    assert (after.target, after.expected, after.pace) == (800, 600, Fraction(1, 2))


def test_the_plan_to_date_of_a_ratio_is_rated_by_its_latest_year(calculate: FigureCalculator) -> None:
    share = make_indicator("A-01", measure=Measure.RATIO, unit="%", scale=100)
    plan = make_plan(share, sites=["one"], targets=make_targets("A-01", {2022: 20, 2023: 30, 2024: 40}))
    pairs = {"2022Q4": (1, 10), "2023Q1": (3, 20), "2023Q2": (9, 20)}
    returns = [make_return("one", q, {"A-01/numerator": n, "A-01/denominator": d}) for q, (n, d) in pairs.items()]
    answer = calculate(plan, returns, today="2023-07-31")
    assert (answer.actual, answer.target, answer.expected, answer.rating) == (30, 30, 30, "on_track")


def test_the_baseline_of_a_yearly_amount_is_scaled_like_its_target(calculate: FigureCalculator) -> None:
    """Half a year: 20 of the baseline's 40 were normal, 40 of the target's 80 are expected; 35 is 15 of that 20."""
    plan = make_yearly_plan(80, percent_rule=PercentRule.OF_CHANGE, baseline_year=2021, baseline_value=40)
    answer = calculate(plan, make_returns("one", "A-01", {"2022Q1": 15, "2022Q2": 20}), today=AFTER_Q2)
    assert (answer.expected, answer.progress, answer.pace) == (40, Fraction(-5, 40), Fraction(15, 20))
    assert answer.rating == "at_risk"


@pytest.mark.parametrize(
    ("period", "baseline", "for_period"),
    [("", 4, 8), ("2022", 4, 4), ("2022-2023", 4, 4), ("2023", 4, 0), ("2022Q3", 4, 4)],
)
def test_the_baseline_is_shown_as_the_plan_states_it_and_scaled_for_percentages(
    calculate: FigureCalculator, period: str, baseline: int, for_period: int
) -> None:
    """Two of the three years have a target, so percentages of the plan use twice the yearly baseline of 4."""
    indicator = make_indicator("A-01", percent_rule=PercentRule.OF_CHANGE, baseline_year=2021, baseline_value=4)
    plan = make_plan(indicator, sites=["one"], targets=make_targets("A-01", {2022: 10, 2024: 10}))
    answer = calculate(plan, make_returns("one", "A-01", {"2022Q4": 11}), period, today="2025-02-01")
    assert (answer.baseline, answer.baseline_for_period) == (baseline, for_period)


@pytest.mark.parametrize("sites", [None, ("one",)])
def test_the_baseline_of_a_level_is_the_same_for_every_period(
    calculate: FigureCalculator, sites: tuple[str, ...] | None
) -> None:
    plan = make_level_plan({2022: 10, 2023: 12, 2024: 14}, baseline_year=2021, baseline_value=4)
    for period in ("", "2022", "2022-2023", "2022Q3"):
        answer = calculate(plan, [], period, sites=sites, today="2025-02-01")
        assert (answer.baseline, answer.baseline_for_period) == (4, 4)


def test_one_outlier_does_not_move_the_projection_of_levels(calculate: FigureCalculator) -> None:
    """Slopes: six of 2 among ten; the line is 10 + 2 a quarter, 32 eleven quarters later."""
    by_quarter = dict(zip((*QUARTERS, "2023Q1"), (10, 12, 14, 100, 18), strict=True))
    answer = calculate(make_level_plan({2024: 40}), make_returns("one", "A-01", by_quarter), today="2023-05-01")
    assert (answer.needed, answer.remaining, answer.per_quarter) == (22, 7, Fraction(22, 7))
    assert answer.projected == 32


def test_a_flow_is_projected_with_the_mean_of_its_last_four_quarters(calculate: FigureCalculator) -> None:
    plan = make_plan(
        make_indicator("A-01"), sites=["one"], targets=make_targets("A-01", {2022: 40, 2023: 40, 2024: 40})
    )
    returns = make_returns("one", "A-01", dict(zip(QUARTERS, (5, 10, 15, 20), strict=True)))
    answer = calculate(plan, returns, today=AFTER_Q4)
    assert (answer.needed, answer.remaining, answer.per_quarter, answer.projected) == (70, 8, Fraction(35, 4), 150)
    assert calculate(plan, returns[:2], today=AFTER_Q2).projected is None


def test_a_projected_percentage_is_at_most_100(calculate: FigureCalculator) -> None:
    plan = make_level_plan({2024: 90}, measure=Measure.RATIO, unit="%", scale=100)
    returns = [
        make_return("one", quarter, {"A-01/numerator": part, "A-01/denominator": 10})
        for quarter, part in zip(QUARTERS, (2, 4, 6, 8), strict=True)
    ]
    assert calculate(plan, returns, today=AFTER_Q4).projected == 100


@pytest.mark.parametrize(
    ("moment", "on_time"),
    [
        ("2022-04-30T16:59:59+00:00", 1),
        ("2022-04-30T17:00:00+00:00", 0),
        ("2022-04-30T23:30:00+00:00", 0),
        ("2022-04-30T23:30:00+07:00", 1),
        ("2022-05-01T00:00:00+07:00", 0),
    ],
)
def test_a_return_is_on_time_until_the_cambodian_day_ends(moment: str, on_time: int) -> None:
    plans = make_single_plan(make_plan(make_indicator("A-01"), sites=["one", "two"]))
    returns = [make_return("one", parse_quarter("2022Q1"), {"A-01": 1}, first_submitted=datetime.fromisoformat(moment))]
    rate = compute_reporting_rate(plans, list_received_returns(returns), sites=None, today=date(2022, 5, 1))
    assert (rate.expected, rate.received, rate.on_time) == (2, 1, on_time)
    assert list_reference_reporting(plans, returns, sites=None, today=date(2022, 5, 1)) == (2, 1, on_time)
