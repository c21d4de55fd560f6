"""The returns that are pending review, with what a manager needs to know before approving several at once."""

from dataclasses import dataclass

from etl.database.connection import Connection, reading
from etl.database.read.confirmations import find_office_setting
from etl.database.read.evidence import read_evidence
from etl.database.read.returns import find_approved_return, read_findings, read_returns
from etl.database.records import StoredReturn
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.queries.data_source import DataSource, NoPlanError
from etl.queries.snapshot import Snapshot
from etl.returns.findings.finding import Severity


@dataclass(frozen=True)
class PendingReturn:
    """One submitted return."""

    stored_return: StoredReturn
    warning_count: int
    evidence_count: int
    is_late: bool
    corrected_return_id: int | None
    """The approved return that it would supersede."""
    is_locked: bool
    """Whether the quarter is locked, so that nobody can approve the return."""


@dataclass(frozen=True)
class PendingReturns:
    """The returns that a manager may review, by quarter and site."""

    plans: Plans
    returns: tuple[PendingReturn, ...]
    others_count: int
    """How many returns only somebody else may review."""


def get_pending_returns(source: DataSource, *, username: str) -> PendingReturns:
    """Return what a manager may review: not their own returns, unless the office setting allows own approval."""
    with reading(source.engine) as connection:
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            raise NoPlanError
        submitted = read_returns(connection, states=(ReturnState.SUBMITTED,))
        allows_own = find_office_setting(connection, "own approval") == "yes"
        reviewable = [return_ for return_ in submitted if allows_own or return_.sender != username]
        returns = tuple(_make_pending_return(connection, snapshot, return_) for return_ in reviewable)
        return PendingReturns(snapshot.plans, returns, len(submitted) - len(reviewable))


def _make_pending_return(connection: Connection, snapshot: Snapshot, return_: StoredReturn) -> PendingReturn:
    approved = find_approved_return(connection, site=return_.site, quarter=return_.quarter)
    findings = read_findings(connection, return_.id)
    calendar = snapshot.plans.get_plan_in_force(return_.quarter).settings.calendar
    first = return_.first_submitted_at
    return PendingReturn(
        return_,
        warning_count=sum(1 for finding in findings if finding.severity is Severity.WARNING),
        evidence_count=len(read_evidence(connection, return_.id)),
        is_late=first is not None and not calendar.is_on_time(return_.quarter, first),
        corrected_return_id=approved.id if approved else None,
        is_locked=return_.quarter in snapshot.locked_quarters,
    )
