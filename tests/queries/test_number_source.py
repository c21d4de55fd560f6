"""What a number was made of: every row and cell, carried, covered, derived, since the year began, or counted."""

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
from etl.queries.source_wording import calculation_lines, describe_contribution, describe_method
from tests.support.builders import make_indicator, make_part, make_plan, make_return
from tests.support.stored_returns import store_plan, store_return

TODAY = date(2023, 5, 10)
WHEN = datetime(2023, 5, 9, 12, tzinfo=CAMBODIA)


def stored(engine: Engine, plan: Plan, *returns) -> DataSource:
    with writing(engine) as connection:
        store_plan(connection, plan, when=WHEN)
        for one in returns:
            store_return(connection, one)
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)
    return DataSource(engine)


def found(source: DataSource, period: Period, code: str = "A-01", part: str = "", **how: object) -> NumberSource:
    scope = replace(QueryScope(source.get_snapshot(), TODAY, period=period), **how)
    answer = find_number_source(source, scope, code, part)
    assert answer is not None
    if not part:
        assert answer.value == scope.get_figure(code).actual
    return answer


def told(answer: NumberSource) -> list[tuple[str, str, object, list[str]]]:
    return [
        (one.site, str(one.quarter), one.row.value, [f"{cell.cell.key}={cell.cell.raw}" for cell in one.cells])
        for one in answer.contributions
    ]


def test_a_flow_is_made_of_every_quarter_of_every_site(engine: Engine):
    source = stored(
        engine,
        make_plan(make_indicator("A-01")),
        make_return("one", "2022Q1", {"A-01": 3}),
        make_return("two", "2022Q1", {"A-01": "4.5"}),
        make_return("one", "2022Q3", {"A-01": 5}),
        make_return("one", "2023Q1", {"A-01": 100}),
    )
    answer = found(source, Years(2022, 2022))
    assert told(answer) == [
        ("one", "2022Q1", 3, ["A-01=3"]),
        ("two", "2022Q1", Decimal("4.5"), ["A-01=4.5"]),
        ("one", "2022Q3", 5, ["A-01=5"]),
    ]
    assert calculation_lines(answer, {"one": "Site one"}, get_locale("en")) == ("Site one: 3 + 5 = 8", "8 + 4.5 = 12.5")
    cell = answer.inputs[0]
    assert (cell.cell.address, cell.origin.sender, cell.origin.approver) == ("F9", "officer", "manager")


def test_a_blank_total_leads_to_the_parts_that_add_up_to_it_and_a_typed_one_to_itself(engine: Engine):
    plan = make_plan(make_indicator("A-01"), parts=[make_part("A-01", "sex/women"), make_part("A-01", "sex/men")])
    parts = {"A-01/sex/women": 2, "A-01/sex/men": 3}
    source = stored(
        engine,
        plan,
        make_return("one", "2022Q1", parts),
        make_return("two", "2022Q1", {"A-01": 5, **parts}),
    )
    answer = found(source, Quarter(2022, 1))
    assert told(answer) == [
        ("one", "2022Q1", 5, ["A-01/sex/women=2", "A-01/sex/men=3"]),
        ("two", "2022Q1", 5, ["A-01=5"]),
    ]
    of_part = found(source, Years(2022, 2022), part="sex/women")
    assert of_part.value.amount == 4 and of_part.part is not None
    assert told(of_part) == [
        ("one", "2022Q1", 2, ["A-01/sex/women=2"]),
        ("two", "2022Q1", 2, ["A-01/sex/women=2"]),
    ]


def test_a_carried_level_leads_to_the_quarter_in_which_it_was_typed_and_says_so(engine: Engine):
    source = stored(
        engine,
        make_plan(make_indicator("A-01", over_time="stock", target_basis="level")),
        make_return("one", "2022Q3", {"A-01": 7}),
        make_return("one", "2022Q4", {"A-01": 8}),
        make_return("two", "2022Q2", {"A-01": 5}),
    )
    answer = found(source, Years(2022, 2022))
    assert told(answer) == [("two", "2022Q2", 5, ["A-01=5"]), ("one", "2022Q4", 8, ["A-01=8"])]
    assert [describe_contribution(one, answer.indicator, get_locale("en")) for one in answer.contributions] == [
        "carried from the last report",
        "",
    ]
    assert calculation_lines(answer, {}, get_locale("en")) == ("5 + 8 = 13",)


def test_a_level_that_is_not_due_yet_but_in_leads_to_the_latest_quarter_that_has_ended(engine: Engine):
    source = stored(
        engine,
        make_plan(make_indicator("A-01", over_time="stock", target_basis="level"), due_days=60),
        make_return("one", "2022Q4", {"A-01": 8}),
        make_return("two", "2022Q4", {"A-01": 5}),
        make_return("one", "2023Q1", {"A-01": 9}),
    )
    assert told(found(source, PlanToDate())) == [("two", "2022Q4", 5, ["A-01=5"]), ("one", "2023Q1", 9, ["A-01=9"])]


def test_a_year_to_date_says_what_stood_before_and_which_quarters_it_covers(engine: Engine):
    source = stored(
        engine,
        make_plan(make_indicator("A-01"), sites=("one",)),
        make_return("one", "2022Q1", {"A-01": 10}),
        make_return("one", "2022Q2", {"A-01": 25}, basis="year_to_date"),
        make_return("one", "2022Q4", {"A-01": 60}, basis="year_to_date"),
    )
    answer = found(source, Years(2022, 2022))
    assert told(answer) == [
        ("one", "2022Q1", 10, ["A-01=10"]),
        ("one", "2022Q2", 15, ["A-01=25"]),
        ("one", "2022Q4", 35, ["A-01=60"]),
    ]
    assert [describe_contribution(one, answer.indicator, get_locale("en")) for one in answer.contributions] == [
        "",
        "year to date; 10 was already reported, so 15 is added",
        "year to date; 25 was already reported, so 35 is added; also covers 2022 Q3",
    ]
    assert calculation_lines(answer, {}, get_locale("en")) == ("10 + 15 + 35 = 60",)
    alone = found(source, Quarter(2022, 3))
    assert alone.value.amount is NoValue.COVERED and alone.contributions == ()


