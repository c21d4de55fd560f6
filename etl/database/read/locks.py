"""Which quarters are locked."""

from sqlalchemy import Connection, select

from etl.database.tables import quarters
from etl.indicators.periods import Quarter


def read_locked_quarters(connection: Connection) -> frozenset[Quarter]:
    """The quarters that take no return."""
    return frozenset(connection.scalars(select(quarters.c.quarter).where(quarters.c.locked)))
