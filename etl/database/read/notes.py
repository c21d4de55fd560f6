"""Read the notes that sites wrote next to their numbers."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl.database.read.effective_returns import read_candidates, select_effective
from etl.database.records import ApprovalBasis
from etl.database.tables import HAS_NOTE, cells, returns
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellKey


@dataclass(frozen=True, slots=True)
class SiteNote:
    """A note on one number of an effective return."""

    site: str
    quarter: Quarter
    key: CellKey
    note: str


def read_notes(
    connection: Connection, *, basis: ApprovalBasis, indicator: str, sites: Collection[str]
) -> tuple[SiteNote, ...]:
    """Return the notes on an indicator's numbers, latest quarter first, then by site and key."""
    rows = connection.execute(
        select(cells.c.return_id, cells.c.part, cells.c.note)
        .where(cells.c.indicator == indicator, HAS_NOTE)
        .order_by(cells.c.part)
    ).all()
    return_ids = {row.return_id for row in rows}
    candidates = read_candidates(connection, returns.c.site.in_(sites)) if return_ids else ()
    effective = {candidate.id: candidate for candidate in select_effective(candidates, basis)}
    notes = [
        SiteNote(
            effective[row.return_id].site, effective[row.return_id].quarter, CellKey(indicator, row.part), row.note
        )
        for row in rows
        if row.return_id in effective
    ]
    return tuple(sorted(notes, key=lambda note: (-note.quarter.index, note.site, note.key.part)))
