"""Write remarks: each version is a row of its own."""

from sqlalchemy import Connection, insert

from etl.database.records import Remark
from etl.database.tables import remarks


def insert_remark(connection: Connection, remark: Remark) -> int:
    """Store a remark, or a newer version of the remark that it replaces; return its id."""
    stored = connection.execute(
        insert(remarks)
        .values(
            indicator=remark.indicator,
            quarter=remark.quarter,
            why=remark.reason,
            agreed=remark.agreed_action,
            responsible=remark.responsible,
            due=remark.due,
            is_done=remark.is_done,
            is_public=remark.is_public,
            written_by=remark.written_by,
            written_at=remark.written_at,
            replaces=remark.replaces,
        )
        .returning(remarks.c.id)
    )
    return int(stored.scalar_one())
