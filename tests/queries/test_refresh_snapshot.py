"""A snapshot made from the one before it holds exactly what one read from nothing holds, whatever happened between."""

from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import Connection, Engine

from etl.database.connection import writing
from etl.database.read.plans import read_plans
from etl.database.rollups import refresh_all_rollups, refresh_rollups
from etl.database.write.data_version import increment_data_version
from etl.database.write.returns import change_return_state
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, quarters_between
from etl.indicators.plans import only_plan
from etl.indicators.results import Figure
from etl.indicators.site_rows import iterate_rows
from etl.indicators.vocabulary import ReturnState, SiteReturn
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from tests.support.random_plans import make_scenario
from tests.support.stored_returns import approve_return, store_draft, store_plan, store_plans, submit_return

NOW = datetime(2023, 6, 1, tzinfo=UTC)


def held(snapshot: Snapshot | None) -> object:
    """Everything in it, whatever the order."""
    assert snapshot is not None
    records = [
        (
            dict(record.received_returns),
            {((row.indicator, row.part), row.site, row.quarter): row for row in iterate_rows(record.rows)},
            {number: record.tallies(snapshot.plans, number, None) for number in record.rows.number_keys()},
        )
        for record in (snapshot.approved, snapshot.submitted)
    ]
    return snapshot.data_version, snapshot.plans, records, snapshot.returns, snapshot.locked_quarters


def figures_of(snapshot: Snapshot) -> dict[object, Figure]:
    """Every indicator's figure of the plan, each year and each quarter, on both bases, of all sites and of each."""
    settings = snapshot.plans.latest.settings
    periods: list[Period] = [PlanToDate(), *(Years(y, y) for y in range(settings.first_year, settings.last_year + 1))]
    periods += quarters_between(settings.first_quarter, settings.last_quarter)
    choices = [None, *((site.code,) for site in snapshot.plans.latest.sites)]
    return {
        (indicator.code, period, sites, unapproved): QueryScope(
            snapshot, NOW.date(), period=period, sites=sites, include_unapproved=unapproved
        ).get_figure(indicator.code)
        for indicator in snapshot.plans.latest.indicators
        for period in periods
        for sites in choices
        for unapproved in (False, True)
    }


def act_at_random(
    connection: Connection, dice: Random, said: SiteReturn, open_ones: dict[tuple[str, Quarter], int]
) -> None:
    """A draft, a submission, an approval or a return sent back, as the use cases do them."""
    place = said.site, said.quarter
    act = dice.choice(["draft", "submit", "submit", "approve", "send back"])
    if act in ("approve", "send back") and place in open_ones:
        number = open_ones.pop(place)
        if act == "approve":
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
        number = store_draft(connection, said)
        if act == "draft":
            increment_data_version(connection)
            return
        submit_return(connection, number, when=NOW)
        open_ones[place] = number
    plans = read_plans(connection)
    assert plans is not None
    refresh_rollups(connection, plans, site=said.site, quarter=said.quarter)
    increment_data_version(connection)


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_a_renewed_snapshot_holds_what_a_fresh_one_holds(engine: Engine, seed: int) -> None:
    world, dice = make_scenario(seed), Random(seed)
    source = DataSource(engine)
    with writing(engine) as connection:
        store_plans(connection, world.plans, when=NOW)
        increment_data_version(connection)
    open_ones: dict[tuple[str, Quarter], int] = {}
    for step in range(14):
        before = source.find_snapshot()
        with writing(engine) as connection:
            for _ in range(dice.randint(1, 2)):
                act_at_random(connection, dice, dice.choice(world.returns), open_ones)
            if step == 9:
                store_plan(connection, make_scenario(seed + 1).plans.latest, when=NOW)
                plans = read_plans(connection)
                assert plans is not None
                refresh_all_rollups(connection, plans)
                increment_data_version(connection)
        renewed = source.find_snapshot()
        assert renewed is not before
        assert held(renewed) == held(DataSource(engine).find_snapshot())


@pytest.mark.parametrize("seed", [1, 2, 5, 13, 34, 55])
def test_figures_kept_over_a_change_are_those_computed_anew(sqlite_engine: Engine, seed: int) -> None:
    world, dice = make_scenario(seed), Random(seed)
    source = DataSource(sqlite_engine)
    with writing(sqlite_engine) as connection:
        store_plans(connection, world.plans, when=NOW)
        increment_data_version(connection)
    open_ones: dict[tuple[str, Quarter], int] = {}
    kept, stops = 0, sorted({one.quarter for one in world.returns})[1::3]
    for _ in range(8):
        with writing(sqlite_engine) as connection:
            act_at_random(connection, dice, dice.choice(world.returns), open_ones)
        renewed = source.find_snapshot()
        fresh = DataSource(sqlite_engine).find_snapshot()
        assert renewed is not None and fresh is not None
        kept += len(renewed.figure_cache)
        assert figures_of(renewed) == figures_of(fresh)
        for last in stops:
            assert figures_of(renewed.until(last)) == figures_of(fresh.until(last))
    assert kept


def test_what_did_not_change_is_not_read_again(sqlite_engine: Engine) -> None:
    world = make_scenario(3)
    with writing(sqlite_engine) as connection:
        store_plans(connection, only_plan(world.plans.latest), when=NOW)
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
