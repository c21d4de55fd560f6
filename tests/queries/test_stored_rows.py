"""The rows of sites are read when they are asked for, and never of two moments at once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from dashboard.access.context import AppContext, PageContext, retry_on_stale_snapshot
from dashboard.access.permissions import ANONYMOUS
from etl.database.connection import writing
from etl.database.rollups import refresh_rollups
from etl.database.write.data_version import increment_data_version
from etl.indicators.plans import Plans
from etl.indicators.site_rows import iterate_rows
from etl.indicators.vocabulary import SiteQuarter, SiteReturn
from etl.queries import stored_rows
from etl.queries.data_source import DataSource
from etl.queries.snapshot import Snapshot
from etl.queries.stored_rows import StaleSnapshotError
from etl.settings import Settings
from tests.support.random_plans import Scenario, make_scenario
from tests.support.stored_returns import approve_return, store_draft, store_plans, submit_return

NOW = datetime(2023, 6, 1, tzinfo=UTC)


@pytest.fixture
def world() -> Scenario:
    return make_scenario(8)


@pytest.fixture
def source(engine: Engine, world: Scenario) -> DataSource:
    with writing(engine) as connection:
        store_plans(connection, world.plans, when=NOW)
        increment_data_version(connection)
    half = len(world.returns) // 2
    for said in world.returns[:half]:
        take(engine, world.plans, said)
    return DataSource(engine)


def take(engine: Engine, plans: Plans, said: SiteReturn) -> None:
    with writing(engine) as connection:
        number = store_draft(connection, said)
        submit_return(connection, number, when=NOW)
        approve_return(connection, number, when=NOW)
        refresh_rollups(connection, plans, site=said.site, quarter=said.quarter)
        increment_data_version(connection)


def rows_of(snapshot: Snapshot) -> set[SiteQuarter]:
    return set(iterate_rows(snapshot.submitted.rows))


def a_later_return(world: Scenario) -> SiteReturn:
    return next(one for one in world.returns[len(world.returns) // 2 :] if one.observations)


def test_rows_of_a_site_that_has_changed_since_are_refused(source: DataSource, world: Scenario) -> None:
    snapshot = source.get_snapshot()
    take(source.engine, world.plans, a_later_return(world))
    with pytest.raises(StaleSnapshotError, match="Try again"):
        rows_of(snapshot)


def test_what_was_read_before_a_change_can_still_be_asked_of_its_snapshot(source: DataSource, world: Scenario) -> None:
    snapshot = source.get_snapshot()
    before = rows_of(snapshot)
    for said in world.returns[len(world.returns) // 2 :]:
        take(source.engine, world.plans, said)
    after = rows_of(source.get_snapshot())
    assert rows_of(snapshot) == before != after


def test_only_the_site_that_changed_is_read_again(source: DataSource, world: Scenario) -> None:
    before = source.get_snapshot()
    rows_of(before)
    changed = a_later_return(world)
    take(source.engine, world.plans, changed)
    after = source.get_snapshot()
    others = [site.code for site in world.plans.latest.sites if site.code != changed.site]
    kept = [
        (before.submitted.site_rows(*number, site), after.submitted.site_rows(*number, site))
        for number in before.submitted.rows.number_keys()
        for site in others
    ]
    assert any(mine for mine, _ in kept)
    assert all(mine is others or not mine for mine, others in kept)


@pytest.mark.parametrize("often", [0, 3, 1000])
def test_a_large_database_gives_the_same_rows_number_by_number_and_site_by_site(
    source: DataSource, monkeypatch: pytest.MonkeyPatch, often: int
) -> None:
    whole = rows_of(source.get_snapshot())
    monkeypatch.setattr(stored_rows, "PREFETCH_AFTER_READS", often)
    monkeypatch.setattr("etl.queries.refresh_snapshot.READ_ALL_MAX_ROWS", 0)
    snapshot = DataSource(source.engine).get_snapshot()
    sites = [site.code for site in snapshot.plans.latest.sites]
    one_by_one = {
        row
        for number in snapshot.submitted.rows.number_keys()
        for site in sites
        for row in snapshot.submitted.site_rows(*number, site).values()
    }
    assert one_by_one == whole == rows_of(DataSource(source.engine).get_snapshot())


def test_a_page_that_a_change_overtakes_is_built_again_from_the_later_moment(
    source: DataSource, world: Scenario
) -> None:
    built = []

    def build(request: PageContext) -> set[SiteQuarter]:
        assert request.snapshot is not None
        built.append(request.snapshot.data_version)
        if len(built) == 1:
            take(source.engine, world.plans, a_later_return(world))
        return rows_of(request.snapshot)

    context = AppContext(source=source, settings=Settings())
    request = PageContext(path="/", query="", language="en", path_params={}, visitor=ANONYMOUS, context=context)
    found = retry_on_stale_snapshot(build, request)
    assert found == rows_of(source.get_snapshot())
    assert len(built) == 2 and built[0] < built[1]
