"""Keeping the evidence of a return."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, insert

from etl.database.tables import evidence


def insert_evidence(
    connection: Connection, *, return_id: int, key: str, name: str, kind: str, data: bytes, who: str, when: datetime
) -> int:
    """Keeps a photo or document; its number. Kind and size are the caller's to check."""
    stored = connection.execute(
        insert(evidence)
        .values(
            return_id=return_id,
            key=key,
            name=name,
            kind=kind,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            data=data,
            added_by=who,
            added_at=when,
        )
        .returning(evidence.c.id)
    )
    return int(stored.scalar_one())
