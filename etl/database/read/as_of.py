"""Read returns and plan versions as of an earlier moment."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from etl.database.read.plans import read_loaded_plans
from etl.database.records import ApprovalBasis
from etl.database.tables import cells, return_events, returns
from etl.indicators.vocabulary import CellKey, Observation, ReturnState, SiteReturn


def read_plan_versions_at(connection: Connection, moment: datetime) -> frozenset[int]:
    """Return the plan versions that were loaded by the moment."""
    return frozenset(load.number for load in read_loaded_plans(connection) if load.loaded_at <= moment)


def read_sites_changed_since(connection: Connection, moment: datetime) -> frozenset[str]:
    """Return the sites whose returns changed after the moment; all other sites' returns are as they were."""
    later = select(returns.c.site).join_from(return_events, returns).where(return_events.c.at > moment)
    return frozenset(connection.scalars(later.distinct()))


def read_returns_at(
    connection: Connection, moment: datetime, *, basis: ApprovalBasis, sites: Collection[str] | None = None
) -> tuple[SiteReturn, ...]:
    """Return the sites' (None: all) effective returns at the moment, one per quarter, with their observations."""
    conditions = [] if sites is None else [returns.c.site.in_(sites)]
    states = _read_states(connection, moment)
    effective_states = [ReturnState.APPROVED] if basis == "approved" else [ReturnState.APPROVED, ReturnState.SUBMITTED]
    rows = connection.execute(select(returns).where(*conditions).order_by(returns.c.id)).all()
    effective = {}
    for state in effective_states:  # A submitted return overrides the approved one.
        effective.update({(row.site, row.quarter): row for row in rows if states.get(row.id) is state})
    approved = {(row.site, row.quarter) for row in rows if states.get(row.id) is ReturnState.APPROVED}
    observations: dict[int, list[Observation]] = {row.id: [] for row in effective.values()}
    values = select(cells.c.return_id, cells.c.indicator, cells.c.part, cells.c.value)
    for cell in connection.execute(values.join_from(cells, returns).where(*conditions)):
        if cell.return_id in observations:
            observations[cell.return_id].append(Observation(CellKey(cell.indicator, cell.part), cell.value))
    return tuple(
        SiteReturn(
            row.site,
            row.quarter,
            row.basis,
            row.first_submitted_at or moment,
            (row.site, row.quarter) in approved,
            tuple(observations[row.id]),
            is_correction=states[row.id] is ReturnState.SUBMITTED and (row.site, row.quarter) in approved,
        )
        for row in effective.values()
    )


def _read_states(connection: Connection, moment: datetime) -> dict[int, ReturnState]:
    """Return the state of each return at the moment."""
    steps = connection.execute(
        select(return_events.c.return_id, return_events.c.new_state)
        .where(return_events.c.at <= moment)
        .order_by(return_events.c.at, return_events.c.id)
    )
    return {row.return_id: row.new_state for row in steps}
