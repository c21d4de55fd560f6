"""Locking quarters: a locked one takes no return."""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from etl.database.tables import quarters
from etl.indicators.periods import Quarter


def set_quarter_lock(connection: Connection, quarter: Quarter, *, locked: bool, actor: str, when: datetime) -> None:
    """Locks or unlocks the quarter; who and when are those of the last change."""
    values = {"locked": locked, "changed_by": actor, "changed_at": when}
    changed = connection.execute(update(quarters).where(quarters.c.quarter == quarter).values(**values))
    if changed.rowcount == 0:
        connection.execute(insert(quarters).values(quarter=quarter, **values))
