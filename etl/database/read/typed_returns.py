"""Read entries that are typed on a page, and which returns were typed."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from etl.database.dataclass_json import load_dataclass
from etl.database.records import TypedDraft, TypedReturn
from etl.database.typed_tables import typed_drafts, typed_returns
from etl.indicators.periods import Quarter
from etl.returns.typed_entries import TypedEntries


def find_typed_draft(connection: Connection, *, site: str, quarter: Quarter) -> TypedDraft | None:
    """Find the entries of a site and quarter; there is at most one draft."""
    is_match = (typed_drafts.c.site == site, typed_drafts.c.quarter == quarter)
    row = connection.execute(select(typed_drafts).where(*is_match)).mappings().one_or_none()
    if row is None:
        return None
    return TypedDraft(**{**row, "entries": load_dataclass(TypedEntries, row["entries"])})


def read_typed_returns(connection: Connection, return_ids: Collection[int]) -> dict[int, TypedReturn]:
    """Return the origin of each of the returns that was typed on the page, by id."""
    rows = connection.execute(select(typed_returns).where(typed_returns.c.return_id.in_(return_ids))).mappings()
    return {row["return_id"]: TypedReturn(**row) for row in rows}
