"""The sources of a total: the cells of each term, the amounts of the terms, and pending returns."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Engine

from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import LocalizedText, Source
from etl.locale import get_locale
from etl.queries.number_source import find_number_source
from etl.queries.scope import QueryScope
from etl.queries.source_wording import describe_method, list_calculation_lines
from etl.queries.unapproved_numbers import find_unapproved_keys
from etl.wording.explanations import explain_figure
from tests.queries.test_number_source import TODAY, find_source, list_contributions, make_source
from tests.support.builders import make_indicator, make_plan, make_return

ENGLISH, KHMER = get_locale("en"), get_locale("km")


def make_total_plan() -> Plan:
    return make_plan(
        make_indicator("A-01", name=LocalizedText("Mulched"), unit="ha"),
        make_indicator("A-02", name=LocalizedText("Not tilled"), unit="ha"),
        make_indicator("A-03", unit="ha", source=Source.DERIVED, sum_of=("A-01", "A-02")),
        years=(2022, 2023),
    )


def test_the_sources_of_a_total_are_the_cells_of_its_terms(engine: Engine) -> None:
    source = make_source(
        engine,
        make_total_plan(),
        make_return("one", "2022Q1", {"A-01": 3, "A-02": "1.5"}),
        make_return("two", "2022Q2", {"A-01": 4}),
    )
    number_source = find_source(source, Years(2022, 2022), "A-03")
    assert sorted(list_contributions(number_source)) == [
        ("one", "2022Q1", Decimal("1.5"), ["A-02=1.5"]),
        ("one", "2022Q1", 3, ["A-01=3"]),
        ("two", "2022Q2", 4, ["A-01=4"]),
    ]
    assert describe_method(number_source, ENGLISH) == (
        "The indicators A-01, A-02 are added up, each from its own returns."
    )
    assert list_calculation_lines(number_source, {}, ENGLISH) == (
        "A-01 Mulched: 7",
        "A-02 Not tilled: 1.5",
        "7 + 1.5 = 8.5",
    )
    assert "A-01" in describe_method(number_source, KHMER)


def test_a_term_without_data_is_listed(engine: Engine) -> None:
    source = make_source(engine, make_total_plan(), make_return("one", "2022Q1", {"A-01": 3}))
    number_source = find_source(source, Quarter(2022, 1), "A-03")
    lines = list_calculation_lines(number_source, {}, ENGLISH)
    assert lines == ("A-01 Mulched: 3", "A-02 Not tilled: no data", "3 = 3")
    assert (number_source.value.reported, number_source.value.expected) == (1, 4)


def test_the_explanation_of_a_total_names_its_terms(engine: Engine) -> None:
    source = make_source(engine, make_total_plan(), make_return("one", "2022Q1", {"A-01": 3, "A-02": 4}))
    scope = QueryScope(source.get_snapshot(), TODAY, period=PlanToDate())
    text = " ".join(explain_figure(scope.get_figure("A-03"), scope.plan.indicator_by_code["A-03"], ENGLISH))
    assert "7 is the sum of A-01 + A-02." in text


def test_a_total_shows_where_pending_returns_of_a_term_are_in_it(engine: Engine) -> None:
    pending = make_return("one", "2022Q1", {"A-02": 4}, approved=False)
    source = make_source(engine, make_total_plan(), pending)
    scope = QueryScope(source.get_snapshot(), date(2023, 5, 10), period=PlanToDate(), include_unapproved=True)
    assert find_unapproved_keys(scope, "A-03", ("one", "two")) == {("one", Quarter(2022, 1))}
    assert find_unapproved_keys(scope, "A-01", ("one", "two")) == frozenset()
    assert find_number_source(source, scope, "A-03") is not None