def test_a_share_leads_to_both_sides_and_is_told_as_their_quotient(engine: Engine):
    share = make_indicator("A-01", measure="ratio", scale=100, unit="%", percent_rule="of_target")
    source = stored(
        engine,
        make_plan(share),
        make_return("one", "2022Q1", {"A-01/numerator": 1, "A-01/denominator": 4}),
        make_return("two", "2022Q1", {"A-01/numerator": 2, "A-01/denominator": 4}),
        make_return("two", "2022Q2", {"A-01/denominator": 9}),
    )
    answer = found(source, Years(2022, 2022))
    assert told(answer) == [
        ("one", "2022Q1", 1, ["A-01/numerator=1", "A-01/denominator=4"]),
        ("two", "2022Q1", 2, ["A-01/numerator=2", "A-01/denominator=4"]),
    ]
    assert calculation_lines(answer, {}, get_locale("en")) == ("(1 + 2) ÷ (4 + 4) × 100 = 38",)


def test_a_derived_share_leads_to_the_cells_of_others_and_a_level_typed_earlier(engine: Engine):
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
    source = stored(
        engine,
        make_plan(make_indicator("A-01", **stock), make_indicator("A-02", **stock), derived, sites=("one",)),
        make_return("one", "2022Q2", {"A-02": 50}),
        make_return("one", "2022Q4", {"A-01": 20}),
    )
    answer = found(source, Years(2022, 2022), "A-03")
    assert told(answer) == [("one", "2022Q4", 20, ["A-01=20", "A-02=50"])]
    assert [str(one.origin.quarter) for one in answer.inputs] == ["2022Q4", "2022Q2"]
    assert "Calculated from other numbers of the same returns" in describe_method(answer, get_locale("en"))


@pytest.mark.parametrize(("over_time", "line"), [("average", "mean of 2, 4 = 3"), ("maximum", "highest of 2, 4 = 4")])
def test_a_mean_and_a_highest_are_told_as_such(engine: Engine, over_time: str, line: str):
    source = stored(
        engine,
        make_plan(make_indicator("A-01", over_time=over_time, target_basis="level"), sites=("one",)),
        make_return("one", "2022Q1", {"A-01": 2}),
        make_return("one", "2022Q2", {"A-01": 4}),
    )
    assert calculation_lines(found(source, Years(2022, 2022)), {}, get_locale("en")) == (line,)


def test_the_system_s_own_number_leads_to_the_returns_that_it_counts(engine: Engine):
    rate = make_indicator("S-01", measure="ratio", source="system", scale=100, unit="%", percent_rule="of_target")
    late = datetime(2022, 5, 9, tzinfo=CAMBODIA)
    source = stored(
        engine,
        make_plan(make_indicator("A-01"), replace(rate, objective="A")),
        make_return("one", "2022Q1", {"A-01": 2}),
        make_return("two", "2022Q1", {"A-01": 2}, first_submitted=late),
    )
    answer = found(source, Years(2022, 2022), "S-01")
    first = [one for one in answer.contributions if one.quarter == Quarter(2022, 1)]
    assert [(one.site, one.row.value, one.received is not None) for one in first] == [
        ("one", 1, True),
        ("two", 0, True),
    ]
    assert len(answer.contributions) == 8 and answer.inputs == ()


def test_what_waits_for_approval_stands_behind_the_number_only_where_it_counts(engine: Engine):
    source = stored(
        engine,
        make_plan(make_indicator("A-01"), sites=("one",)),
        make_return("one", "2022Q1", {"A-01": 2}),
        make_return("one", "2022Q2", {"A-01": 3}, approved=False),
    )
    assert len(found(source, Years(2022, 2022)).inputs) == 2
    assert len(found(source, Years(2022, 2022), include_unapproved=False).inputs) == 1


def test_the_rows_around_a_cell_are_those_above_and_below_it_on_its_sheet(engine: Engine):
    names = [f"A-0{number}" for number in range(1, 9)]
    source = stored(
        engine,
        make_plan(*(make_indicator(name) for name in names), sites=("one",)),
        make_return("one", "2022Q1", {name: number for number, name in enumerate(names)}),
    )
    (cell,) = found(source, Years(2022, 2022), "A-05").inputs
    rows = read_surrounding_cells(source, cell, on_each_side=2)
    assert [(one.address, str(one.key), one.raw) for one in rows] == [
        ("F11", "A-03", "2"),
        ("F12", "A-04", "3"),
        ("F13", "A-05", "4"),
        ("F14", "A-06", "5"),
        ("F15", "A-07", "6"),
    ]


def test_an_unknown_code_or_part_has_no_source(engine: Engine):
    source = stored(engine, make_plan(make_indicator("A-01")))
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
def test_a_number_to_date_is_the_one_of_the_history_with_what_it_was_made_of(engine: Engine, fields: dict[str, str]):
    source = stored(
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
        answer = find_number_source(source, replace(scope, period=point.quarter), "A-01", to_date=True)
        assert answer is not None and answer.value == point.to_date
        assert bool(answer.contributions) is isinstance(point.to_date.amount, Decimal)
