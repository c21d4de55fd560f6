"""Totals of other indicators, by hand (docs/arithmetic.md, C10)."""

from dataclasses import replace
from datetime import date

from etl.indicators.effects import compute_figure_effects
from etl.indicators.figures import compute_value_with_sources
from etl.indicators.periods import PlanToDate, Years
from etl.indicators.plans import Plan, make_single_plan
from etl.indicators.record import build_record
from etl.indicators.vocabulary import AcrossSites, Basis, Indicator, OverTime, Source, TargetBasis
from tests.support.builders import (
    NOT_COLLECTED,
    make_indicator,
    make_part,
    make_plan,
    make_plans,
    make_return,
    make_targets,
)
from tests.support.core_and_oracle import FigureCalculator

AFTER_Q1, AFTER_Q2, AFTER_2022 = "2022-05-01", "2022-07-31", "2023-01-31"
LEVEL = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}


def make_total(code: str, *terms: str, **fields: object) -> Indicator:
    return make_indicator(code, source=Source.DERIVED, sum_of=terms, **fields)


def make_area_plan(**fields: object) -> Plan:
    """Make a plan of mulched and untilled hectares, and their total A-03, which has a target of 40."""
    return make_plan(
        make_indicator("A-01", unit="ha", **fields),
        make_indicator("A-02", unit="ha", **fields),
        make_total("A-03", "A-01", "A-02", unit="ha", **fields),
        years=(2022, 2023),
        targets=make_targets("A-03", {2022: 40}),
    )


def test_a_total_adds_up_its_terms_over_sites_and_quarters(calculate: FigureCalculator) -> None:
    """One 5 + 3 and two 10 + 2 are 20 in the first quarter; 4 + 6 of one and 1 + 9 of two make 40 by the second."""
    plan = make_area_plan()
    first = [
        make_return("one", "2022Q1", {"A-01": 5, "A-02": 3}),
        make_return("two", "2022Q1", {"A-01": 10, "A-02": 2}),
    ]
    second = [
        make_return("one", "2022Q2", {"A-01": 4, "A-02": 6}),
        make_return("two", "2022Q2", {"A-01": 1, "A-02": 9}),
    ]
    quarter = calculate(plan, first, "2022Q1", indicator="A-03", today=AFTER_Q1)
    assert (quarter.actual, quarter.reported, quarter.expected_cells) == (20, 4, 4)
    year = calculate(plan, first + second, "2022", indicator="A-03", today=AFTER_Q2)
    assert (year.actual, year.target, year.achievement, year.rating) == (40, 40, 1, "achieved")
    site = calculate(plan, first + second, "2022", indicator="A-03", sites=("two",), today=AFTER_Q2)
    assert (site.actual, site.expected_cells) == (22, 4)


def test_a_partial_sum_is_incomplete(calculate: FigureCalculator) -> None:
    """5 + 3 + 10 of one site's two terms and another's first term: 18, from 3 of 4 cells."""
    returns = [make_return("one", "2022Q1", {"A-01": 5, "A-02": 3}), make_return("two", "2022Q1", {"A-01": 10})]
    answer = calculate(make_area_plan(), returns, "2022Q1", indicator="A-03", today=AFTER_Q1)
    assert (answer.actual, answer.reported, answer.expected_cells) == (18, 3, 4)
    assert answer.missing == {("two", "2022Q1")}


def test_a_term_that_was_not_collected_is_counted_as_such(calculate: FigureCalculator) -> None:
    returns = [make_return("one", "2022Q1", {"A-01": 5, "A-02": NOT_COLLECTED})]
    plan = make_area_plan()
    answer = calculate(plan, returns, "2022Q1", indicator="A-03", sites=("one",), today=AFTER_Q1)
    assert (answer.actual, answer.reported, answer.not_collected, answer.expected_cells) == (5, 1, 1, 2)
    nothing = [make_return("one", "2022Q1", {"A-01": NOT_COLLECTED, "A-02": NOT_COLLECTED})]
    answer = calculate(plan, nothing, "2022Q1", indicator="A-03", sites=("one",), today=AFTER_Q1)
    assert (answer.actual, answer.not_collected) == ("not_collected", 2)
    assert calculate(plan, [], "2022Q1", indicator="A-03", today=AFTER_Q1).actual == "nothing_reported"


