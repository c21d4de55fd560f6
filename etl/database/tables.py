"""Tables of returns, figures, users and the audit log. Other tables have their own modules next to this one.

The migrations create the same schema; a test compares the two on both databases.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

import etl.database.account_tables  # registers its tables
import etl.database.field_tables  # registers its tables
import etl.database.job_tables  # registers its tables
import etl.database.message_tables  # registers its tables
import etl.database.plan_check_tables  # registers its tables
import etl.database.typed_tables  # noqa: F401  # registers its tables
from etl.database.column_types import EnumText, ExactDecimal, QuarterText, TextTuple, UtcDateTime
from etl.database.edition_tables import editions
from etl.database.plan_tables import make_text_column, metadata
from etl.database.return_tables import confirmations, office_choices
from etl.database.tally_text import TallyText
from etl.indicators.vocabulary import Basis, CellState, ReturnState, Role

__all__ = ["confirmations", "editions", "metadata", "office_choices"]

quarters = Table(
    "quarter",
    metadata,
    Column("quarter", QuarterText, primary_key=True),
    Column("locked", Boolean, nullable=False),
    make_text_column("changed_by"),
    Column("changed_at", UtcDateTime, nullable=False),
)

received_files = Table(
    "received_file",
    metadata,
    make_text_column("sha256", primary_key=True),
    make_text_column("name"),
    Column("size", Integer, nullable=False),
    Column("compressed", LargeBinary, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

_IS_SUBMITTED = text("state = 'submitted'")
_IS_APPROVED = text("state = 'approved'")
HAS_NOTE = text("note <> ''")
"""Written as text, so that databases recognize the condition of the index in that of a query."""

returns = Table(
    "return",
    metadata,
    Column("id", Integer, primary_key=True),
    make_text_column("site"),
    Column("quarter", QuarterText, nullable=False),
    Column("sha256", Text, ForeignKey("received_file.sha256"), nullable=False, index=True),
    Column("state", EnumText(ReturnState), nullable=False),
    Column("basis", EnumText(Basis), nullable=False),
    Column("plan_version", Integer, ForeignKey("plan_version.number"), nullable=False),
    make_text_column("sender"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("first_submitted_at", UtcDateTime),
    Column("submitted_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    make_text_column("approver"),
    Column("supersedes", Integer, ForeignKey("return.id")),
    Index("ix_return_site_quarter", "site", "quarter"),
    Index("uq_return_open", "site", "quarter", unique=True, sqlite_where=_IS_SUBMITTED, postgresql_where=_IS_SUBMITTED),
    Index(
        "uq_return_standing", "site", "quarter", unique=True, sqlite_where=_IS_APPROVED, postgresql_where=_IS_APPROVED
    ),
)

return_events = Table(
    "return_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("return_id", Integer, ForeignKey("return.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    make_text_column("who"),
    Column("old_state", EnumText(ReturnState)),
    Column("new_state", EnumText(ReturnState), nullable=False),
    make_text_column("comment"),
)

cells = Table(
    "cell",
    metadata,
    Column("return_id", Integer, ForeignKey("return.id"), primary_key=True, autoincrement=False),
    make_text_column("indicator", primary_key=True),
    make_text_column("part", primary_key=True),
    Column("state", EnumText(CellState), nullable=False),
    Column("value", ExactDecimal),
    make_text_column("raw"),
    make_text_column("sheet"),
    make_text_column("address"),
    make_text_column("note"),
    CheckConstraint("(state = 'reported') = (value IS NOT NULL)", name="value_if_reported"),
    Index("ix_cell_note", "indicator", sqlite_where=HAS_NOTE, postgresql_where=HAS_NOTE),
)

findings = Table(
    "finding",
    metadata,
    Column("return_id", Integer, ForeignKey("return.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    make_text_column("code"),
    make_text_column("severity"),
    make_text_column("sheet"),
    make_text_column("cell"),
    make_text_column("key"),
    Column("parameters", TextTuple, nullable=False),
    make_text_column("suggestion"),
)

rollups = Table(
    "rollup",
    metadata,
    make_text_column("basis", primary_key=True),
    make_text_column("indicator", primary_key=True),
    make_text_column("part", primary_key=True),
    make_text_column("site", primary_key=True),
    Column("quarter", QuarterText, primary_key=True),
    Column("state", EnumText(CellState), nullable=False),
    Column("value", ExactDecimal),
    Column("denominator", ExactDecimal),
    Column("covered_by", QuarterText),
    Index("ix_rollup_site_quarter", "site", "quarter"),
)

centre_rows = Table(
    "centre_row",
    metadata,
    make_text_column("basis", primary_key=True),
    make_text_column("indicator", primary_key=True),
    make_text_column("part", primary_key=True),
    Column("quarter", QuarterText, primary_key=True),
    Column("tally", TallyText, nullable=False),
    Column("version", Integer, nullable=False, index=True),
)
"""`version` is the update that wrote the row, so that a cache can read only the newer rows."""

users = Table(
    "user",
    metadata,
    make_text_column("name", primary_key=True),
    make_text_column("display_name"),
    Column("role", EnumText(Role), nullable=False),
    Column("all_sites", Boolean, nullable=False),
    make_text_column("password_hash", nullable=True),
    Column("active", Boolean, nullable=False),
    Column("is_sample", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

user_sites = Table(
    "user_site",
    metadata,
    Column("user", Text, ForeignKey("user.name"), primary_key=True),
    make_text_column("site", primary_key=True),
)

sessions = Table(
    "session",
    metadata,
    make_text_column("token_hash", primary_key=True),
    Column("user", Text, ForeignKey("user.name"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    make_text_column("csrf_seed"),
)

sign_in_attempts = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    make_text_column("subject_hash"),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_sign_in_attempt_subject_hash_at", "subject_hash", "at"),
)

audit_events = Table(
    "audit_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    make_text_column("who"),
    make_text_column("act"),
    Column("subject", Text, nullable=False, index=True),
    make_text_column("old"),
    make_text_column("new"),
    make_text_column("why"),
)

counters = Table(
    "counter",
    metadata,
    make_text_column("name", primary_key=True),
    Column("value", Integer, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("return_id", Integer, ForeignKey("return.id"), nullable=False, index=True),
    make_text_column("key"),
    make_text_column("name"),
    make_text_column("kind"),
    Column("size", Integer, nullable=False),
    make_text_column("sha256"),
    Column("data", LargeBinary, nullable=False),
    make_text_column("added_by"),
    Column("added_at", UtcDateTime, nullable=False),
)

remarks = Table(
    "remark",
    metadata,
    Column("id", Integer, primary_key=True),
    make_text_column("indicator"),
    Column("quarter", QuarterText, nullable=False),
    make_text_column("why"),
    make_text_column("agreed"),
    make_text_column("responsible"),
    Column("due", Date),
    Column("is_done", Boolean, nullable=False),
    Column("is_public", Boolean, nullable=False),
    make_text_column("written_by"),
    Column("written_at", UtcDateTime, nullable=False),
    Column("replaces", Integer, ForeignKey("remark.id")),
    Index("ix_remark_indicator_quarter", "indicator", "quarter"),
)
