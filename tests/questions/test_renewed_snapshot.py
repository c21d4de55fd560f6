"""A snapshot made from the one before it holds exactly what one read from nothing holds, whatever happened between."""

from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import Connection, Engine

from etl.database.connection import writing
from etl.database.read.plans import read_plans
from etl.database.rollups import refresh_all_rollups, refresh_rollups
from etl.database.write.data_version import raise_data_version
from etl.database.write.returns import move_return
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, quarters_between
from etl.indicators.plans import only_plan
from etl.indicators.results import Figure
from etl.indicators.site_rows import every_row
from etl.indicators.vocabulary import ReturnState, SiteReturn
from etl.queries.asking import Asking
from etl.queries.snapshot import Snapshot
from etl.queries.source import Source
from tests.support.random_plans import world_of
from tests.support.stored_returns import approve, store_draft, store_plan, store_plans, submit

NOW = datetime(2023, 6, 1, tzinfo=UTC)


def held(snapshot: Snapshot | None) -> object:
    """Everything in it, whatever the order."""
    assert snapshot is not None
    records = [
        (
            dict(record.received),
            {((row.indicator, row.part), row.site, row.quarter): row for row in every_row(record.rows)},
            {number: record.tallies(snapshot.plans, number, None) for number in record.rows.numbers()},
        )
        for record in (snapshot.approved, snapshot.submitted)
    ]
    return snapshot.data_version, snapshot.plans, records, snapshot.returns, snapshot.locked


def figures_of(snapshot: Snapshot) -> dict[object, Figure]:
    """Every indicator's figure of the plan, each year and each quarter, on both bases, of all sites and of each."""
    settings = snapshot.plans.latest.settings
    periods: list[Period] = [PlanToDate(), *(Years(y, y) for y in range(settings.first_year, settings.last_year + 1))]
    periods += quarters_between(settings.first_quarter, settings.last_quarter)
    choices = [None, *((site.code,) for site in snapshot.plans.latest.sites)]
    return {
        (indicator.code, period, sites, unapproved): Asking(
            snapshot, NOW.date(), period=period, sites=sites, include_unapproved=unapproved
        ).figure(indicator.code)
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
            approve(connection, number, when=NOW)
        else:
            move_return(
                connection,
                return_id=number,
                seen_state=ReturnState.SUBMITTED,
                new_state=ReturnState.SENT_BACK,
                who="m",
                when=NOW,
            )
    else:
        number = store_draft(connection, said)
        if act == "draft":
            raise_data_version(connection)
            return
        submit(connection, number, when=NOW)
        open_ones[place] = number
    plans = read_plans(connection)
    assert plans is not None
    refresh_rollups(connection, plans, site=said.site, quarter=said.quarter)
    raise_data_version(connection)


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_a_renewed_snapshot_holds_what_a_fresh_one_holds(engine: Engine, seed: int) -> None:
    world, dice = world_of(seed), Random(seed)
    source = Source(engine)
    with writing(engine) as connection:
        store_plans(connection, world.plans, when=NOW)
        raise_data_version(connection)
    open_ones: dict[tuple[str, Quarter], int] = {}
    for step in range(14):
        before = source.find_snapshot()
        with writing(engine) as connection:
            for _ in range(dice.randint(1, 2)):
                act_at_random(connection, dice, dice.choice(world.returns), open_ones)
            if step == 9:
                store_plan(connection, world_of(seed + 1).plans.latest, when=NOW)
                plans = read_plans(connection)
                assert plans is not None
                refresh_all_rollups(connection, plans)
                raise_data_version(connection)
        renewed = source.find_snapshot()
        assert renewed is not before
        assert held(renewed) == held(Source(engine).find_snapshot())


@pytest.mark.parametrize("seed", [1, 2, 5, 13, 34, 55])
def test_figures_kept_over_a_change_are_those_computed_anew(sqlite_engine: Engine, seed: int) -> None:
    world, dice = world_of(seed), Random(seed)
    source = Source(sqlite_engine)
    with writing(sqlite_engine) as connection:
        store_plans(connection, world.plans, when=NOW)
        raise_data_version(connection)
    open_ones: dict[tuple[str, Quarter], int] = {}
    kept, stops = 0, sorted({one.quarter for one in world.returns})[1::3]
    for _ in range(8):
        with writing(sqlite_engine) as connection:
            act_at_random(connection, dice, dice.choice(world.returns), open_ones)
        renewed = source.find_snapshot()
        fresh = Source(sqlite_engine).find_snapshot()
        assert renewed is not None and fresh is not None
        kept += len(renewed.figures)
        assert figures_of(renewed) == figures_of(fresh)
        for last in stops:
            assert figures_of(renewed.until(last)) == figures_of(fresh.until(last))
    assert kept


def test_what_did_not_change_is_not_read_again(sqlite_engine: Engine) -> None:
    world = world_of(3)
    with writing(sqlite_engine) as connection:
        store_plans(connection, only_plan(world.plans.latest), when=NOW)
        raise_data_version(connection)
    source = Source(sqlite_engine)
    before = source.find_snapshot()
    assert source.find_snapshot() is before
    with writing(sqlite_engine) as connection:
        raise_data_version(connection)
    after = source.find_snapshot()
    assert before is not None and after is not None and after is not before
    assert after.plans is before.plans and after.submitted is before.submitted and after.returns_of is before.returns_of
