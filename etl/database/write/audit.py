"""Writing the audit trail; there is no way to change it."""

from sqlalchemy import Connection

from etl.database.records import AuditEvent
from etl.database.tables import audit_events
from etl.database.write.many_rows import insert_rows

_EVENT = ("at", "who", "act", "subject", "old", "new", "why")


def write_audit_event(connection: Connection, event: AuditEvent) -> None:
    """Written in the transaction of the act itself: an act that is undone leaves no trace, one that is done does."""
    row = (event.at, event.who, event.act, event.subject, event.old, event.new, event.why)
    insert_rows(connection, audit_events, _EVENT, [row])
