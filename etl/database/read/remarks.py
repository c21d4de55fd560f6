"""Read remarks."""

from typing import Any

from sqlalchemy import Connection, Row, func, select

from etl.database.records import Remark
from etl.database.tables import remarks
from etl.indicators.periods import Quarter


def read_remarks(connection: Connection, *, public_only: bool = False) -> tuple[Remark, ...]:
    """Return the newest version of each remark, in order of quarter and indicator.

    With `public_only`, return only those whose newest version is public.
    """
    newest = select(func.max(remarks.c.id)).group_by(remarks.c.indicator, remarks.c.quarter)
    query = select(remarks).where(remarks.c.id.in_(newest)).order_by(remarks.c.quarter, remarks.c.indicator)
    if public_only:
        query = query.where(remarks.c.is_public)
    return tuple(_make_remark(row) for row in connection.execute(query))


def read_remark_versions(
    connection: Connection, *, indicator: str, quarter: Quarter | None = None
) -> tuple[Remark, ...]:
    """Return every version of one remark, or of all remarks on an indicator, oldest first."""
    query = select(remarks).where(remarks.c.indicator == indicator).order_by(remarks.c.id)
    if quarter is not None:
        query = query.where(remarks.c.quarter == quarter)
    return tuple(_make_remark(row) for row in connection.execute(query))


def _make_remark(row: Row[Any]) -> Remark:
    return Remark(
        id=row.id,
        indicator=row.indicator,
        quarter=row.quarter,
        reason=row.why,
        agreed_action=row.agreed,
        responsible=row.responsible,
        due=row.due,
        is_done=row.is_done,
        is_public=row.is_public,
        written_by=row.written_by,
        written_at=row.written_at,
        replaces=row.replaces,
    )
