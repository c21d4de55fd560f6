"""Lock quarters: a locked quarter accepts no returns."""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from etl.database.tables import quarters
from etl.indicators.periods import Quarter


def set_quarter_lock(connection: Connection, quarter: Quarter, *, locked: bool, actor: str, when: datetime) -> None:
    """Lock or unlock a quarter, and record who did it and when."""
    values = {"locked": locked, "changed_by": actor, "changed_at": when}
    changed = connection.execute(update(quarters).where(quarters.c.quarter == quarter).values(**values))
    if changed.rowcount == 0:
        connection.execute(insert(quarters).values(quarter=quarter, **values))
