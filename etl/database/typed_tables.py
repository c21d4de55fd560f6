"""Tables of returns that are typed on a page: entries not yet checked, and the origin of typed returns."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from etl.database.column_types import QuarterText, TextTuple, UtcDateTime
from etl.database.plan_tables import make_text_column, metadata

typed_drafts = Table(
    "typed_draft",
    metadata,
    make_text_column("site", primary_key=True),
    Column("quarter", QuarterText, primary_key=True),
    Column("version", Integer, nullable=False),
    make_text_column("author"),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("base_return", Integer, ForeignKey("return.id")),
    Column("return_id", Integer, ForeignKey("return.id")),
    Column("entries", Text, nullable=False),
)

typed_returns = Table(
    "typed_return",
    metadata,
    Column("return_id", Integer, ForeignKey("return.id"), primary_key=True, autoincrement=False),
    make_text_column("author"),
    Column("typed_at", UtcDateTime, nullable=False),
    Column("base_return", Integer, ForeignKey("return.id")),
    Column("changed_keys", TextTuple, nullable=False),
)
