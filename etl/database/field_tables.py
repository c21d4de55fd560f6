"""Tables of field data: the submissions of each source, and the numbers that were put into drafts."""

from sqlalchemy import Column, Index, Integer, Table, Text

from etl.database.column_types import QuarterText, UtcDateTime
from etl.database.plan_tables import make_text_column, metadata

field_submissions = Table(
    "field_submission",
    metadata,
    make_text_column("source", primary_key=True),
    make_text_column("submission", primary_key=True),
    make_text_column("usage"),
    make_text_column("fingerprint"),
    make_text_column("site"),
    Column("quarter", QuarterText),
    make_text_column("detail"),
    Column("changed_at", UtcDateTime, nullable=False),
)

field_values = Table(
    "field_value",
    metadata,
    make_text_column("source", primary_key=True),
    make_text_column("site", primary_key=True),
    Column("quarter", QuarterText, primary_key=True),
    make_text_column("key", primary_key=True),
    make_text_column("value"),
    Column("submission_count", Integer, nullable=False),
    Column("submissions", Text, nullable=False),
    Column("pulled_at", UtcDateTime, nullable=False),
    Index("ix_field_value_site_quarter", "site", "quarter"),
)
