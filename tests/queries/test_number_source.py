"""The sources of a number: rows and cells, carried levels, covered quarters, derived ratios and counted returns."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from etl.database.connection import writing
from etl.database.read.plans import read_plans
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.indicators.periods import CAMBODIA, Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plan
from etl.indicators.results import NoValue
from etl.locale import get_locale
from etl.queries.data_source import DataSource
from etl.queries.indicator_history import find_indicator_history
from etl.queries.number_source import NumberSource, find_number_source, read_surrounding_cells
from etl.queries.scope import QueryScope
from etl.queries.source_wording import describe_contribution, describe_method, list_calculation_lines
from tests.support.builders import make_indicator, make_part, make_plan, make_return
from tests.support.stored_returns import store_plan, store_return

TODAY = date(2023, 5, 10)
WHEN = datetime(2023, 5, 9, 12, tzinfo=CAMBODIA)


def make_source(engine: Engine, plan: Plan, *returns) -> DataSource:
    with writing(engine) as connection:
        store_plan(connection, plan, when=WHEN)
        for return_ in returns:
            store_return(connection, return_)
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)
    return DataSource(engine)


def find_source(
    source: DataSource, period: Period, code: str = "A-01", part: str = "", **changes: object
) -> NumberSource:
    scope = replace(QueryScope(source.get_snapshot(), TODAY, period=period), **changes)
    number_source = find_number_source(source, scope, code, part)
    assert number_source is not None
    if not part:
        assert number_source.value == scope.get_figure(code).actual
    return number_source


def list_contributions(number_source: NumberSource) -> list[tuple[str, str, object, list[str]]]:
    return [
        (
            contribution.site,
            str(contribution.quarter),
            contribution.row.value,
            [f"{cell.cell.key}={cell.cell.raw}" for cell in contribution.cells],
        )
        for contribution in number_source.contributions
    ]


def test_a_flow_is_computed_from_every_quarter_of_every_site(engine: Engine):
    source = make_source(
        engine,
        make_plan(make_indicator("A-01")),
        make_return("one", "2022Q1", {"A-01": 3}),
        make_return("two", "2022Q1", {"A-01": "4.5"}),
        make_return("one", "2022Q3", {"A-01": 5}),
        make_return("one", "2023Q1", {"A-01": 100}),
    )
    number_source = find_source(source, Years(2022, 2022))
    assert list_contributions(number_source) == [
        ("one", "2022Q1", 3, ["A-01=3"]),
        ("two", "2022Q1", Decimal("4.5"), ["A-01=4.5"]),
        ("one", "2022Q3", 5, ["A-01=5"]),
    ]
    assert list_calculation_lines(number_source, {"one": "Site one"}, get_locale("en")) == (
        "Site one: 3 + 5 = 8",
        "8 + 4.5 = 12.5",
    )
    cell = number_source.inputs[0]
    assert (cell.cell.address, cell.origin.sender, cell.origin.approver) == ("F9", "officer", "manager")


def test_a_blank_total_has_its_parts_as_source_and_a_reported_total_itself(engine: Engine):
    plan = make_plan(make_indicator("A-01"), parts=[make_part("A-01", "sex/women"), make_part("A-01", "sex/men")])
    parts = {"A-01/sex/women": 2, "A-01/sex/men": 3}
    source = make_source(
        engine,
        plan,
        make_return("one", "2022Q1", parts),
        make_return("two", "2022Q1", {"A-01": 5, **parts}),
    )
    number_source = find_source(source, Quarter(2022, 1))
    assert list_contributions(number_source) == [
        ("one", "2022Q1", 5, ["A-01/sex/women=2", "A-01/sex/men=3"]),
        ("two", "2022Q1", 5, ["A-01=5"]),
    ]
    of_part = find_source(source, Years(2022, 2022), part="sex/women")
    assert of_part.value.amount == 4 and of_part.part is not None
    assert list_contributions(of_part) == [
        ("one", "2022Q1", 2, ["A-01/sex/women=2"]),
        ("two", "2022Q1", 2, ["A-01/sex/women=2"]),
    ]


def test_a_carried_level_has_the_quarter_in_which_it_was_reported_as_source(engine: Engine):
    source = make_source(
        engine,
        make_plan(make_indicator("A-01", over_time="stock", target_basis="level")),
        make_return("one", "2022Q3", {"A-01": 7}),
        make_return("one", "2022Q4", {"A-01": 8}),
        make_return("two", "2022Q2", {"A-01": 5}),
    )
    number_source = find_source(source, Years(2022, 2022))
    assert list_contributions(number_source) == [("two", "2022Q2", 5, ["A-01=5"]), ("one", "2022Q4", 8, ["A-01=8"])]
    assert [
        describe_contribution(contribution, number_source.indicator, get_locale("en"))
        for contribution in number_source.contributions
    ] == [
        "carried from the last report",
        "",
    ]
    assert list_calculation_lines(number_source, {}, get_locale("en")) == ("5 + 8 = 13",)


def test_an_early_level_has_the_latest_ended_quarter_as_source(engine: Engine):
    source = make_source(
        engine,
        make_plan(make_indicator("A-01", over_time="stock", target_basis="level"), due_days=60),
        make_return("one", "2022Q4", {"A-01": 8}),
        make_return("two", "2022Q4", {"A-01": 5}),
        make_return("one", "2023Q1", {"A-01": 9}),
    )
    assert list_contributions(find_source(source, PlanToDate())) == [
        ("two", "2022Q4", 5, ["A-01=5"]),
        ("one", "2023Q1", 9, ["A-01=9"]),
    ]


def test_a_year_to_date_names_the_earlier_amount_and_the_covered_quarters(engine: Engine):
    source = make_source(
        engine,
        make_plan(make_indicator("A-01"), sites=("one",)),
        make_return("one", "2022Q1", {"A-01": 10}),
        make_return("one", "2022Q2", {"A-01": 25}, basis="year_to_date"),
        make_return("one", "2022Q4", {"A-01": 60}, basis="year_to_date"),
    )
    number_source = find_source(source, Years(2022, 2022))
    assert list_contributions(number_source) == [
        ("one", "2022Q1", 10, ["A-01=10"]),
        ("one", "2022Q2", 15, ["A-01=25"]),
        ("one", "2022Q4", 35, ["A-01=60"]),
    ]
    assert [
        describe_contribution(contribution, number_source.indicator, get_locale("en"))
        for contribution in number_source.contributions
    ] == [
        "",
        "year to date; 10 was already reported, so 15 is added",
        "year to date; 25 was already reported, so 35 is added; also covers 2022 Q3",
    ]
    assert list_calculation_lines(number_source, {}, get_locale("en")) == ("10 + 15 + 35 = 60",)
    alone = find_source(source, Quarter(2022, 3))
    assert alone.value.amount is NoValue.COVERED and alone.contributions == ()


def test_a_ratio_has_numerators_and_denominators_as_sources(engine: Engine):
    share = make_indicator("A-01", measure="ratio", scale=100, unit="%", percent_rule="of_target")
    source = make_source(
        engine,
        make_plan(share),
        make_return("one", "2022Q1", {"A-01/numerator": 1, "A-01/denominator": 4}),
        make_return("two", "2022Q1", {"A-01/numerator": 2, "A-01/denominator": 4}),
        make_return("two", "2022Q2", {"A-01/denominator": 9}),
    )
    number_source = find_source(source, Years(2022, 2022))
    assert list_contributions(number_source) == [
        ("one", "2022Q1", 1, ["A-01/numerator=1", "A-01/denominator=4"]),
        ("two", "2022Q1", 2, ["A-01/numerator=2", "A-01/denominator=4"]),
    ]
    assert list_calculation_lines(number_source, {}, get_locale("en")) == ("(1 + 2) ÷ (4 + 4) × 100 = 38",)


def test_a_derived_ratio_has_cells_of_other_indicators_and_earlier_levels_as_sources(engine: Engine):
    derived = make_indicator(
        "A-03",
        measure="ratio",
        source="derived",
        over_time="stock",
        target_basis="level",
        numerator_ref="A-01",
        denominator_ref="A-02",
    )
    stock = {"over_time": "stock", "target_basis": "level"}
    source = make_source(
        engine,
        make_plan(make_indicator("A-01", **stock), make_indicator("A-02", **stock), derived, sites=("one",)),
        make_return("one", "2022Q2", {"A-02": 50}),
        make_return("one", "2022Q4", {"A-01": 20}),
    )
    number_source = find_source(source, Years(2022, 2022), "A-03")
    assert list_contributions(number_source) == [("one", "2022Q4", 20, ["A-01=20", "A-02=50"])]
    assert [str(cell.origin.quarter) for cell in number_source.inputs] == ["2022Q4", "2022Q2"]
    assert "Calculated from other numbers of the same returns" in describe_method(number_source, get_locale("en"))


@pytest.mark.parametrize(("over_time", "line"), [("average", "mean of 2, 4 = 3"), ("maximum", "highest of 2, 4 = 4")])
def test_the_calculation_names_an_average_and_a_maximum(engine: Engine, over_time: str, line: str):
    source = make_source(
        engine,
        make_plan(make_indicator("A-01", over_time=over_time, target_basis="level"), sites=("one",)),
        make_return("one", "2022Q1", {"A-01": 2}),
        make_return("one", "2022Q2", {"A-01": 4}),
    )
    assert list_calculation_lines(find_source(source, Years(2022, 2022)), {}, get_locale("en")) == (line,)


def test_an_indicator_of_the_system_has_the_counted_returns_as_sources(engine: Engine):
    rate = make_indicator("S-01", measure="ratio", source="system", scale=100, unit="%", percent_rule="of_target")
    late = datetime(2022, 5, 9, tzinfo=CAMBODIA)
    source = make_source(
        engine,
        make_plan(make_indicator("A-01"), replace(rate, objective="A")),
        make_return("one", "2022Q1", {"A-01": 2}),
        make_return("two", "2022Q1", {"A-01": 2}, first_submitted=late),
    )
    number_source = find_source(source, Years(2022, 2022), "S-01")
    first = [contribution for contribution in number_source.contributions if contribution.quarter == Quarter(2022, 1)]
    assert [
        (contribution.site, contribution.row.value, contribution.received is not None) for contribution in first
    ] == [
        ("one", 1, True),
        ("two", 0, True),
    ]
    assert len(number_source.contributions) == 8 and number_source.inputs == ()


def test_pending_returns_are_sources_only_where_the_scope_includes_them(engine: Engine):
    source = make_source(
        engine,
        make_plan(make_indicator("A-01"), sites=("one",)),
        make_return("one", "2022Q1", {"A-01": 2}),
        make_return("one", "2022Q2", {"A-01": 3}, approved=False),
    )
    assert len(find_source(source, Years(2022, 2022)).inputs) == 2
    assert len(find_source(source, Years(2022, 2022), include_unapproved=False).inputs) == 1


def test_surrounding_cells_are_those_above_and_below_on_the_same_sheet(engine: Engine):
    names = [f"A-0{number}" for number in range(1, 9)]
    source = make_source(
        engine,
        make_plan(*(make_indicator(name) for name in names), sites=("one",)),
        make_return("one", "2022Q1", {name: number for number, name in enumerate(names)}),
    )
    (cell,) = find_source(source, Years(2022, 2022), "A-05").inputs
    rows = read_surrounding_cells(source, cell, on_each_side=2)
    assert [(row.address, str(row.key), row.raw) for row in rows] == [
        ("F11", "A-03", "2"),
        ("F12", "A-04", "3"),
        ("F13", "A-05", "4"),
        ("F14", "A-06", "5"),
        ("F15", "A-07", "6"),
    ]


def test_an_unknown_code_or_part_has_no_source(engine: Engine):
    source = make_source(engine, make_plan(make_indicator("A-01")))
    scope = QueryScope(source.get_snapshot(), TODAY)
    assert find_number_source(source, scope, "B-01") is None
    assert find_number_source(source, scope, "A-01", "sex/women") is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"target_basis": "cumulative"},
        {"over_time": "stock", "target_basis": "level"},
        {"over_time": "average", "target_basis": "level"},
    ],
    ids=["a year's flow", "a cumulative flow", "a level", "a mean"],
)
def test_a_number_to_date_equals_the_one_of_the_history(engine: Engine, fields: dict[str, str]):
    source = make_source(
        engine,
        make_plan(make_indicator("A-01", **fields)),
        make_return("one", "2022Q1", {"A-01": 3}),
        make_return("two", "2022Q2", {"A-01": 4}),
        make_return("one", "2023Q1", {"A-01": 5}),
    )
    scope = QueryScope(source.get_snapshot(), TODAY)
    history = find_indicator_history(scope, "A-01")
    assert history is not None
    for point in history.points:
        number_source = find_number_source(
            source, replace(scope, period=point.quarter), "A-01", to_date=True, start=history.start
        )
        assert number_source is not None and number_source.value == point.to_date
        assert bool(number_source.contributions) is isinstance(point.to_date.amount, Decimal)
