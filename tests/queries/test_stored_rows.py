"""Rows of sites are read on first use and never mix two data versions."""

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
def scenario() -> Scenario:
    return make_scenario(8)


@pytest.fixture
def source(engine: Engine, scenario: Scenario) -> DataSource:
    with writing(engine) as connection:
        store_plans(connection, scenario.plans, when=NOW)
        increment_data_version(connection)
    half = len(scenario.returns) // 2
    for site_return in scenario.returns[:half]:
        store_approved(engine, scenario.plans, site_return)
    return DataSource(engine)


def store_approved(engine: Engine, plans: Plans, site_return: SiteReturn) -> None:
    with writing(engine) as connection:
        number = store_draft(connection, site_return)
        submit_return(connection, number, when=NOW)
        approve_return(connection, number, when=NOW)
        refresh_rollups(connection, plans, site=site_return.site, quarter=site_return.quarter)
        increment_data_version(connection)


def collect_rows(snapshot: Snapshot) -> set[SiteQuarter]:
    return set(iterate_rows(snapshot.submitted.rows))


def find_later_return(scenario: Scenario) -> SiteReturn:
    return next(return_ for return_ in scenario.returns[len(scenario.returns) // 2 :] if return_.observations)


def test_reading_rows_of_a_changed_site_raises_an_error(source: DataSource, scenario: Scenario) -> None:
    snapshot = source.get_snapshot()
    store_approved(source.engine, scenario.plans, find_later_return(scenario))
    with pytest.raises(StaleSnapshotError, match="Try again"):
        collect_rows(snapshot)


def test_rows_read_before_a_change_stay_readable_from_their_snapshot(source: DataSource, scenario: Scenario) -> None:
    snapshot = source.get_snapshot()
    before = collect_rows(snapshot)
    for site_return in scenario.returns[len(scenario.returns) // 2 :]:
        store_approved(source.engine, scenario.plans, site_return)
    after = collect_rows(source.get_snapshot())
    assert collect_rows(snapshot) == before != after


def test_only_the_changed_site_is_read_again(source: DataSource, scenario: Scenario) -> None:
    before = source.get_snapshot()
    collect_rows(before)
    changed = find_later_return(scenario)
    store_approved(source.engine, scenario.plans, changed)
    after = source.get_snapshot()
    others = [site.code for site in scenario.plans.latest.sites if site.code != changed.site]
    row_pairs = [
        (before.submitted.get_site_rows(*number, site), after.submitted.get_site_rows(*number, site))
        for number in before.submitted.rows.list_number_keys()
        for site in others
    ]
    assert any(mine for mine, _ in row_pairs)
    assert all(mine is others or not mine for mine, others in row_pairs)


@pytest.mark.parametrize("prefetch_after", [0, 3, 1000])
def test_a_large_database_gives_the_same_rows_in_small_reads(
    source: DataSource, monkeypatch: pytest.MonkeyPatch, prefetch_after: int
) -> None:
    whole = collect_rows(source.get_snapshot())
    monkeypatch.setattr(stored_rows, "PREFETCH_AFTER_READS", prefetch_after)
    monkeypatch.setattr("etl.queries.refresh_snapshot.READ_ALL_MAX_ROWS", 0)
    snapshot = DataSource(source.engine).get_snapshot()
    sites = [site.code for site in snapshot.plans.latest.sites]
    in_small_reads = {
        row
        for number in snapshot.submitted.rows.list_number_keys()
        for site in sites
        for row in snapshot.submitted.get_site_rows(*number, site).values()
    }
    assert in_small_reads == whole == collect_rows(DataSource(source.engine).get_snapshot())


def test_a_page_with_a_stale_snapshot_is_built_again(source: DataSource, scenario: Scenario) -> None:
    data_versions = []

    def build(page: PageContext) -> set[SiteQuarter]:
        assert page.snapshot is not None
        data_versions.append(page.snapshot.data_version)
        if len(data_versions) == 1:
            store_approved(source.engine, scenario.plans, find_later_return(scenario))
        return collect_rows(page.snapshot)

    context = AppContext(source=source, settings=Settings())
    page = PageContext(path="/", query="", language="en", path_params={}, visitor=ANONYMOUS, context=context)
    rows = retry_on_stale_snapshot(build, page)
    assert rows == collect_rows(source.get_snapshot())
    assert len(data_versions) == 2 and data_versions[0] < data_versions[1]
