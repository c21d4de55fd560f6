"""Reading what the sites wrote beside their numbers."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl.database.read.effective_returns import read_candidates, select_effective
from etl.database.records import ApprovalBasis
from etl.database.tables import cells, returns
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellKey


@dataclass(frozen=True, slots=True)
class SiteNote:
    """A note of a counting return on one number."""

    site: str
    quarter: Quarter
    key: CellKey
    note: str


def read_notes(
    connection: Connection, *, basis: ApprovalBasis, indicator: str, sites: Collection[str]
) -> tuple[SiteNote, ...]:
    """The notes on an indicator's numbers, the latest quarter first, then by site and key."""
    rows = connection.execute(
        select(cells.c.return_id, cells.c.part, cells.c.note)
        .where(cells.c.indicator == indicator, cells.c.note != "")
        .order_by(cells.c.part)
    ).all()
    noted = {row.return_id for row in rows}
    candidates = read_candidates(connection, returns.c.site.in_(sites)) if noted else ()
    counting = {one.id: one for one in select_effective(candidates, basis)}
    found = [
        SiteNote(counting[row.return_id].site, counting[row.return_id].quarter, CellKey(indicator, row.part), row.note)
        for row in rows
        if row.return_id in counting
    ]
    return tuple(sorted(found, key=lambda one: (-one.quarter.index, one.site, one.key.part)))
