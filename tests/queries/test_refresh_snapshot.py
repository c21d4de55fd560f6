"""A refreshed snapshot equals one that is read from scratch, whatever changed in between."""

from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import Connection, Engine

from etl.database.connection import writing
from etl.database.read.plans import read_plans
from etl.database.rollups import refresh_all_rollups, refresh_rollups
from etl.database.write.data_version import increment_data_version
from etl.database.write.returns import change_return_state
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, list_quarters_between
from etl.indicators.plans import make_single_plan
from etl.indicators.results import Figure
from etl.indicators.site_groups import SiteSelection
from etl.indicators.site_rows import iterate_rows
from etl.indicators.vocabulary import ReturnState, SiteReturn
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from tests.support.random_plans import make_scenario
from tests.support.stored_returns import approve_return, store_draft, store_plan, store_plans, submit_return

NOW = datetime(2023, 6, 1, tzinfo=UTC)


def list_contents(snapshot: Snapshot | None) -> object:
    """Return the contents of a snapshot in an order-independent form."""
    assert snapshot is not None
    records = [
        (
            dict(record.received_returns),
            {((row.indicator, row.part), row.site, row.quarter): row for row in iterate_rows(record.rows)},
            {number: record.get_tallies(snapshot.plans, number, None) for number in record.rows.list_number_keys()},
        )
        for record in (snapshot.approved, snapshot.submitted)
    ]
    return snapshot.data_version, snapshot.plans, records, snapshot.returns, snapshot.locked_quarters


def compute_figures(snapshot: Snapshot) -> dict[object, Figure]:
    """Compute the figures of all indicators, periods, sites and approval bases."""
    settings = snapshot.plans.latest.settings
    periods: list[Period] = [PlanToDate(), *(Years(y, y) for y in range(settings.first_year, settings.last_year + 1))]
    periods += list_quarters_between(settings.first_quarter, settings.last_quarter)
    plan = snapshot.plans.latest
    codes = tuple(site.code for site in plan.sites)
    choices: list[SiteSelection | None] = [None, *((code,) for code in codes), codes[:2], *plan.provinces]
    return {
        (indicator.code, period, sites, unapproved): QueryScope(
            snapshot, NOW.date(), period=period, sites=sites, include_unapproved=unapproved
        ).get_figure(indicator.code)
        for indicator in snapshot.plans.latest.indicators
        for period in periods
        for sites in choices
        for unapproved in (False, True)
    }


def apply_random_action(
    connection: Connection, random: Random, site_return: SiteReturn, submitted_ids: dict[tuple[str, Quarter], int]
) -> None:
    """Store a draft, submit, approve or send back a return, as the use cases do."""
    key = site_return.site, site_return.quarter
    action = random.choice(["draft", "submit", "submit", "approve", "send back"])
    if action in ("approve", "send back") and key in submitted_ids:
        number = submitted_ids.pop(key)
        if action == "approve":
            approve_return(connection, number, when=NOW)
        else:
            change_return_state(
                connection,
                return_id=number,
                expected_state=ReturnState.SUBMITTED,
                new_state=ReturnState.SENT_BACK,
                actor="m",
                when=NOW,
            )
    else:
        number = store_draft(connection, site_return)
        if action == "draft":
            increment_data_version(connection)
            return
        submit_return(connection, number, when=NOW)
        submitted_ids[key] = number
    plans = read_plans(connection)
    assert plans is not None
    refresh_rollups(connection, plans, site=site_return.site, quarter=site_return.quarter)
    increment_data_version(connection)


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_a_refreshed_snapshot_equals_a_fresh_one(engine: Engine, seed: int) -> None:
    scenario, random = make_scenario(seed), Random(seed)
    source = DataSource(engine)
    with writing(engine) as connection:
        store_plans(connection, scenario.plans, when=NOW)
        increment_data_version(connection)
    submitted_ids: dict[tuple[str, Quarter], int] = {}
    for step in range(14):
        before = source.find_snapshot()
        with writing(engine) as connection:
            for _ in range(random.randint(1, 2)):
                apply_random_action(connection, random, random.choice(scenario.returns), submitted_ids)
            if step == 9:
                store_plan(connection, make_scenario(seed + 1).plans.latest, when=NOW)
                plans = read_plans(connection)
                assert plans is not None
                refresh_all_rollups(connection, plans)
                increment_data_version(connection)
        refreshed = source.find_snapshot()
        assert refreshed is not before
        assert list_contents(refreshed) == list_contents(DataSource(engine).find_snapshot())


@pytest.mark.parametrize("seed", [5, 13, *(pytest.param(seed, marks=pytest.mark.soak) for seed in (1, 2, 34, 55))])
def test_cached_figures_after_a_change_equal_recomputed_ones(sqlite_engine: Engine, seed: int, is_soak: bool) -> None:
    scenario, random = make_scenario(seed), Random(seed)
    source = DataSource(sqlite_engine)
    with writing(sqlite_engine) as connection:
        store_plans(connection, scenario.plans, when=NOW)
        increment_data_version(connection)
    submitted_ids: dict[tuple[str, Quarter], int] = {}
    cached_count, last_quarters = 0, sorted({return_.quarter for return_ in scenario.returns})[1::3]
    for _ in range(8 if is_soak else 4):
        with writing(sqlite_engine) as connection:
            apply_random_action(connection, random, random.choice(scenario.returns), submitted_ids)
        refreshed = source.find_snapshot()
        fresh = DataSource(sqlite_engine).find_snapshot()
        assert refreshed is not None and fresh is not None
        cached_count += len(refreshed.figure_cache)
        assert compute_figures(refreshed) == compute_figures(fresh)
        for last in last_quarters:
            assert compute_figures(refreshed.select_until(last)) == compute_figures(fresh.select_until(last))
    assert cached_count


def test_unchanged_data_are_not_read_again(sqlite_engine: Engine) -> None:
    scenario = make_scenario(3)
    with writing(sqlite_engine) as connection:
        store_plans(connection, make_single_plan(scenario.plans.latest), when=NOW)
        increment_data_version(connection)
    source = DataSource(sqlite_engine)
    before = source.find_snapshot()
    assert source.find_snapshot() is before
    with writing(sqlite_engine) as connection:
        increment_data_version(connection)
    after = source.find_snapshot()
    assert before is not None and after is not None and after is not before
    assert (
        after.plans is before.plans
        and after.submitted is before.submitted
        and after.returns_by_site is before.returns_by_site
    )
