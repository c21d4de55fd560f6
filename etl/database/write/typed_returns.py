"""Write entries that are typed on a page, and the origin of typed returns."""

from sqlalchemy import Connection, delete, insert, update

from etl.database.dataclass_json import dump_dataclass
from etl.database.records import TypedDraft, TypedReturn
from etl.database.rows import make_row
from etl.database.typed_tables import typed_drafts, typed_returns
from etl.indicators.periods import Quarter


def save_draft_entries(connection: Connection, draft: TypedDraft) -> None:
    """Store the entries instead of those of the same site and quarter."""
    is_match = (typed_drafts.c.site == draft.site, typed_drafts.c.quarter == draft.quarter)
    connection.execute(delete(typed_drafts).where(*is_match))
    connection.execute(insert(typed_drafts).values({**make_row(draft), "entries": dump_dataclass(draft.entries)}))


def set_draft_return(connection: Connection, *, site: str, quarter: Quarter, return_id: int) -> None:
    """Store which return was made of the entries of a site and quarter."""
    is_match = (typed_drafts.c.site == site, typed_drafts.c.quarter == quarter)
    connection.execute(update(typed_drafts).where(*is_match).values(return_id=return_id))


def insert_typed_return(connection: Connection, typed: TypedReturn) -> None:
    """Store the origin of a return that was typed on the page."""
    connection.execute(insert(typed_returns).values(make_row(typed)))
