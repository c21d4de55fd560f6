"""Writing the audit trail; there is no way to change it."""

from dataclasses import asdict

from sqlalchemy import Connection, insert

from etl.database.records import AuditEvent
from etl.database.tables import audit_events


def write_audit_event(connection: Connection, event: AuditEvent) -> None:
    """Written in the transaction of the act itself: an act that is undone leaves no trace, one that is done does."""
    connection.execute(insert(audit_events).values(**asdict(event)))
