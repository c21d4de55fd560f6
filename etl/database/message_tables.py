"""Tables of messages to people: notices, messages to send, addresses, and codes that link a Telegram chat."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from etl.database.column_types import EnumText, JsonText, QuarterText, UtcDateTime
from etl.database.message_records import Channel, MessageState, NoticeKind
from etl.database.plan_tables import make_text_column, metadata

notices = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", EnumText(NoticeKind), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    make_text_column("site"),
    Column("quarter", QuarterText),
    Column("details", JsonText, nullable=False),
    Column("handled_at", UtcDateTime, index=True),
)

messages = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", EnumText(Channel), nullable=False),
    make_text_column("recipient"),
    Column("kind", EnumText(NoticeKind), nullable=False),
    make_text_column("subject"),
    make_text_column("text"),
    make_text_column("delivery_id"),
    Column("state", EnumText(MessageState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    make_text_column("claimed_by"),
    Column("claimed_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    make_text_column("error"),
    Index("ix_message_state", "state", "next_attempt_at"),
)

contacts = Table(
    "contact",
    metadata,
    Column("user", Text, ForeignKey("user.name"), primary_key=True),
    make_text_column("language"),
    make_text_column("email"),
    Column("email_since", UtcDateTime),
    make_text_column("telegram_chat"),
    Column("telegram_since", UtcDateTime),
)

link_codes = Table(
    "telegram_link_code",
    metadata,
    make_text_column("code_hash", primary_key=True),
    Column("user", Text, ForeignKey("user.name"), nullable=False, unique=True),
    make_text_column("language"),
    Column("expires_at", UtcDateTime, nullable=False),
)
