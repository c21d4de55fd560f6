"""Which return counts for a site and quarter, and what it says: the input of every figure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, select

from etl.database.records import ApprovalBasis
from etl.database.tables import cells, returns
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import (
    Basis,
    CellKey,
    Observation,
    ReceivedReturn,
    ReturnState,
    SiteReturn,
)

_COUNTING_STATES: dict[ApprovalBasis, tuple[ReturnState, ...]] = {
    "approved": (ReturnState.APPROVED,),
    "submitted": (ReturnState.APPROVED, ReturnState.SUBMITTED),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A submitted or approved return, of which one counts for each site and quarter."""

    id: int
    site: str
    quarter: Quarter
    state: ReturnState
    basis: Basis
    first_submitted: datetime

    @property
    def is_approved(self) -> bool:
        return self.state is ReturnState.APPROVED


_CANDIDATE = (
    returns.c.id,
    returns.c.site,
    returns.c.quarter,
    returns.c.state,
    returns.c.basis,
    returns.c.first_submitted_at,
)


def read_candidates(connection: Connection, *where: ColumnElement[bool]) -> tuple[Candidate, ...]:
    """The submitted and approved returns that fulfil the conditions, in order of quarter."""
    rows = connection.execute(
        select(*_CANDIDATE)
        .where(returns.c.state.in_(_COUNTING_STATES["submitted"]), *where)
        .order_by(returns.c.quarter, returns.c.site)
    )
    return tuple(Candidate(*row) for row in rows)


def read_site_history(
    connection: Connection, *where: ColumnElement[bool]
) -> tuple[tuple[Candidate, ...], dict[Quarter, datetime]]:
    """The same of one site, and when it first submitted each quarter: a withdrawn return says nothing of that."""
    rows = connection.execute(
        select(*_CANDIDATE).where(returns.c.state != ReturnState.WITHDRAWN, *where).order_by(returns.c.quarter)
    )
    candidates: list[Candidate] = []
    first: dict[Quarter, datetime] = {}
    for one in (Candidate(*row) for row in rows):
        if one.state in _COUNTING_STATES["submitted"]:
            candidates.append(one)
        # One that was never submitted, a draft, has no such moment.
        if one.first_submitted is not None:
            first[one.quarter] = min(one.first_submitted, first.get(one.quarter, one.first_submitted))
    return tuple(candidates), first


def select_effective(candidates: Iterable[Candidate], basis: ApprovalBasis) -> tuple[Candidate, ...]:
    """One return for each site and quarter: the approved one, or on the basis `submitted` the open one before it."""
    chosen: dict[tuple[str, Quarter], Candidate] = {}
    for one in candidates:
        place = (one.site, one.quarter)
        if one.state in _COUNTING_STATES[basis] and (place not in chosen or not one.is_approved):
            chosen[place] = one
    return tuple(chosen.values())


def read_observations(connection: Connection, *where: ColumnElement[bool]) -> dict[int, list[Observation]]:
    """What the submitted and approved returns that fulfil the conditions say, by the return's number."""
    rows = connection.execute(
        select(cells.c.return_id, cells.c.indicator, cells.c.part, cells.c.value)
        .join_from(cells, returns)
        .where(returns.c.state.in_(_COUNTING_STATES["submitted"]), *where)
    )
    found: dict[int, list[Observation]] = {}
    for return_id, indicator, part, value in rows:
        found.setdefault(return_id, []).append(Observation(CellKey(indicator, part), value))
    return found


def to_site_return(candidate: Candidate, observations: Iterable[Observation]) -> SiteReturn:
    """The return as the core takes it."""
    return SiteReturn(
        candidate.site,
        candidate.quarter,
        candidate.basis,
        candidate.first_submitted,
        candidate.is_approved,
        tuple(observations),
    )


def read_site_returns(
    connection: Connection,
    site: str,
    *,
    basis: ApprovalBasis,
    first: Quarter | None = None,
    last: Quarter | None = None,
) -> list[SiteReturn]:
    """What counts of a site, from first to last quarter (None: from the beginning, to the end), in order."""
    where = site_conditions(site, first, last)
    said = read_observations(connection, *where)
    counting = select_effective(read_candidates(connection, *where), basis)
    return [to_site_return(one, said.get(one.id, ())) for one in counting]


def read_received_returns(
    connection: Connection, *, basis: ApprovalBasis, sites: Collection[str] | None = None
) -> list[ReceivedReturn]:
    """Which returns stand, since when, and whether they are approved."""
    where = [] if sites is None else [returns.c.site.in_(sites)]
    counting = select_effective(read_candidates(connection, *where), basis)
    return [ReceivedReturn(one.site, one.quarter, one.first_submitted, one.is_approved) for one in counting]


def read_effective_values(
    connection: Connection, *, site: str, quarter: Quarter, basis: ApprovalBasis
) -> dict[CellKey, Decimal]:
    """The numbers that the counting return of a quarter holds, as typed: what a form shows as the last ones."""
    found = read_site_returns(connection, site, basis=basis, first=quarter, last=quarter)
    return {said.key: said.value for one in found for said in one.observations if said.value is not None}


def site_conditions(site: str, first: Quarter | None, last: Quarter | None) -> list[ColumnElement[bool]]:
    """The condition for the returns of a site, from first to last quarter (None: from the beginning, to the end)."""
    where = [returns.c.site == site]
    if first is not None:
        where.append(returns.c.quarter >= first)
    if last is not None:
        where.append(returns.c.quarter <= last)
    return where
