"""Tables of one-time links, API tokens and of each user's preferences."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from etl.database.column_types import UtcDateTime
from etl.database.plan_tables import make_text_column, metadata

one_time_links = Table(
    "one_time_link",
    metadata,
    make_text_column("token_hash", primary_key=True),
    # Blank: the link creates the first administrator's account.
    Column("user", Text, nullable=False, index=True),
    make_text_column("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

user_choices = Table(
    "user_choice",
    metadata,
    Column("user", Text, ForeignKey("user.name"), primary_key=True),
    make_text_column("language"),
)

api_tokens = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("user", Text, ForeignKey("user.name"), nullable=False, index=True),
    make_text_column("name"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
)
