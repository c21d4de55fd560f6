"""Who did what: a page of the audit trail, chosen by person, act, subject and days."""

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
    """Events, the newest first; what there is to choose from; where the next page begins, if there is one."""

    events: tuple[NumberedEvent, ...]
    total: int
    actions: tuple[str, ...]
    usernames: tuple[str, ...]
    next_before_id: int | None


def get_audit_page(
    source: DataSource, audit_filter: AuditFilter, *, before_id: int | None = None, limit: int = PAGE_SIZE
) -> AuditPage:
    """The newest events that are asked for, or those below a number."""
    with reading(source.engine) as connection:
        found = read_audit_page(connection, audit_filter, before_id=before_id, limit=limit + 1)
        return AuditPage(
            events=found[:limit],
            total=count_audit_events(connection, audit_filter),
            actions=read_audit_actions(connection),
            usernames=tuple(one.name for one in read_users(connection)),
            next_before_id=found[limit - 1].number if len(found) > limit else None,
        )
