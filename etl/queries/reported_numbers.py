"""All reported numbers with their sources, and all returns, for analysis outside of the pages."""

from etl.database.connection import reading
from etl.database.read.returns import read_returns
from etl.database.read.sources import read_all_sources
from etl.database.records import CellSource, StoredReturn
from etl.queries.data_source import DataSource


def read_reported_numbers(source: DataSource, *, include_unapproved: bool) -> tuple[CellSource, ...]:
    """Return the cells of all effective returns, by quarter, site and key."""
    with reading(source.engine) as connection:
        return read_all_sources(connection, "submitted" if include_unapproved else "approved")


def read_all_returns(source: DataSource) -> tuple[StoredReturn, ...]:
    """Return every return in its current state, by quarter, site and id."""
    with reading(source.engine) as connection:
        return read_returns(connection)
