"""Read the audit log."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from etl.database.records import AuditEvent, AuditFilter, NumberedEvent
from etl.database.tables import audit_events


def read_audit_events(
    connection: Connection, *, subject: str | None = None, limit: int = 200
) -> tuple[AuditEvent, ...]:
    """Return events, newest first, of one subject or of all."""
    query = select(audit_events).order_by(audit_events.c.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(audit_events.c.subject == subject)
    return tuple(_make_event(row) for row in connection.execute(query).mappings())


def read_audit_page(
    connection: Connection, audit_filter: AuditFilter, *, before_id: int | None = None, limit: int = 100
) -> tuple[NumberedEvent, ...]:
    """Return the newest matching events; with `before_id`, those before that id."""
    query = select(audit_events).where(*_make_conditions(audit_filter)).order_by(audit_events.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(audit_events.c.id < before_id)
    return tuple(NumberedEvent(row["id"], _make_event(row)) for row in connection.execute(query).mappings())


def read_all_audit_events(
    connection: Connection, audit_filter: AuditFilter, *, batch_size: int = 1000
) -> Iterator[tuple[NumberedEvent, ...]]:
    """Yield all matching events, newest first, in batches."""
    before_id = None
    while part := read_audit_page(connection, audit_filter, before_id=before_id, limit=batch_size):
        yield part
        before_id = part[-1].number


def count_audit_events(connection: Connection, audit_filter: AuditFilter) -> int:
    """Count the matching events."""
    query = select(func.count()).select_from(audit_events).where(*_make_conditions(audit_filter))
    return connection.execute(query).scalar_one()


def read_audit_actions(connection: Connection) -> tuple[str, ...]:
    """Return the names of all actions in the log, in order."""
    return tuple(connection.scalars(select(audit_events.c.act).distinct().order_by(audit_events.c.act)))


def _make_conditions(audit_filter: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if audit_filter.actor:
        conditions.append(audit_events.c.who == audit_filter.actor)
    if audit_filter.action:
        conditions.append(audit_events.c.act == audit_filter.action)
    if audit_filter.subject:
        conditions.append(audit_events.c.subject.icontains(audit_filter.subject, autoescape=True))
    if audit_filter.since is not None:
        conditions.append(audit_events.c.at >= audit_filter.since)
    if audit_filter.before is not None:
        conditions.append(audit_events.c.at < audit_filter.before)
    return conditions


def _make_event(row: RowMapping) -> AuditEvent:
    return AuditEvent(
        at=row["at"],
        actor=row["who"],
        action=row["act"],
        subject=row["subject"],
        old=row["old"],
        new=row["new"],
        reason=row["why"],
    )
