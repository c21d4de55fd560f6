"""Reading the audit trail."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from etl.database.records import AuditEvent, AuditFilter, NumberedEvent
from etl.database.tables import audit_events


def read_audit_events(
    connection: Connection, *, subject: str | None = None, limit: int = 200
) -> tuple[AuditEvent, ...]:
    """The newest events first, of one subject or of all."""
    chosen = select(audit_events).order_by(audit_events.c.id.desc()).limit(limit)
    if subject is not None:
        chosen = chosen.where(audit_events.c.subject == subject)
    return tuple(_event(row) for row in connection.execute(chosen).mappings())


def read_audit_page(
    connection: Connection, audit_filter: AuditFilter, *, before_id: int | None = None, limit: int = 100
) -> tuple[NumberedEvent, ...]:
    """The newest events that are asked for, and with `below` those before that number."""
    chosen = select(audit_events).where(*_conditions(audit_filter)).order_by(audit_events.c.id.desc()).limit(limit)
    if before_id is not None:
        chosen = chosen.where(audit_events.c.id < before_id)
    return tuple(NumberedEvent(row["id"], _event(row)) for row in connection.execute(chosen).mappings())


def read_all_audit_events(
    connection: Connection, audit_filter: AuditFilter, *, batch_size: int = 1000
) -> Iterator[tuple[NumberedEvent, ...]]:
    """Every event that is asked for, newest first, a part at a time."""
    below = None
    while part := read_audit_page(connection, audit_filter, before_id=below, limit=batch_size):
        yield part
        below = part[-1].number


def count_audit_events(connection: Connection, audit_filter: AuditFilter) -> int:
    """How many events are asked for."""
    counted = select(func.count()).select_from(audit_events).where(*_conditions(audit_filter))
    return connection.execute(counted).scalar_one()


def read_audit_actions(connection: Connection) -> tuple[str, ...]:
    """Every kind of act that was ever written, by name."""
    return tuple(connection.scalars(select(audit_events.c.act).distinct().order_by(audit_events.c.act)))


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor:
        found.append(audit_events.c.who == wanted.actor)
    if wanted.action:
        found.append(audit_events.c.act == wanted.action)
    if wanted.subject:
        found.append(audit_events.c.subject.icontains(wanted.subject, autoescape=True))
    if wanted.since is not None:
        found.append(audit_events.c.at >= wanted.since)
    if wanted.before is not None:
        found.append(audit_events.c.at < wanted.before)
    return found


def _event(row: RowMapping) -> AuditEvent:
    return AuditEvent(
        at=row["at"],
        actor=row["who"],
        action=row["act"],
        subject=row["subject"],
        old=row["old"],
        new=row["new"],
        reason=row["why"],
    )
