"""What had been said by an earlier moment: the returns as they stood then, and the plans that were loaded by then."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from etl.database.read.plans import read_loaded_plans
from etl.database.records import ApprovalBasis
from etl.database.tables import cells, return_events, returns
from etl.indicators.vocabulary import CellKey, Observation, ReturnState, SiteReturn


def read_plan_versions_at(connection: Connection, moment: datetime) -> frozenset[int]:
    """The versions of the plan that had been loaded by the moment."""
    return frozenset(one.number for one in read_loaded_plans(connection) if one.loaded_at <= moment)


def read_sites_changed_since(connection: Connection, moment: datetime) -> frozenset[str]:
    """The sites of which any return took a step after the moment: what all others said stands as it did."""
    later = select(returns.c.site).join_from(return_events, returns).where(return_events.c.at > moment)
    return frozenset(connection.scalars(later.distinct()))


def read_returns_at(
    connection: Connection, moment: datetime, *, basis: ApprovalBasis, sites: Collection[str] | None = None
) -> tuple[SiteReturn, ...]:
    """The returns of the sites (None: all) that counted at the moment, one for each quarter, with what they said."""
    of_sites = [] if sites is None else [returns.c.site.in_(sites)]
    states = _states_at(connection, moment)
    wanted = [ReturnState.APPROVED] if basis == "approved" else [ReturnState.APPROVED, ReturnState.SUBMITTED]
    rows = connection.execute(select(returns).where(*of_sites).order_by(returns.c.id)).all()
    counting = {}
    for state in wanted:  # A submitted one takes the place of what stands.
        counting.update({(row.site, row.quarter): row for row in rows if states.get(row.id) is state})
    said: dict[int, list[Observation]] = {row.id: [] for row in counting.values()}
    typed = select(cells.c.return_id, cells.c.indicator, cells.c.part, cells.c.value)
    for cell in connection.execute(typed.join_from(cells, returns).where(*of_sites)):
        if cell.return_id in said:
            said[cell.return_id].append(Observation(CellKey(cell.indicator, cell.part), cell.value))
    return tuple(
        SiteReturn(
            row.site,
            row.quarter,
            row.basis,
            row.first_submitted_at or moment,
            states[row.id] is ReturnState.APPROVED,
            tuple(said[row.id]),
        )
        for row in counting.values()
    )


def _states_at(connection: Connection, moment: datetime) -> dict[int, ReturnState]:
    """The state of each return after its last step until then."""
    steps = connection.execute(
        select(return_events.c.return_id, return_events.c.new_state)
        .where(return_events.c.at <= moment)
        .order_by(return_events.c.at, return_events.c.id)
    )
    return {row.return_id: row.new_state for row in steps}
