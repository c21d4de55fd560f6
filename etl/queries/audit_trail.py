"""Who did what: a page of the audit trail, chosen by person, act, subject and days."""

from dataclasses import dataclass

from etl.database.connection import reading
from etl.database.read.audit import count_audit_events, read_audit_acts, read_audit_page
from etl.database.read.users import read_users
from etl.database.records import AuditFilter, NumberedEvent
from etl.queries.source import Source

__all__ = ["AuditFilter", "AuditPage", "NumberedEvent", "audit_trail"]

ON_A_PAGE = 100


@dataclass(frozen=True)
class AuditPage:
    """Events, the newest first; what there is to choose from; where the next page begins, if there is one."""

    events: tuple[NumberedEvent, ...]
    total: int
    acts: tuple[str, ...]
    people: tuple[str, ...]
    older: int | None


def audit_trail(source: Source, wanted: AuditFilter, *, below: int | None = None, limit: int = ON_A_PAGE) -> AuditPage:
    """The newest events that are asked for, or those below a number."""
    with reading(source.engine) as connection:
        found = read_audit_page(connection, wanted, below=below, limit=limit + 1)
        return AuditPage(
            events=found[:limit],
            total=count_audit_events(connection, wanted),
            acts=read_audit_acts(connection),
            people=tuple(one.name for one in read_users(connection)),
            older=found[limit - 1].number if len(found) > limit else None,
        )
