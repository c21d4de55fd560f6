"""Test that the roll-up always matches the returns, however little of it is recomputed."""

from datetime import datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given
from sqlalchemy import Connection, Engine, delete, update

from etl.database.centre_rows import compare_centre_rows
from etl.database.connection import open_engine, reading, writing
from etl.database.read.effective_returns import read_site_returns
from etl.database.read.rollups import read_site_quarters
from etl.database.rollups import compare_rollups, refresh_all_rollups, refresh_rollups
from etl.database.tables import rollups
from etl.indicators.figures import compute_figure
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.record import Record, build_record, build_record_from_rows
from etl.indicators.vocabulary import Basis, CellState, SiteQuarter, SiteReturn, Source
from tests.support.builders import make_indicator, make_plan, make_plans, make_return
from tests.support.compare_figures import assert_figures_match
from tests.support.few_examples import limit_examples
from tests.support.random_plans import Scenario, make_scenario, scenarios
from tests.support.reference_arithmetic import compute_reference_figure
from tests.support.stored_returns import (
    approve_return,
    read_received_returns,
    store_draft,
    store_plans,
    store_return,
    submit_return,
)

PLANS: Plans = make_plans((datetime.min.date(), make_plan(make_indicator("A-01"))))


def _store(connection: Connection, plans: Plans, site_return: SiteReturn) -> None:
    store_return(connection, site_return)
    refresh_rollups(connection, plans, site=site_return.site, quarter=site_return.quarter)


def _collect_states(rows: list[SiteQuarter]) -> dict[str, tuple[CellState, Decimal | None]]:
    return {str(row.quarter): (row.state, row.value) for row in rows}


