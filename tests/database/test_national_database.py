"""Test that the benchmarks' bulk-generated national database equals what an import would write."""

from collections import Counter

from sqlalchemy import Engine, func, select

from etl.database.connection import reading
from etl.database.read.returns import read_events, read_returns
from etl.database.tables import cells, rollups
from etl.indicators.vocabulary import ReturnState
from etl.use_cases.operations.verify import verify_database
from tests.benchmarks.national_database import make_national_database
from tests.support.stored_returns import read_received_returns


def test_rows_of_a_small_country_match_its_returns_on_both_databases(engine: Engine) -> None:
    database = make_national_database(engine, sites=6, indicators=40)
    assert (database.sites, database.indicators, database.quarters) == (6, 40, 24)
    assert verify_database(engine) == ()
    with reading(engine) as connection:
        assert database.row_counts["cell"] == connection.scalar(select(func.count()).select_from(cells)) > 3_000
        assert database.row_counts["rollup"] == connection.scalar(select(func.count()).select_from(rollups)) > 6_000
        returns = read_returns(connection)
        steps = {len(read_events(connection, stored_return.id)) for stored_return in returns}
        received = read_received_returns(connection, basis="submitted")
    assert Counter(stored_return.state for stored_return in returns).keys() == {
        ReturnState.APPROVED,
        ReturnState.SUBMITTED,
    }
    assert steps == {2, 3}
    assert len(received) == len(returns) < 6 * 24