def test_each_level_is_carried_by_itself(calculate: FigureCalculator) -> None:
    """A-01 was 7 in the first quarter and has no newer report; A-02 is 9 in the second: 16."""
    returns = [make_return("one", "2022Q1", {"A-01": 7, "A-02": 8}), make_return("one", "2022Q2", {"A-02": 9})]
    plan = make_area_plan(**LEVEL)
    answer = calculate(plan, returns, "2022", indicator="A-03", sites=("one",), today=AFTER_Q2)
    assert (answer.actual, answer.reported, answer.expected_cells) == (16, 1, 2)
    assert (answer.carried, answer.missing) == ({("one", "2022Q1")}, set())


def test_a_year_to_date_of_one_term_covers_only_that_term(calculate: FigureCalculator) -> None:
    """A-01 skips the first quarter and is 10 since January; A-02 is 3 and then 7 since January: 3 + (10) + 4."""
    returns = [
        make_return("one", "2022Q1", {"A-02": 3}),
        make_return("one", "2022Q2", {"A-01": 10, "A-02": 7}, basis=Basis.YEAR_TO_DATE),
    ]
    plan = make_area_plan()
    year = calculate(plan, returns, "2022", indicator="A-03", sites=("one",), today=AFTER_Q2)
    assert (year.actual, year.reported, year.expected_cells) == (17, 4, 4)
    first = calculate(plan, returns, "2022Q1", indicator="A-03", sites=("one",), today=AFTER_Q2)
    assert (first.actual, first.reported, first.missing) == (3, 1, {("one", "2022Q1")})
    second = calculate(plan, returns, "2022Q2", indicator="A-03", sites=("one",), today=AFTER_Q2)
    assert (second.actual, second.reported) == (4, 1)


def test_each_site_reports_the_terms_that_it_has(calculate: FigureCalculator) -> None:
    """One reports A-01 only and two A-02 only, so that the total has two cells and not four."""
    plan = make_plan(
        make_indicator("A-01", reporting_sites=("one",)),
        make_indicator("A-02", reporting_sites=("two",)),
        make_total("A-03", "A-01", "A-02"),
        sites=("one", "two", "three"),
    )
    returns = [make_return("one", "2022Q1", {"A-01": 5}), make_return("two", "2022Q1", {"A-02": 6})]
    answer = calculate(plan, returns, "2022Q1", indicator="A-03", today=AFTER_Q1)
    assert (answer.actual, answer.reported, answer.expected_cells) == (11, 2, 2)
    three = calculate(plan, returns, "2022Q1", indicator="A-03", sites=("three",), today=AFTER_Q1)
    assert three.actual == "not_applicable"


def test_a_total_of_totals_adds_up_their_terms(calculate: FigureCalculator) -> None:
    plan = make_plan(
        *(make_indicator(f"A-0{number}") for number in (1, 2, 3)),
        make_total("A-04", "A-01", "A-02"),
        make_total("A-05", "A-04", "A-03"),
        sites=("one",),
    )
    returns = [make_return("one", "2022Q1", {"A-01": 1, "A-02": 2, "A-03": 4})]
    assert calculate(plan, returns, "2022Q1", indicator="A-04", today=AFTER_Q1).actual == 3
    answer = calculate(plan, returns, "2022Q1", indicator="A-05", today=AFTER_Q1)
    assert (answer.actual, answer.reported, answer.expected_cells) == (7, 3, 3)


