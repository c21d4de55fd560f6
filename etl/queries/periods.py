"""The plan's quarters: end, due date, reporting rate and lock of each."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.database.connection import reading
from etl.database.read.audit import read_audit_events
from etl.database.read.locks import read_lock_changes
from etl.database.records import AuditEvent
from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.results import ReportingRate
from etl.queries.data_source import DataSource
from etl.queries.reporting_status import GridStatus, get_overall_rate
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class LockChange:
    """The last time that somebody locked or unlocked a quarter."""

    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class PlanQuarter:
    """One quarter with its returns and its lock."""

    quarter: Quarter
    end: date
    due: date
    has_ended: bool
    reporting_rate: ReportingRate
    pending_count: int
    """Returns that are pending review. Nobody can approve them while the quarter is locked."""
    is_locked: bool
    lock_change: LockChange | None


def list_plan_quarters(source: DataSource, scope: QueryScope) -> tuple[PlanQuarter, ...]:
    """Return every quarter of every version of the plan, latest first, by the plan in force in it."""
    with reading(source.engine) as connection:
        changes = {
            quarter: LockChange(
                actor, at, _find_lock_reason(read_audit_events(connection, subject=str(quarter), limit=20))
            )
            for quarter, (actor, at) in read_lock_changes(connection).items()
        }
    all_settings = [version.plan.settings for version in scope.snapshot.plans.versions]
    first = min(settings.first_quarter for settings in all_settings)
    last = max(settings.last_quarter for settings in all_settings)
    return tuple(
        _make_plan_quarter(scope, quarter, changes) for quarter in reversed(list(list_quarters_between(first, last)))
    )


def _find_lock_reason(events: tuple[AuditEvent, ...]) -> str:
    return next((event.reason for event in events if event.action in ("quarter locked", "quarter unlocked")), "")


def _make_plan_quarter(scope: QueryScope, quarter: Quarter, changes: dict[Quarter, LockChange]) -> PlanQuarter:
    calendar = scope.snapshot.plans.get_plan_in_force(quarter).settings.calendar
    pending_count = sum(
        1
        for active in scope.snapshot.returns
        if active.quarter == quarter and active.state == GridStatus.SUBMITTED.value
    )
    return PlanQuarter(
        quarter=quarter,
        end=calendar.get_end_date(quarter),
        due=calendar.get_due_date(quarter),
        has_ended=calendar.has_ended(quarter, scope.today),
        reporting_rate=get_overall_rate(scope, quarter),
        pending_count=pending_count,
        is_locked=quarter in scope.snapshot.locked_quarters,
        lock_change=changes.get(quarter),
    )
