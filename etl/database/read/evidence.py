"""Read the evidence of returns."""

from sqlalchemy import Connection, Row, select

from etl.database.records import Evidence
from etl.database.tables import evidence

_WITHOUT_BYTES = tuple(column for column in evidence.c if column.name != "data")


def read_evidence(connection: Connection, return_id: int) -> tuple[Evidence, ...]:
    """Return the files attached to a return, oldest first."""
    query = select(*_WITHOUT_BYTES).where(evidence.c.return_id == return_id).order_by(evidence.c.id)
    return tuple(_make_evidence(row) for row in connection.execute(query))


def find_evidence(connection: Connection, evidence_id: int) -> tuple[Evidence, bytes] | None:
    """Find an attached file with its bytes."""
    row = connection.execute(select(*_WITHOUT_BYTES).where(evidence.c.id == evidence_id)).one_or_none()
    if row is None:
        return None
    data = connection.execute(select(evidence.c.data).where(evidence.c.id == evidence_id)).scalar_one()
    return _make_evidence(row), bytes(data)


def _make_evidence(row: Row[tuple[object, ...]]) -> Evidence:
    return Evidence(**row._mapping)
