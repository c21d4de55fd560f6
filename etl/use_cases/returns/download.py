"""Record who downloads the files of a return: the original, the annotated form and evidence."""

from datetime import datetime

from etl.database.connection import Engine, writing
from etl.database.records import AuditEvent, StoredReturn
from etl.database.write.audit import write_audit_event

__all__ = ["StoredReturn", "record_download"]


def record_download(engine: Engine, stored_return: StoredReturn, name: str, *, actor: str, now: datetime) -> None:
    """Record the download of a file. BusyError and others: what can't be recorded must not be handed out."""
    with writing(engine) as connection:
        event = AuditEvent(
            at=now,
            actor=actor,
            action="file downloaded",
            subject=f"{stored_return.site} {stored_return.quarter}",
            new=f"return {stored_return.id}: {name}",
        )
        write_audit_event(connection, event)
