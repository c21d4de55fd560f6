"""Taking things out as files is itself an act that the audit trail keeps; so is taking out the trail."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from etl.database.connection import BusyError, Engine, reading, writing
from etl.database.read.audit import count_audit_events, read_all_audit_events
from etl.database.records import AuditEvent, AuditFilter, NumberedEvent
from etl.database.write.audit import write_audit_event
from etl.exports.audit_csv import render_audit_csv

_log = logging.getLogger(__name__)

ProgressCallback = Callable[[int, int], None]
"""How many of how many are done."""


@dataclass(frozen=True)
class AuditExport:
    """The file's text, and how many events stand in it."""

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
    """Every event that is asked for, newest first. That it was taken out, by whom and what of it, is written down."""
    found: list[NumberedEvent] = []
    with reading(engine) as connection:
        total = count_audit_events(connection, audit_filter)
        for part in read_all_audit_events(connection, audit_filter):
            found += part
            if report_progress is not None:
                report_progress(len(found), total)
    text = render_audit_csv(found)
    with writing(engine) as connection:
        told = f"{len(found)} events{_chosen(audit_filter)}"
        write_audit_event(connection, AuditEvent(at=now, actor=actor, action="export", subject="audit trail", new=told))
    return AuditExport(len(found), text)


def record_export(engine: Engine, subject: str, *, actor: str, now: datetime) -> None:
    """Writes down that somebody took figures out as a file. A busy database doesn't keep the file from them."""
    try:
        with writing(engine) as connection:
            write_audit_event(connection, AuditEvent(at=now, actor=actor, action="export", subject=subject))
    except BusyError:
        _log.warning("not written down: %s took out %s", actor, subject)


def _chosen(wanted: AuditFilter) -> str:
    """What was chosen of the trail, in words."""
    pairs = {
        "who": wanted.actor,
        "act": wanted.action,
        "subject": wanted.subject,
        "since": wanted.since.isoformat() if wanted.since else "",
        "before": wanted.before.isoformat() if wanted.before else "",
    }
    said = [f"{name} {value}" for name, value in pairs.items() if value]
    return f", {'; '.join(said)}" if said else ""