def test_missing_cells_of_a_term_are_assumed_at_its_typical_amount(calculate: FigureCalculator) -> None:
    """A-02 misses the last quarter; at its mean of 5 the year would reach 3 x 10 + 5 + 5 = 40 of 40."""
    plan = make_area_plan()
    quarters = [make_return("one", f"2022Q{number}", {"A-01": 5, "A-02": 5}) for number in (1, 2, 3)]
    last = make_return("one", "2022Q4", {"A-01": 5})
    answer = calculate(plan, [*quarters, last], "2022", indicator="A-03", sites=("one", "two"), today=AFTER_2022)
    assert (answer.actual, answer.rating) == (35, "no_data")
    plan = replace(plan, sites=plan.sites[:1])
    answer = calculate(plan, [*quarters, last], "2022", indicator="A-03", today="2023-02-01")
    assert (answer.actual, answer.rating, answer.deciding) == (35, "incomplete", {("one", "2022Q4")})


def test_a_typed_total_that_becomes_a_sum_keeps_its_earlier_quarters(calculate: FigureCalculator) -> None:
    """12 typed for the first quarter and 3 + 4 computed for the second make 19."""
    total = make_area_plan()
    typed = replace(total, indicators=(*total.indicators[:2], make_indicator("A-03", unit="ha")))
    plans = make_plans((date.min, typed), (date(2022, 5, 1), total))
    returns = [make_return("one", "2022Q1", {"A-03": 12}), make_return("one", "2022Q2", {"A-01": 3, "A-02": 4})]
    answer = calculate(plans, returns, "2022", indicator="A-03", sites=("one",), today=AFTER_Q2)
    assert (answer.actual, answer.reported, answer.expected_cells) == (19, 3, 3)


def test_a_total_of_one_site_for_all_has_the_cells_of_that_site(calculate: FigureCalculator) -> None:
    kind = {"across_sites": AcrossSites.CENTRE, "reporting_sites": ("one",)}
    plan = make_plan(
        make_indicator("A-01", **kind),
        make_indicator("A-02", **kind),
        make_total("A-03", "A-01", "A-02", across_sites=AcrossSites.CENTRE),
    )
    returns = [make_return("one", "2022Q1", {"A-01": 5, "A-02": 6})]
    answer = calculate(plan, returns, "2022Q1", indicator="A-03", today=AFTER_Q1)
    assert (answer.actual, answer.reported, answer.expected_cells) == (11, 2, 2)


def test_a_part_of_a_total_adds_up_the_same_part_of_its_terms(calculate: FigureCalculator) -> None:
    parts = tuple(make_part(code, "sex/women") for code in ("A-01", "A-02", "A-03"))
    plan = replace(make_area_plan(), parts=parts)
    returns = [make_return("one", "2022Q1", {"A-01": 5, "A-01/sex/women": 2, "A-02": 4, "A-02/sex/women": 1})]
    query = {"indicator": "A-03", "part": "sex/women", "sites": ("one",)}
    answer = calculate(plan, returns, "2022Q1", today=AFTER_Q1, **query)
    assert (answer.actual, answer.reported, answer.expected_cells) == (3, 2, 2)


def test_the_sources_of_a_total_are_the_rows_of_its_terms() -> None:
    plans = make_single_plan(make_area_plan())
    record = build_record(plans, [make_return("one", "2022Q1", {"A-01": 5, "A-02": 3})])
    traced = compute_value_with_sources(
        plans, record, indicator="A-03", part="", sites=None, period=Years(2022, 2022), today=date(2022, 5, 1)
    )
    assert [(row.indicator, row.site, row.value) for row in traced.rows] == [("A-01", "one", 5), ("A-02", "one", 3)]
    assert not record.get_site_rows("A-03", "", "one")


def test_the_effects_of_a_return_include_the_totals_of_its_numbers() -> None:
    plans = make_single_plan(make_area_plan())
    before = [make_return("one", "2022Q1", {"A-01": 5, "A-02": 3})]
    after = make_return("one", "2022Q1", {"A-01": 6, "A-02": 3})
    effects = compute_figure_effects(plans, build_record(plans, before), before, after, today=date(2022, 5, 1))
    totals = [effect for effect in effects if effect.indicator == "A-03" and isinstance(effect.period, PlanToDate)]
    assert {(effect.site, effect.before.actual.amount, effect.after.actual.amount) for effect in totals} == {
        ("", 8, 9),
        ("one", 8, 9),
    }
    assert not [effect for effect in effects if effect.indicator == "A-02"]
