"""A return on its way in: kept as a draft, then submitted, and for history approved; roll-ups and traces with it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection

from etl.database.records import AuditEvent, NewReturn, TypedCell
from etl.database.rollups import refresh_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import raise_data_version
from etl.database.write.returns import (
    empty_draft,
    insert_cells,
    insert_findings,
    insert_return,
    move_return,
    supersede,
)
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.returns.findings import Finding
from etl.returns.numbers import NumberState
from etl.returns.parsed_return import ParsedReturn


def store_draft(
    connection: Connection,
    parsed: ParsedReturn,
    findings: Iterable[Finding],
    *,
    sha256: str,
    who: str,
    now: datetime,
) -> int:
    """Keeps what was read and found as a draft, which counts nowhere; its number. The file itself must be kept."""
    number = insert_return(
        connection,
        NewReturn(
            site=parsed.site,
            quarter=parsed.quarter,
            sha256=sha256,
            basis=parsed.basis,
            plan_version=parsed.plan_version,
            sender=who,
            created_at=now,
        ),
    )
    insert_cells(connection, number, list(_typed_cells(parsed)))
    insert_findings(connection, number, tuple(findings))
    return number


def renew_draft(connection: Connection, number: int, parsed: ParsedReturn, findings: Iterable[Finding]) -> None:
    """Puts what a draft's file says now in the place of what it said when it came: plan and locks move on."""
    empty_draft(connection, number, basis=parsed.basis, plan_version=parsed.plan_version)
    insert_cells(connection, number, list(_typed_cells(parsed)))
    insert_findings(connection, number, tuple(findings))


def submit_stored(
    connection: Connection,
    plans: Plans,
    number: int,
    *,
    site: str,
    quarter: Quarter,
    who: str,
    now: datetime,
    approve: bool = False,
) -> int | None:
    """Submits a draft and, with `approve`, approves it; the number of the return whose place it took."""
    superseded = _move(connection, number, ReturnState.DRAFT, ReturnState.SUBMITTED, who=who, now=now)
    if approve:
        standing = _move(connection, number, ReturnState.SUBMITTED, ReturnState.APPROVED, who=who, now=now)
        superseded = standing or superseded
    refresh_rollups(connection, plans, site=site, quarter=quarter)
    act = "return loaded and approved" if approve else "return submitted"
    event = AuditEvent(at=now, who=who, act=act, subject=f"{site} {quarter}", new=f"return {number}")
    write_audit_event(connection, event)
    raise_data_version(connection)
    return superseded


def _typed_cells(parsed: ParsedReturn) -> Iterator[TypedCell]:
    """The cells as they are kept; a blank or unreadable one is no cell."""
    for cell in parsed.cells:
        if cell.state in (NumberState.VALUE, NumberState.NOT_COLLECTED):
            yield TypedCell(cell.key, cell.value, cell.raw, cell.sheet, cell.address, cell.note)


def _move(
    connection: Connection, number: int, seen: ReturnState, new: ReturnState, *, who: str, now: datetime
) -> int | None:
    """Moves the return on, in the place of the one that holds the state; the number of that one."""
    superseded = supersede(connection, state=new, by=number, who=who, when=now)
    move_return(connection, return_id=number, seen_state=seen, new_state=new, who=who, when=now)
    return superseded
