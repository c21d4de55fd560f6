"""Write the evidence of returns."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from etl.database.tables import evidence


def insert_evidence(
    connection: Connection, *, return_id: int, key: str, name: str, kind: str, data: bytes, actor: str, when: datetime
) -> int | None:
    """Store a photo or document and return its id, or None if the same bytes are already attached there.

    The caller checks media type and size.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    same_file = (evidence.c.return_id == return_id, evidence.c.key == key, evidence.c.sha256 == sha256)
    if connection.scalar(select(evidence.c.id).where(*same_file)) is not None:
        return None
    stored = connection.execute(
        insert(evidence)
        .values(
            return_id=return_id,
            key=key,
            name=name,
            kind=kind,
            size=len(data),
            sha256=sha256,
            data=data,
            added_by=actor,
            added_at=when,
        )
        .returning(evidence.c.id)
    )
    return int(stored.scalar_one())


def delete_evidence(connection: Connection, evidence_id: int) -> None:
    """Delete an attached file; the caller checks permission."""
    connection.execute(delete(evidence).where(evidence.c.id == evidence_id))
