"""Reading the audit trail."""

from sqlalchemy import Connection, select

from etl.database.records import AuditEvent
from etl.database.tables import audit_events


def read_audit_events(
    connection: Connection, *, subject: str | None = None, limit: int = 200
) -> tuple[AuditEvent, ...]:
    """The newest events first, of one subject or of all."""
    chosen = select(audit_events).order_by(audit_events.c.id.desc()).limit(limit)
    if subject is not None:
        chosen = chosen.where(audit_events.c.subject == subject)
    rows = connection.execute(chosen).mappings()
    return tuple(AuditEvent(**{name: value for name, value in row.items() if name != "id"}) for row in rows)
