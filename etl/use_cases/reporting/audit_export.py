"""Export the audit log as CSV, and record exports in the audit log."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from etl.database.connection import Engine, reading, writing
from etl.database.read.audit import count_audit_events, read_all_audit_events
from etl.database.records import AuditEvent, AuditFilter, NumberedEvent
from etl.database.write.audit import write_audit_event
from etl.exports.audit_csv import render_audit_csv

ProgressCallback = Callable[[int, int], None]
"""A function called with the number of events done and their total."""


@dataclass(frozen=True)
class AuditExport:
    """The exported CSV text and its number of events."""

    event_count: int
    text: str = field(repr=False)


def export_audit_log(
    engine: Engine,
    audit_filter: AuditFilter,
    *,
    actor: str,
    now: datetime,
    report_progress: ProgressCallback | None = None,
) -> AuditExport:
    """Export the matching events, newest first, and record the export itself."""
    events: list[NumberedEvent] = []
    with reading(engine) as connection:
        total = count_audit_events(connection, audit_filter)
        for batch in read_all_audit_events(connection, audit_filter):
            events += batch
            if report_progress is not None:
                report_progress(len(events), total)
    text = render_audit_csv(events)
    with writing(engine) as connection:
        description = f"{len(events)} events{_describe_filter(audit_filter)}"
        write_audit_event(
            connection, AuditEvent(at=now, actor=actor, action="export", subject="audit log", new=description)
        )
    return AuditExport(len(events), text)


def record_export(engine: Engine, subject: str, *, actor: str, now: datetime) -> None:
    """Record that a user exported figures as a file. What can't be recorded is refused: BusyError and others."""
    with writing(engine) as connection:
        write_audit_event(connection, AuditEvent(at=now, actor=actor, action="export", subject=subject))


def _describe_filter(audit_filter: AuditFilter) -> str:
    criteria = {
        "who": audit_filter.actor,
        "act": audit_filter.action,
        "subject": audit_filter.subject,
        "since": audit_filter.since.isoformat() if audit_filter.since else "",
        "before": audit_filter.before.isoformat() if audit_filter.before else "",
    }
    parts = [f"{name} {value}" for name, value in criteria.items() if value]
    return f", {'; '.join(parts)}" if parts else ""
