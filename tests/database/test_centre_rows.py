"""Test the centre rows, including those of a database that is older than they are."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from etl.database.centre_rows import compare_centre_rows
from etl.database.connection import migrate, reading, writing
from etl.database.read.centre_rows import read_centre_rows
from etl.database.read.data_version import read_changed_sites
from etl.database.rollups import refresh_rollups
from etl.database.write.data_version import increment_data_version
from etl.queries.data_source import DataSource
from etl.use_cases.operations.verify import verify_database
from tests.support.older_database import rebuild_at_revision
from tests.support.random_plans import Scenario, make_scenario
from tests.support.stored_returns import approve_return, store_draft, store_plans, submit_return

NOW = datetime(2023, 6, 1, tzinfo=UTC)


@pytest.fixture
def scenario(engine: Engine) -> Scenario:
    """Return a random scenario whose returns are all approved."""
    scenario = make_scenario(8)
    with writing(engine) as connection:
        store_plans(connection, scenario.plans, when=NOW)
        for site_return in scenario.returns:
            number = store_draft(connection, site_return)
            submit_return(connection, number, when=NOW)
            approve_return(connection, number, when=NOW)
            refresh_rollups(connection, scenario.plans, site=site_return.site, quarter=site_return.quarter)
            increment_data_version(connection)
    return scenario


def test_migration_creates_the_centre_rows_of_an_older_database(engine: Engine, scenario: Scenario) -> None:
    with reading(engine) as connection:
        wanted = {(row.basis, row.number, row.quarter): row.tally for row in read_centre_rows(connection)}
    rebuild_at_revision(engine, "0006")
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM counter WHERE name = 'centre_version'"))
        connection.execute(text("UPDATE counter SET value = 900 WHERE name LIKE 'site %'"))
    migrate(engine)
    with reading(engine) as connection:
        rows = {(row.basis, row.number, row.quarter): row.tally for row in read_centre_rows(connection)}
    assert rows == {key: tally for key, tally in wanted.items() if tally.groups} != {}
    assert verify_database(engine) == ()
    version = DataSource(engine).get_snapshot().data_version
    with reading(engine) as connection:
        assert read_changed_sites(connection, after=version) == frozenset()


def test_verify_reports_a_wrong_centre_row(engine: Engine, scenario: Scenario) -> None:
    with writing(engine) as connection:
        quarter = connection.scalar(
            text("SELECT max(quarter) FROM centre_row WHERE tally <> '[]' AND basis = 'approved'")
        )
        assert quarter
        connection.execute(
            text("UPDATE centre_row SET tally = '[]' WHERE quarter = :quarter AND basis = 'approved'"),
            {"quarter": quarter},
        )
        differences = compare_centre_rows(connection, scenario.plans)
    assert differences and {str(difference.quarter) for difference in differences} == {quarter}
    messages = verify_database(engine)
    assert len(messages) == len(differences) and all(
        "all sites together" in line and quarter in line for line in messages
    )


def test_snapshot_reads_only_updated_centre_rows(engine: Engine, scenario: Scenario) -> None:
    source = DataSource(engine)
    before = source.get_snapshot()
    site_return = scenario.returns[0]
    with writing(engine) as connection:
        of_site = f"(SELECT id FROM \"return\" WHERE site = '{site_return.site}')"
        connection.execute(text(f"UPDATE cell SET value = '77' WHERE value IS NOT NULL AND return_id IN {of_site}"))
        refresh_rollups(connection, scenario.plans, site=site_return.site, quarter=site_return.quarter)
        increment_data_version(connection)
        renewed = read_centre_rows(connection, after=before.refresh_state.centre_version if before.refresh_state else 0)
        everything = read_centre_rows(connection)
    assert 0 < len(renewed) < len(everything)
    after, fresh = source.get_snapshot(), DataSource(engine).get_snapshot()
    for number in fresh.submitted.rows.list_number_keys():
        tallies, others = (snapshot.submitted.get_tallies(snapshot.plans, number, None) for snapshot in (after, fresh))
        assert tallies == others
