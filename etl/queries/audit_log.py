"""Read pages of the audit log, filtered by person, action, subject and days."""

from dataclasses import dataclass

from etl.database.connection import reading
from etl.database.read.audit import count_audit_events, read_audit_actions, read_audit_page
from etl.database.read.users import read_users
from etl.database.records import AuditFilter, NumberedEvent
from etl.queries.data_source import DataSource

__all__ = ["AuditFilter", "AuditPage", "NumberedEvent", "get_audit_page"]

PAGE_SIZE = 100


@dataclass(frozen=True)
class AuditPage:
    """Events, newest first, and the values that the filter offers."""

    events: tuple[NumberedEvent, ...]
    total: int
    """How many events match the filter on all pages."""
    actions: tuple[str, ...]
    usernames: tuple[str, ...]
    next_before_id: int | None
    """Pass this as `before_id` to get the next page; None on the last page."""


def get_audit_page(
    source: DataSource, audit_filter: AuditFilter, *, before_id: int | None = None, limit: int = PAGE_SIZE
) -> AuditPage:
    """Return the newest matching events; with `before_id`, those with lower numbers."""
    with reading(source.engine) as connection:
        events = read_audit_page(connection, audit_filter, before_id=before_id, limit=limit + 1)
        return AuditPage(
            events=events[:limit],
            total=count_audit_events(connection, audit_filter),
            actions=read_audit_actions(connection),
            usernames=tuple(user.name for user in read_users(connection)),
            next_before_id=events[limit - 1].number if len(events) > limit else None,
        )
