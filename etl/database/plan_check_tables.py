"""The table of checks of uploaded plan workbooks."""

from sqlalchemy import Column, Table

from etl.database.column_types import UtcDateTime
from etl.database.plan_tables import make_text_column, metadata

plan_checks = Table(
    "plan_check",
    metadata,
    make_text_column("sha256", primary_key=True),
    Column("checked_at", UtcDateTime, nullable=False),
    make_text_column("contents"),
)
"""`contents` is a PlanCheck as JSON."""
