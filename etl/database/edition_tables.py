"""Tables of editions: the frozen publication, its figures and files, and the numbers withheld from the public.

Triggers reject every change to a sealed edition, except while `edition_opening` holds a row for it. The audited
redaction command inserts and deletes that row in one transaction.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from etl.database.column_types import ExactDecimal, QuarterText, UtcDateTime
from etl.database.plan_tables import make_text_column, metadata

__all__ = ["edition_figures", "edition_files", "edition_openings", "edition_withheld", "editions"]

editions = Table(
    "edition",
    metadata,
    make_text_column("id", primary_key=True),
    Column("quarter", QuarterText, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("plan_version", Integer, nullable=False),
    make_text_column("replaces"),
    Column("sealed", Boolean, nullable=False),
    Column("changes", Integer, nullable=False),
    make_text_column("contents"),
)
"""`changes` counts redactions; caches compare it to detect a changed edition."""


def _make_edition_column() -> Column[str]:
    return Column("edition", Text, ForeignKey("edition.id"), primary_key=True)


edition_figures = Table(
    "edition_figure",
    metadata,
    _make_edition_column(),
    make_text_column("indicator", primary_key=True),
    make_text_column("part", primary_key=True),
    make_text_column("site", primary_key=True),
    make_text_column("period", primary_key=True),
    make_text_column("state"),
    Column("value", ExactDecimal),
    Column("numerator", ExactDecimal),
    Column("denominator", ExactDecimal),
    Column("reported", Integer, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("carried", Integer, nullable=False),
    Column("not_collected", Integer, nullable=False),
    Column("target", ExactDecimal),
    Column("baseline", ExactDecimal),
    Column("share", ExactDecimal),
    make_text_column("rule"),
    make_text_column("rating"),
    Column("over_target", Boolean, nullable=False),
    make_text_column("counted"),
    make_text_column("judged"),
)

edition_withheld = Table(
    "edition_withheld",
    metadata,
    _make_edition_column(),
    make_text_column("indicator", primary_key=True),
    make_text_column("part", primary_key=True),
    make_text_column("site", primary_key=True),
    make_text_column("period", primary_key=True),
    Column("value", ExactDecimal),
    Column("numerator", ExactDecimal),
    Column("denominator", ExactDecimal),
)
"""The true numbers of withheld figures, which protect the next edition against disclosure by differencing.

A public-only server has no right to read this table.
"""

edition_files = Table(
    "edition_file",
    metadata,
    _make_edition_column(),
    make_text_column("path", primary_key=True),
    make_text_column("language"),
    make_text_column("media_type"),
    make_text_column("etag"),
    Column("data", LargeBinary, nullable=False),
    Column("pressed", LargeBinary),
)
"""The column `pressed` holds the data compressed with brotli, where that is smaller."""

edition_openings = Table(
    "edition_opening",
    metadata,
    make_text_column("edition", primary_key=True),
)
