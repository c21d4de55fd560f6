"""Remarks of an indicator, open actions, and years that need a remark."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import Engine

from etl.database.connection import writing
from etl.database.read.plans import read_plans
from etl.database.records import Remark
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.database.write.remarks import insert_remark
from etl.indicators.periods import Quarter, Years
from etl.indicators.vocabulary import SiteReturn
from etl.queries.data_source import DataSource
from etl.queries.edition_draft import draft_edition
from etl.queries.remarks import (
    is_off_target,
    list_missing_remarks,
    list_open_actions,
    list_remark_versions,
    list_remarks,
)
from etl.queries.scope import QueryScope
from tests.support.builders import make_indicator, make_plan, make_returns, make_targets
from tests.support.stored_returns import store_plan, store_return

TODAY = date(2024, 2, 1)
REMARK = Remark(
    indicator="A-01",
    quarter=Quarter(2022, 4),
    reason="Floods",
    written_by="mana",
    written_at=datetime.fromisoformat("2023-02-01T08:00+07:00"),
)


def store_remarks(engine: Engine, *remarks: Remark) -> tuple[int, ...]:
    with writing(engine) as connection:
        numbers = tuple(insert_remark(connection, remark) for remark in remarks)
        increment_data_version(connection)
    return numbers


def make_source(engine: Engine, returns: list[SiteReturn]) -> DataSource:
    """Return a database with one site, a target of 100 in 2022 and 2023, and the returns."""
    plan = make_plan(make_indicator("A-01"), sites=("one",), targets=make_targets("A-01", {2022: 100, 2023: 100}))
    with writing(engine) as connection:
        store_plan(connection, plan, when=REMARK.written_at)
        for return_ in returns:
            store_return(connection, return_)
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)
    return DataSource(engine)


def make_year(year: int, total: int) -> list[SiteReturn]:
    return make_returns("one", "A-01", {f"{year}Q{number}": total // 4 for number in range(1, 5)})


def list_missing_quarters(source: DataSource, today: date = TODAY) -> list[str]:
    return [
        str(remark.quarter)
        for remark in list_missing_remarks(QueryScope(source.get_snapshot(), today), list_remarks(source))
    ]


def test_remarks_are_sorted_by_quarter_and_versions_from_the_newest(engine: Engine):
    later = replace(REMARK, quarter=Quarter(2023, 1), reason="Pump broken")
    (first, _) = store_remarks(engine, REMARK, later)
    store_remarks(engine, replace(REMARK, reason="Floods and pests", replaces=first))
    source = DataSource(engine)
    assert [remark.reason for remark in list_remark_versions(source, "A-01")] == [
        "Floods and pests",
        "Pump broken",
        "Floods",
    ]
    assert [remark.reason for remark in list_remarks(source)] == ["Floods and pests", "Pump broken"]
    assert [version.reason for version in list_remark_versions(source, "A-01", REMARK.quarter)] == [
        "Floods and pests",
        "Floods",
    ]


def test_public_remarks_end_with_the_quarter_of_the_edition(engine: Engine):
    public = replace(REMARK, is_public=True)
    store_remarks(engine, public, replace(public, quarter=Quarter(2023, 2)), replace(REMARK, quarter=Quarter(2022, 3)))
    source = make_source(engine, make_year(2022, 100))
    for quarter, expected in ((Quarter(2023, 1), ["2022Q4"]), (Quarter(2023, 2), ["2022Q4", "2023Q2"])):
        edition = draft_edition(source, quarter, today=TODAY).edition
        assert [str(remark.quarter) for remark in edition.remarks] == expected


def test_open_actions_are_sorted_by_due_date_and_may_be_overdue(engine: Engine):
    with_action = replace(REMARK, agreed_action="Train again", responsible="Sokha", due=date(2024, 3, 1))
    store_remarks(
        engine,
        with_action,
        replace(with_action, quarter=Quarter(2023, 1), due=date(2024, 1, 31)),
        replace(with_action, quarter=Quarter(2023, 2), is_done=True),
        replace(REMARK, quarter=Quarter(2023, 3)),
    )
    open_actions = list_open_actions(list_remarks(DataSource(engine)), TODAY)
    assert [(str(number.remark.quarter), number.is_overdue) for number in open_actions] == [
        ("2023Q1", True),
        ("2022Q4", False),
    ]


@pytest.mark.parametrize(("total", "is_missing"), [(88, True), (92, False), (108, False), (112, True)])
def test_a_year_more_than_a_tenth_off_its_target_needs_a_remark(engine: Engine, total: int, is_missing: bool):
    source = make_source(engine, make_year(2022, total))
    assert list_missing_quarters(source) == (["2022Q4"] if is_missing else [])


def test_a_year_exactly_a_tenth_off_its_target_needs_no_remark(engine: Engine):
    by_quarter = {"2022Q1": 15, "2022Q2": 25, "2022Q3": 25, "2022Q4": 25}
    source = make_source(engine, make_returns("one", "A-01", by_quarter))
    assert list_missing_quarters(source) == []
    assert not is_off_target(QueryScope(source.get_snapshot(), TODAY).get_figure("A-01", period=Years(2022, 2022)))


def test_a_year_with_a_remark_in_its_last_quarter_needs_no_other(engine: Engine):
    source = make_source(engine, make_year(2022, 40) + make_year(2023, 40))
    assert list_missing_quarters(source) == ["2023Q4", "2022Q4"]
    store_remarks(engine, REMARK)
    assert list_missing_quarters(source) == ["2023Q4"]


def test_a_year_that_has_not_ended_needs_no_remark(engine: Engine):
    source = make_source(engine, make_year(2022, 100) + make_returns("one", "A-01", {"2023Q1": 1, "2023Q2": 1}))
    assert list_missing_quarters(source, date(2023, 8, 1)) == []


def test_a_year_with_deciding_returns_missing_needs_no_remark(engine: Engine):
    source = make_source(engine, make_year(2022, 100) + make_returns("one", "A-01", {"2023Q1": 35, "2023Q2": 35}))
    assert list_missing_quarters(source, date(2025, 6, 1)) == []


def test_a_year_with_too_few_returns_to_rate_needs_no_remark(engine: Engine):
    source = make_source(engine, make_year(2022, 100) + make_returns("one", "A-01", {"2023Q1": 1}))
    assert list_missing_quarters(source, date(2025, 6, 1)) == []
