"""Read the effective return of each site and quarter: the input of every figure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, select

from etl.database.records import ApprovalBasis
from etl.database.tables import cells, returns
from etl.indicators.periods import Quarter
from etl.indicators.received_returns import ReceivedReturn
from etl.indicators.vocabulary import (
    Basis,
    CellKey,
    Observation,
    ReturnState,
    SiteReturn,
)

_EFFECTIVE_STATES: dict[ApprovalBasis, tuple[ReturnState, ...]] = {
    "approved": (ReturnState.APPROVED,),
    "submitted": (ReturnState.APPROVED, ReturnState.SUBMITTED),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A submitted or approved return; one candidate per site and quarter is effective."""

    id: int
    site: str
    quarter: Quarter
    state: ReturnState
    basis: Basis
    first_submitted: datetime
    is_correction: bool = False
    """Whether it is submitted while another return of the quarter is approved."""

    @property
    def is_approved(self) -> bool:
        return self.state is ReturnState.APPROVED

    @property
    def is_quarter_approved(self) -> bool:
        """Whether the quarter has an approved return: this one, or the one that it corrects."""
        return self.is_approved or self.is_correction

    def make_receipt(self) -> ReceivedReturn:
        """Return the core's receipt of the return."""
        return ReceivedReturn(
            self.site, self.quarter, self.first_submitted, self.is_quarter_approved, is_correction=self.is_correction
        )


_CANDIDATE_COLUMNS = (
    returns.c.id,
    returns.c.site,
    returns.c.quarter,
    returns.c.state,
    returns.c.basis,
    returns.c.first_submitted_at,
)


def read_candidates(connection: Connection, *where: ColumnElement[bool]) -> tuple[Candidate, ...]:
    """Return the submitted and approved returns that match the conditions, in order of quarter."""
    rows = connection.execute(
        select(*_CANDIDATE_COLUMNS)
        .where(returns.c.state.in_(_EFFECTIVE_STATES["submitted"]), *where)
        .order_by(returns.c.quarter, returns.c.site)
    )
    return tuple(Candidate(*row) for row in rows)


def read_site_history(
    connection: Connection, *where: ColumnElement[bool]
) -> tuple[tuple[Candidate, ...], dict[Quarter, datetime]]:
    """Return the submitted and approved returns of a site, and when it first submitted each quarter.

    Withdrawn returns are ignored.
    """
    rows = connection.execute(
        select(*_CANDIDATE_COLUMNS).where(returns.c.state != ReturnState.WITHDRAWN, *where).order_by(returns.c.quarter)
    )
    candidates: list[Candidate] = []
    first_submissions: dict[Quarter, datetime] = {}
    for candidate in (Candidate(*row) for row in rows):
        if candidate.state in _EFFECTIVE_STATES["submitted"]:
            candidates.append(candidate)
        # Drafts were never submitted.
        if candidate.first_submitted is not None:
            first_submissions[candidate.quarter] = min(
                candidate.first_submitted, first_submissions.get(candidate.quarter, candidate.first_submitted)
            )
    return tuple(candidates), first_submissions


def select_effective(candidates: Iterable[Candidate], basis: ApprovalBasis) -> tuple[Candidate, ...]:
    """Select one return per site and quarter: the approved one; on basis `submitted`, a submitted one comes first."""
    effective: dict[tuple[str, Quarter], Candidate] = {}
    for candidate in candidates:
        key = (candidate.site, candidate.quarter)
        if candidate.state in _EFFECTIVE_STATES[basis]:
            effective[key] = _merge_candidates(effective[key], candidate) if key in effective else candidate
    return tuple(effective.values())


def _merge_candidates(first: Candidate, second: Candidate) -> Candidate:
    """Return the submitted one of a quarter's submitted and approved return, marked as a correction."""
    return replace(first if second.is_approved else second, is_correction=True)


def read_observations(connection: Connection, *where: ColumnElement[bool]) -> dict[int, list[Observation]]:
    """Return the observations of the submitted and approved returns that match the conditions, by return id."""
    rows = connection.execute(
        select(cells.c.return_id, cells.c.indicator, cells.c.part, cells.c.value)
        .join_from(cells, returns)
        .where(returns.c.state.in_(_EFFECTIVE_STATES["submitted"]), *where)
    )
    observations: dict[int, list[Observation]] = {}
    for return_id, indicator, part, value in rows:
        observations.setdefault(return_id, []).append(Observation(CellKey(indicator, part), value))
    return observations


def make_site_return(candidate: Candidate, observations: Iterable[Observation]) -> SiteReturn:
    """Convert a candidate to the core's SiteReturn."""
    return SiteReturn(
        candidate.site,
        candidate.quarter,
        candidate.basis,
        candidate.first_submitted,
        candidate.is_quarter_approved,
        tuple(observations),
        is_correction=candidate.is_correction,
    )


def read_site_returns(
    connection: Connection,
    site: str,
    *,
    basis: ApprovalBasis,
    first: Quarter | None = None,
    last: Quarter | None = None,
) -> list[SiteReturn]:
    """Return the site's effective returns from first to last quarter (None: unbounded), in order."""
    where = make_site_conditions(site, first, last)
    observations = read_observations(connection, *where)
    effective = select_effective(read_candidates(connection, *where), basis)
    return [make_site_return(candidate, observations.get(candidate.id, ())) for candidate in effective]


def read_effective_values(
    connection: Connection, *, site: str, quarter: Quarter, basis: ApprovalBasis
) -> dict[CellKey, Decimal]:
    """Return the typed values of the effective return of a quarter; forms show them as previous values."""
    site_returns = read_site_returns(connection, site, basis=basis, first=quarter, last=quarter)
    return {
        observation.key: observation.value
        for site_return in site_returns
        for observation in site_return.observations
        if observation.value is not None
    }


def make_site_conditions(site: str, first: Quarter | None, last: Quarter | None) -> list[ColumnElement[bool]]:
    """Return the conditions for the site's returns from first to last quarter (None: unbounded)."""
    where = [returns.c.site == site]
    if first is not None:
        where.append(returns.c.quarter >= first)
    if last is not None:
        where.append(returns.c.quarter <= last)
    return where
