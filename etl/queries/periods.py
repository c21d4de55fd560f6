"""The plan's quarters: when each ends and is due, how many returns are in, and whether it is locked."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.database.connection import reading
from etl.database.read.audit import read_audit_events
from etl.database.read.locks import read_lock_changes
from etl.database.records import AuditEvent
from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.results import ReportingRate
from etl.queries.data_source import DataSource
from etl.queries.reporting_status import GridStatus, get_overall_rate
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class LockChange:
    """Who locked or unlocked a quarter last, when and why."""

    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class PlanQuarter:
    quarter: Quarter
    end: date
    due: date
    has_ended: bool
    reporting_rate: ReportingRate
    pending_count: int
    """Returns that nobody has decided on; once the quarter is locked, none of them can be approved."""
    is_locked: bool
    lock_change: LockChange | None


def list_plan_quarters(source: DataSource, scope: QueryScope) -> tuple[PlanQuarter, ...]:
    """Every quarter of every plan, the latest first, by the plan in force in it."""
    with reading(source.engine) as connection:
        changes = {
            quarter: LockChange(who, at, _why(read_audit_events(connection, subject=str(quarter), limit=20)))
            for quarter, (who, at) in read_lock_changes(connection).items()
        }
    settings = [version.plan.settings for version in scope.snapshot.plans.versions]
    first = min(one.first_quarter for one in settings)
    last = max(one.last_quarter for one in settings)
    return tuple(_quarter(scope, one, changes) for one in reversed(list(quarters_between(first, last))))


def _why(events: tuple[AuditEvent, ...]) -> str:
    return next((one.reason for one in events if one.action in ("quarter locked", "quarter unlocked")), "")


def _quarter(scope: QueryScope, quarter: Quarter, changes: dict[Quarter, LockChange]) -> PlanQuarter:
    calendar = scope.snapshot.plans.plan_in_force(quarter).settings.calendar
    waiting = [
        one for one in scope.snapshot.returns if one.quarter == quarter and one.state == GridStatus.SUBMITTED.value
    ]
    return PlanQuarter(
        quarter=quarter,
        end=calendar.end(quarter),
        due=calendar.due(quarter),
        has_ended=calendar.has_ended(quarter, scope.today),
        reporting_rate=get_overall_rate(scope, quarter),
        pending_count=len(waiting),
        is_locked=quarter in scope.snapshot.locked_quarters,
        lock_change=changes.get(quarter),
    )
