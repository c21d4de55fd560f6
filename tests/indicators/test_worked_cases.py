"""Values calculated by hand (docs/arithmetic.md, sections B and C)."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import (
    AcrossSites,
    Direction,
    Indicator,
    Measure,
    OverTime,
    SiteReturn,
    Source,
    TargetBasis,
)
from tests.support.builders import (
    NOT_COLLECTED,
    make_indicator,
    make_part,
    make_plan,
    make_plans,
    make_return,
    make_returns,
    make_site,
    make_targets,
)
from tests.support.core_and_oracle import FigureCalculator

FLOW = make_indicator("A-01")
LEVEL = make_indicator("A-01", over_time=OverTime.STOCK, target_basis=TargetBasis.LEVEL)
SHARE = make_indicator("A-01", measure=Measure.RATIO, unit="%", scale=100)


def make_one_site(indicator: Indicator, **fields: object) -> Plan:
    return make_plan(indicator, sites=["one"], **fields)  # type: ignore[arg-type]


def year_to_date(quarter: str, amount: object) -> SiteReturn:
    return make_return("one", quarter, {"A-01": amount}, basis="year_to_date")


@pytest.mark.parametrize(
    ("today", "amount", "carried", "missing"),
    [
        ("2023-01-31", 15, {("one", "2022Q1")}, set()),
        ("2023-05-01", 15, {("one", "2022Q1")}, set()),
        ("2023-07-31", 5, set(), {("one", "2023Q2")}),
    ],
)
def test_a_level_is_carried_for_four_quarters_and_then_missing(
    calculate: FigureCalculator, today: str, amount: int, carried: set[object], missing: set[object]
) -> None:
    steady = dict.fromkeys(("2022Q1", "2022Q2", "2022Q3", "2022Q4", "2023Q1", "2023Q2"), 5)
    returns = make_returns("one", "A-01", {"2022Q1": 10}) + make_returns("two", "A-01", steady)
    answer = calculate(make_plan(LEVEL), returns, today=today)
    assert (answer.actual, answer.carried, answer.missing) == (amount, carried, missing)


def test_in_a_quarter_alone_nothing_is_carried(calculate: FigureCalculator) -> None:
    returns = make_returns("one", "A-01", {"2022Q1": 10}) + make_returns("two", "A-01", {"2022Q1": 5, "2022Q2": 6})
    answer = calculate(make_plan(LEVEL), returns, "2022Q2", today="2022-08-01")
    assert (answer.actual, answer.missing, answer.reported, answer.expected_cells) == (6, {("one", "2022Q2")}, 1, 2)


def test_a_level_is_never_added_over_time(calculate: FigureCalculator) -> None:
    returns = make_returns("one", "A-01", {"2022Q1": 10, "2022Q2": 11, "2022Q3": 12, "2022Q4": 13})
    assert calculate(make_one_site(LEVEL), returns, "2022", today="2023-02-01").actual == 13


@pytest.mark.parametrize(
    ("period", "amount"), [("2022Q1", 10), ("2022Q2", 15), ("2022Q3", 5), ("2022", 30), ("2022-2023", 37)]
)
def test_a_year_to_date_amount_is_split_into_quarters(calculate: FigureCalculator, period: str, amount: int) -> None:
    returns = [
        make_return("one", "2022Q1", {"A-01": 10}),
        year_to_date("2022Q2", 25),
        year_to_date("2022Q3", 30),
        year_to_date("2023Q1", 7),
    ]
    assert calculate(make_one_site(FLOW), returns, period, today="2023-05-01").actual == amount


@pytest.mark.parametrize(
    ("period", "amount", "reported", "missing"),
    [
        ("2022Q1", "covered", 0, {("one", "2022Q1")}),
        ("2022Q2", "covered", 0, {("one", "2022Q2")}),
        ("2022Q3", 15, 1, set()),
        ("2022", 40, 3, set()),
    ],
)
def test_a_year_to_date_after_a_missing_quarter_covers_both(
    calculate: FigureCalculator, period: str, amount: object, reported: int, missing: set[object]
) -> None:
    returns = [year_to_date("2022Q2", 25), year_to_date("2022Q3", 40)]
    answer = calculate(make_one_site(FLOW), returns, period, today="2022-11-01")
    assert (answer.actual, answer.reported, answer.missing) == (amount, reported, missing)


def test_a_quarter_that_was_not_collected_is_covered_by_the_year_to_date(calculate: FigureCalculator) -> None:
    returns = [
        make_return("one", "2022Q1", {"A-01": 10}),
        make_return("one", "2022Q2", {"A-01": NOT_COLLECTED}),
        year_to_date("2022Q3", 40),
        make_return("one", "2022Q4", {"A-01": 3}),
    ]
    year = calculate(make_one_site(FLOW), returns, "2022", today="2023-02-01")
    assert (year.actual, year.reported, year.not_collected) == (43, 4, 0)
    assert calculate(make_one_site(FLOW), returns, "2022Q2", today="2023-02-01").actual == "covered"


def test_two_covers_of_a_year_count_once_each(calculate: FigureCalculator) -> None:
    returns = [year_to_date("2022Q2", 25), year_to_date("2022Q4", 90)]
    year = calculate(make_one_site(FLOW), returns, "2022", today="2023-02-01")
    assert (year.actual, year.reported, year.expected_cells) == (90, 4, 4)


def test_a_correction_moves_its_quarter_and_the_next_but_not_the_year_to_date(calculate: FigureCalculator) -> None:
    returns = [make_return("one", "2022Q1", {"A-01": 12}), year_to_date("2022Q2", 25)]
    amounts = [
        calculate(make_one_site(FLOW), returns, period, today="2022-08-01").actual for period in ("2022Q2", "2022")
    ]
    assert amounts == [13, 25]


def test_a_cover_that_closes_after_the_counted_quarter_is_not_rated(calculate: FigureCalculator) -> None:
    """The return of the second quarter was sent before its end and covers the first, the counted quarter."""
    plan = make_one_site(FLOW, targets=make_targets("A-01", {2022: 400}))
    answer = calculate(plan, [year_to_date("2022Q2", 25)], today="2022-05-15")
    assert (answer.counted_quarter, answer.actual, answer.counted) == ("2022Q1", 25, "covered")
    assert answer.rating == "no_data"


def test_the_pair_of_a_year_to_date_is_split_as_a_unit(calculate: FigureCalculator) -> None:
    first = {"A-01/numerator": 3, "A-01/denominator": 10}
    second = {"A-01/numerator": 9, "A-01/denominator": 30}
    returns = [make_return("one", "2022Q1", first), make_return("one", "2022Q2", second, basis="year_to_date")]
    alone = calculate(make_one_site(SHARE), returns, "2022Q2", today="2022-08-01")
    assert (alone.numerator, alone.denominator, alone.actual) == (6, 20, 30)


def make_women_plan() -> Plan:
    share = make_indicator(
        "A-02",
        measure=Measure.RATIO,
        source=Source.DERIVED,
        unit="%",
        scale=100,
        numerator_ref="A-01/sex/women",
        denominator_ref="A-01",
    )
    return make_plan(FLOW, share, parts=[make_part("A-01", "sex/women"), make_part("A-01", "sex/men")])


def test_a_site_without_a_count_of_women_is_not_in_their_share(calculate: FigureCalculator) -> None:
    returns = [
        make_return("one", "2022Q1", {"A-01": 40, "A-01/sex/women": 10}),
        make_return("two", "2022Q1", {"A-01": 60}),
    ]
    share = calculate(make_women_plan(), returns, "2022Q1", indicator="A-02", today="2022-05-01")
    assert (share.numerator, share.denominator, share.actual) == (10, 40, 25)
    assert (share.reported, share.expected_cells, share.missing) == (1, 2, {("two", "2022Q1")})
    assert calculate(make_women_plan(), returns, "2022Q1", today="2022-05-01").actual == 100


def test_a_share_is_the_quotient_of_sums_not_the_mean_of_shares(calculate: FigureCalculator) -> None:
    returns = [
        make_return("one", "2022Q1", {"A-01/sex/women": 30, "A-01/sex/men": 10}),
        make_return("two", "2022Q1", {"A-01/sex/women": 20, "A-01/sex/men": 140}),
    ]
    assert calculate(make_women_plan(), returns, "2022Q1", indicator="A-02", today="2022-05-01").actual == 25
    assert calculate(make_women_plan(), returns, "2022Q1", today="2022-05-01").actual == 200


def test_a_total_that_is_not_collected_is_not_the_sum_of_its_parts(calculate: FigureCalculator) -> None:
    cells = {"A-01": NOT_COLLECTED, "A-01/sex/women": 3, "A-01/sex/men": 4}
    answer = calculate(
        make_women_plan(), [make_return("one", "2022Q1", cells)], "2022Q1", sites=("one",), today="2022-05-01"
    )
    assert (answer.actual, answer.not_collected) == ("not_collected", 1)


@pytest.mark.parametrize(("pair", "amount"), [((0, 0), "denominator_is_zero"), ((0, 5), 0), ((5, 4), 125)])
def test_a_whole_pair_is_reported_even_when_it_cannot_be_divided(
    calculate: FigureCalculator, pair: tuple[int, int], amount: object
) -> None:
    returns = [make_return("one", "2022Q1", {"A-01/numerator": pair[0], "A-01/denominator": pair[1]})]
    answer = calculate(make_one_site(SHARE), returns, "2022Q1", today="2022-05-01")
    assert (answer.actual, answer.reported) == (amount, 1)


@pytest.mark.parametrize(("quarter", "amount", "reported"), [("2022Q2", 25, 1), ("2023Q1", 50, 1), ("2023Q2", None, 0)])
def test_the_denominator_of_a_share_may_be_a_level_carried_four_quarters(
    calculate: FigureCalculator, quarter: str, amount: object, reported: int
) -> None:
    share = make_indicator(
        "A-02",
        measure=Measure.RATIO,
        over_time=OverTime.STOCK,
        target_basis=TargetBasis.LEVEL,
        unit="%",
        scale=100,
        denominator_ref="A-01",
    )
    returns = [make_return("one", "2022Q1", {"A-01": 20, "A-02/numerator": 4})]
    returns += [make_return("one", when, {"A-02/numerator": n}) for when, n in (("2022Q2", 5), ("2023Q1", 10))]
    returns += [make_return("one", "2023Q2", {"A-02/numerator": 10})]
    answer = calculate(make_plan(LEVEL, share, sites=["one"]), returns, quarter, indicator="A-02", today="2023-08-01")
    assert (answer.actual, answer.reported) == ("nothing_reported" if amount is None else amount, reported)


@pytest.mark.parametrize(("over_time", "across", "amount"), [("average", "sum", 27), ("maximum", "maximum", 30)])
def test_averages_and_maxima_combine_the_quarters_of_each_site_first(
    calculate: FigureCalculator, over_time: str, across: str, amount: int
) -> None:
    indicator = make_indicator(
        "A-01",
        over_time=OverTime(over_time),
        target_basis=TargetBasis.LEVEL,
        across_sites=AcrossSites(across),
    )
    returns = make_returns("one", "A-01", {"2022Q1": 10, "2022Q2": 30})
    returns += make_returns("two", "A-01", {"2022Q1": 4, "2022Q2": 10})
    assert calculate(make_plan(indicator), returns, "2022", today="2022-08-01").actual == amount


def test_the_level_of_a_closed_site_ends(calculate: FigureCalculator) -> None:
    plan = make_plan(LEVEL, sites=["one", make_site("two", closed_after="2022Q2")])
    returns = make_returns("one", "A-01", {"2022Q1": 10, "2022Q2": 10, "2022Q3": 10})
    returns += make_returns("two", "A-01", {"2022Q1": 5, "2022Q2": 5})
    before, after = (calculate(plan, returns, today=today) for today in ("2022-08-01", "2022-11-01"))
    assert (before.actual, before.expected_cells) == (15, 2)
    assert (after.actual, after.expected_cells) == (10, 1)


def test_a_return_from_before_a_site_reports_is_not_counted(calculate: FigureCalculator) -> None:
    plan = make_plan(FLOW, sites=["one", make_site("two", reports_from="2022Q2")])
    returns = make_returns("one", "A-01", {"2022Q1": 10}) + make_returns("two", "A-01", {"2022Q1": 99})
    answer = calculate(plan, returns, today="2022-05-01")
    assert (answer.actual, answer.reported, answer.expected_cells) == (10, 1, 1)


@pytest.mark.parametrize(("period", "amount"), [("", 7), ("2022", 40), ("2022-2023", 7)])
def test_quarters_with_another_unit_are_not_in_the_total(calculate: FigureCalculator, period: str, amount: int) -> None:
    older = make_one_site(make_indicator("A-01", unit="kg"))
    newer = make_one_site(make_indicator("A-01", unit="t"))
    plans = make_plans((date.min, older), (date(2023, 1, 1), newer))
    returns = make_returns("one", "A-01", dict.fromkeys(("2022Q1", "2022Q2", "2022Q3", "2022Q4"), 10) | {"2023Q1": 7})
    assert calculate(plans, returns, period, today="2023-05-01").actual == amount


@pytest.mark.parametrize(
    ("today", "actual", "expected_cells"),
    [("2022-03-31", "not_due", 0), ("2022-04-30", "not_due", 0), ("2022-05-01", "nothing_reported", 1)],
)
def test_a_cell_is_expected_the_day_after_its_due_date(
    calculate: FigureCalculator, today: str, actual: str, expected_cells: int
) -> None:
    answer = calculate(make_one_site(FLOW), [], "2022Q1", today=today)
    assert (answer.actual, answer.expected_cells) == (actual, expected_cells)


def test_an_indicator_that_no_chosen_site_reports_is_not_applicable(calculate: FigureCalculator) -> None:
    plan = make_plan(make_indicator("A-01", reporting_sites=("one",)))
    answer = calculate(plan, make_returns("one", "A-01", {"2022Q1": 10}), sites=("two",), today="2022-05-01")
    assert (answer.actual, answer.rating) == ("not_applicable", "no_data")


@pytest.mark.parametrize(("moment", "value"), [("2022-04-30T16:59:00+00:00", 100), ("2022-04-30T17:00:00+00:00", 0)])
def test_the_share_of_returns_on_time_ends_at_midnight_in_cambodia(
    calculate: FigureCalculator, moment: str, value: int
) -> None:
    indicator = make_indicator("A-01", measure=Measure.RATIO, source=Source.SYSTEM, unit="%", scale=100)
    plan = make_plan(indicator, make_indicator("A-02"), sites=("one",))
    returns = [make_return("one", "2022Q1", {}, first_submitted=datetime.fromisoformat(moment))]
    answer = calculate(plan, returns, "2022Q1", today="2022-05-01")
    assert (answer.actual, answer.denominator) == (Fraction(value), 1)


def test_a_site_that_is_not_expected_to_report_is_not_in_the_share_of_returns_on_time(
    calculate: FigureCalculator,
) -> None:
    share = make_indicator("A-01", measure=Measure.RATIO, source=Source.SYSTEM, unit="%", scale=100)
    plan = make_plan(share, make_indicator("A-02", reporting_sites=("one",)), sites=("one", "two"))
    answer = calculate(plan, [make_return("one", "2022Q1", {})], "2022Q1", today="2022-05-01")
    assert (answer.actual, answer.denominator) == (Fraction(100), 1)


def test_a_falling_direction_does_not_change_a_value(calculate: FigureCalculator) -> None:
    falling = make_indicator("A-01", direction=Direction.DECREASE)
    returns = make_returns("one", "A-01", {"2022Q1": 10, "2022Q2": 5})
    assert calculate(make_one_site(falling), returns, "2022", today="2022-08-01").actual == 15
