"""Read which quarters are locked."""

from datetime import datetime

from sqlalchemy import Connection, select

from etl.database.tables import quarters
from etl.indicators.periods import Quarter


def read_locked_quarters(connection: Connection) -> frozenset[Quarter]:
    """Return the locked quarters, which accept no returns."""
    return frozenset(connection.scalars(select(quarters.c.quarter).where(quarters.c.locked)))


def read_lock_changes(connection: Connection) -> dict[Quarter, tuple[str, datetime]]:
    """Return who last locked or unlocked each quarter, and when."""
    rows = connection.execute(select(quarters.c.quarter, quarters.c.changed_by, quarters.c.changed_at))
    return {row.quarter: (row.changed_by, row.changed_at) for row in rows}
