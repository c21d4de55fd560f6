"""Tables for the review of returns: confirmed warnings and office settings."""

from sqlalchemy import Column, ForeignKey, Integer, Table

from etl.database.column_types import UtcDateTime
from etl.database.plan_tables import make_text_column, metadata

confirmations = Table(
    "return_confirmation",
    metadata,
    Column("return_id", Integer, ForeignKey("return.id"), primary_key=True, autoincrement=False),
    make_text_column("code", primary_key=True),
    make_text_column("confirmed_by"),
    Column("confirmed_at", UtcDateTime, nullable=False),
)

carried_cells = Table(
    "carried_cell",
    metadata,
    Column("return_id", Integer, ForeignKey("return.id"), primary_key=True, autoincrement=False),
    make_text_column("indicator", primary_key=True),
    make_text_column("part", primary_key=True),
    Column("source_return", Integer, ForeignKey("return.id"), nullable=False),
)
"""The numbers that a return took over from an earlier one, since its table did not contain them."""

office_choices = Table(
    "office_choice",
    metadata,
    make_text_column("name", primary_key=True),
    make_text_column("value"),
    make_text_column("changed_by"),
    Column("changed_at", UtcDateTime, nullable=False),
)
