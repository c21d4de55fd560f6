"""Write the audit log, which is append-only."""

from sqlalchemy import Connection

from etl.database.records import AuditEvent
from etl.database.tables import audit_events
from etl.database.write.bulk_rows import insert_rows

AUDIT_EVENT_COLUMNS = ("at", "who", "act", "subject", "old", "new", "why")


def write_audit_event(connection: Connection, event: AuditEvent) -> None:
    """Write an event in the transaction of the action itself, so that both are committed or rolled back together."""
    insert_rows(connection, audit_events, AUDIT_EVENT_COLUMNS, [make_audit_row(event)])


def make_audit_row(event: AuditEvent) -> tuple[object, ...]:
    """Return the event's values in the order of `AUDIT_EVENT_COLUMNS`."""
    return event.at, event.actor, event.action, event.subject, event.old, event.new, event.reason
