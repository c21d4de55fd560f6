"""The returns that wait for a decision, with what a manager wants to know before approving several at once."""

from dataclasses import dataclass

from etl.database.connection import reading
from etl.database.read.confirmations import find_office_choice
from etl.database.read.evidence import read_evidence
from etl.database.read.returns import find_standing_return, read_findings, read_returns
from etl.database.records import StoredReturn
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.queries.source import NoPlanError, Source
from etl.returns.findings.finding import Severity


@dataclass(frozen=True)
class WaitingReturn:
    """One submitted return. `corrects` is the approved return whose place it would take."""

    stored: StoredReturn
    warnings: int
    evidence: int
    is_late: bool
    corrects: int | None
    is_locked: bool
    """Its quarter takes no approval until an administrator unlocks it."""


@dataclass(frozen=True)
class WaitingReturns:
    """Those that a person may decide on, by quarter and site, and how many wait for somebody else."""

    plans: Plans
    returns: tuple[WaitingReturn, ...]
    of_others: int


def waiting_returns(source: Source, *, who: str) -> WaitingReturns:
    """What waits for a manager of that name: not their own returns, unless the office lets senders approve."""
    with reading(source.engine) as connection:
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            raise NoPlanError
        waiting = read_returns(connection, states=(ReturnState.SUBMITTED,))
        lets_all = find_office_choice(connection, "own approval") == "yes"
        own = [one for one in waiting if lets_all or one.sender != who]
        found = []
        for one in own:
            standing = find_standing_return(connection, site=one.site, quarter=one.quarter)
            warned = [found for found in read_findings(connection, one.id) if found.severity is Severity.WARNING]
            calendar = snapshot.plans.in_force(one.quarter).settings.calendar
            first = one.first_submitted_at
            found.append(
                WaitingReturn(
                    one,
                    warnings=len(warned),
                    evidence=len(read_evidence(connection, one.id)),
                    is_late=first is not None and not calendar.is_on_time(one.quarter, first),
                    corrects=standing.id if standing else None,
                    is_locked=one.quarter in snapshot.locked,
                )
            )
        return WaitingReturns(snapshot.plans, tuple(found), len(waiting) - len(own))