def test_return_appears_in_the_rollup_of_its_basis(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        store_plans(connection, PLANS, when=now)
        _store(connection, PLANS, make_return("one", "2022Q1", {"A-01": 5}))
        _store(connection, PLANS, make_return("one", "2022Q1", {"A-01": 7}, approved=False))
        _store(connection, PLANS, make_return("two", "2022Q1", {"A-01": "NC"}, approved=False))
    with reading(engine) as connection:
        approved = read_site_quarters(connection, basis="approved")
        submitted = read_site_quarters(connection, basis="submitted", sites=["one"])
        none = read_site_quarters(connection, basis="submitted", numbers=[("A-02", "")])
    assert _collect_states(approved) == {"2022Q1": (CellState.REPORTED, Decimal(5))}
    assert _collect_states(submitted) == {"2022Q1": (CellState.REPORTED, Decimal(7))}
    assert none == []


def test_late_year_to_date_return_covers_earlier_quarters(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        store_plans(connection, PLANS, when=now)
        _store(connection, PLANS, make_return("one", "2022Q1", {"A-01": 5}))
        _store(connection, PLANS, make_return("one", "2022Q2", {"A-01": "NC"}))
        _store(connection, PLANS, make_return("one", "2022Q3", {"A-01": 30}, basis=Basis.YEAR_TO_DATE))
        rows = _collect_states(read_site_quarters(connection, basis="approved"))
        assert rows["2022Q2"] == (CellState.COVERED, None)
        assert rows["2022Q3"] == (CellState.COVERED, Decimal(25))
        _store(connection, PLANS, make_return("one", "2022Q2", {"A-01": 10}))
        rows = _collect_states(read_site_quarters(connection, basis="approved"))
    assert rows["2022Q2"] == (CellState.REPORTED, Decimal(10))
    assert rows["2022Q3"] == (CellState.REPORTED, Decimal(15))


def test_correction_keeps_the_next_years_year_to_date_rows(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        store_plans(connection, PLANS, when=now)
        _store(connection, PLANS, make_return("one", "2023Q1", {"A-01": 5}))
        _store(connection, PLANS, make_return("one", "2023Q4", {"A-01": 30}, basis=Basis.YEAR_TO_DATE))
        before = read_site_quarters(connection, basis="approved")
        _store(connection, PLANS, make_return("one", "2022Q3", {"A-01": 1}))
        after = [row for row in read_site_quarters(connection, basis="approved") if row.quarter.year == 2023]
    assert len(before) == 4
    assert sorted(after, key=lambda row: row.quarter) == sorted(before, key=lambda row: row.quarter)


def _check_scenario(engine: Engine, scenario: Scenario, now: datetime) -> None:
    """Store the returns of a scenario in random order, some of them twice; then compare with the core."""
    site_returns_in_order = list(scenario.returns)
    Random(len(site_returns_in_order)).shuffle(site_returns_in_order)
    with engine.connect() as connection:
        connection.execution_options(writes=True)
        transaction = connection.begin()
        store_plans(connection, scenario.plans, when=now)
        for number, site_return in enumerate(site_returns_in_order):
            if number % 3 == 0:
                _store(connection, scenario.plans, make_return(site_return.site, site_return.quarter, {}))
            _store(connection, scenario.plans, site_return)
        assert compare_rollups(connection, scenario.plans) == ()
        assert compare_centre_rows(connection, scenario.plans) == ()
        sites = sorted({site_return.site for site_return in site_returns_in_order})
        for basis in ("approved", "submitted"):
            site_returns = [
                site_return for site in sites for site_return in read_site_returns(connection, site, basis=basis)
            ]
            stored = build_record_from_rows(
                read_site_quarters(connection, basis=basis), read_received_returns(connection, basis=basis)
            )
            assert stored == build_record(scenario.plans, site_returns)
            if basis == "submitted":
                _check_figures(scenario, stored)
        transaction.rollback()


@limit_examples(4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(scenario=scenarios)
def test_incremental_rollups_equal_a_full_computation(sqlite_engine: Engine, now: datetime, scenario: Scenario) -> None:
    _check_scenario(sqlite_engine, scenario, now)


SEEDS, SEEDS_IN_SOAK = (3,), range(200)


@pytest.mark.postgres
def test_random_plans_have_the_figures_of_the_reference_on_both_databases(
    postgres_url: str, sqlite_url: str, now: datetime, is_soak: bool
) -> None:
    for url in (postgres_url, sqlite_url):
        engine = open_engine(url)
        for seed in SEEDS_IN_SOAK if is_soak else SEEDS:
            _check_scenario(engine, make_scenario(seed), now)
        engine.dispose()


def _check_figures(scenario: Scenario, record: Record) -> None:
    """Compare the figures, but for those that count returns: of some returns an earlier version is stored too."""
    query = scenario.query
    for indicator in scenario.plans.latest.indicators:
        if indicator.source is Source.SYSTEM:
            continue
        figure = compute_figure(
            scenario.plans, record, indicator=indicator.code, sites=query.sites, period=query.period, today=query.today
        )
        reference = compute_reference_figure(
            scenario.plans,
            scenario.returns,
            indicator=indicator.code,
            sites=query.sites,
            period=query.period,
            today=query.today,
        )
        assert_figures_match(figure, reference)


def test_changed_rows_are_detected_and_recomputed(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        store_plans(connection, PLANS, when=now)
        for number in range(1, 5):
            _store(connection, PLANS, make_return("one", Quarter(2022, number), {"A-01": number}))
        of_approved = rollups.c.basis == "approved"
        connection.execute(
            update(rollups).where(of_approved, rollups.c.quarter == Quarter(2022, 1)).values(value=Decimal(9))
        )
        connection.execute(delete(rollups).where(of_approved, rollups.c.quarter == Quarter(2022, 2)))
        differences = compare_rollups(connection, PLANS)
        assert [
            (
                difference.basis,
                difference.stored and difference.stored.value,
                difference.computed and difference.computed.value,
            )
            for difference in differences
        ] == [
            ("approved", Decimal(9), Decimal(1)),
            ("approved", None, Decimal(2)),
        ]
        refresh_all_rollups(connection, PLANS)
        assert compare_rollups(connection, PLANS) == ()


def test_refreshing_all_rollups_applies_a_new_plan_version(engine: Engine, now: datetime) -> None:
    start = datetime.min.date()
    newer = make_plans((start, PLANS.latest), (start, make_plan(make_indicator("A-02"))))
    with writing(engine) as connection:
        store_plans(connection, newer, when=now)
        _store(connection, PLANS, make_return("one", "2022Q1", {"A-01": 5, "A-02": 6}))
        refresh_all_rollups(connection, newer)
        rows = read_site_quarters(connection, basis="approved")
    assert [(row.indicator, row.value) for row in rows] == [("A-02", Decimal(6))]


def test_approved_submission_is_effective_on_both_bases(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        store_plans(connection, PLANS, when=now)
        draft = store_draft(connection, make_return("one", "2022Q1", {"A-01": 5}))
        submit_return(connection, draft, when=now)
        refresh_rollups(connection, PLANS, site="one", quarter=Quarter(2022, 1))
        assert read_site_quarters(connection, basis="approved") == []
        approve_return(connection, draft, when=now)
        refresh_rollups(connection, PLANS, site="one", quarter=Quarter(2022, 1))
        approved = read_site_quarters(connection, basis="approved")
        assert approved == read_site_quarters(connection, basis="submitted")
        assert len(approved) == 1
