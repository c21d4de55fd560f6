"""The returns that wait for a decision, with what a manager wants to know before approving several at once."""

from dataclasses import dataclass

from etl.database.connection import reading
from etl.database.read.confirmations import find_office_setting
from etl.database.read.evidence import read_evidence
from etl.database.read.returns import find_approved_return, read_findings, read_returns
from etl.database.records import StoredReturn
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.queries.data_source import DataSource, NoPlanError
from etl.returns.findings.finding import Severity


@dataclass(frozen=True)
class PendingReturn:
    """One submitted return. `corrects` is the approved return whose place it would take."""

    stored_return: StoredReturn
    warning_count: int
    evidence_count: int
    is_late: bool
    corrected_return_id: int | None
    is_locked: bool
    """Its quarter takes no approval until an administrator unlocks it."""


@dataclass(frozen=True)
class PendingReturns:
    """Those that a person may decide on, by quarter and site, and how many wait for somebody else."""

    plans: Plans
    returns: tuple[PendingReturn, ...]
    others_count: int


def get_pending_returns(source: DataSource, *, username: str) -> PendingReturns:
    """What waits for a manager of that name: not their own returns, unless the office lets senders approve."""
    with reading(source.engine) as connection:
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            raise NoPlanError
        waiting = read_returns(connection, states=(ReturnState.SUBMITTED,))
        lets_all = find_office_setting(connection, "own approval") == "yes"
        own = [one for one in waiting if lets_all or one.sender != username]
        found = []
        for one in own:
            standing = find_approved_return(connection, site=one.site, quarter=one.quarter)
            warned = [found for found in read_findings(connection, one.id) if found.severity is Severity.WARNING]
            calendar = snapshot.plans.plan_in_force(one.quarter).settings.calendar
            first = one.first_submitted_at
            found.append(
                PendingReturn(
                    one,
                    warning_count=len(warned),
                    evidence_count=len(read_evidence(connection, one.id)),
                    is_late=first is not None and not calendar.is_on_time(one.quarter, first),
                    corrected_return_id=standing.id if standing else None,
                    is_locked=one.quarter in snapshot.locked_quarters,
                )
            )
        return PendingReturns(snapshot.plans, tuple(found), len(waiting) - len(own))
