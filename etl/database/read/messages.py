"""Read notices, messages to send and the addresses of accounts."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select

from etl.database.message_records import Channel, Contact, MessageState, Notice, StoredMessage
from etl.database.message_tables import contacts, link_codes, messages, notices
from etl.database.tables import counters

_MESSAGE_COLUMNS = tuple(field.name for field in fields(StoredMessage))
_NOTICE_COLUMNS = tuple(notices.c[field.name] for field in fields(Notice))


def make_message(row: RowMapping) -> StoredMessage:
    """Build a message from a row of its table."""
    values: dict[str, Any] = {name: row[name] for name in _MESSAGE_COLUMNS}
    return StoredMessage(**values)


def read_open_notices(connection: Connection) -> tuple[Notice, ...]:
    """Return the notices for which no messages were written yet, oldest first."""
    query = select(*_NOTICE_COLUMNS).where(notices.c.handled_at.is_(None)).order_by(notices.c.id)
    return tuple(Notice(**row) for row in connection.execute(query).mappings())


def has_notice(connection: Connection, key: str) -> bool:
    """Return whether a notice with this key was written before."""
    return connection.execute(select(notices.c.id).where(notices.c.key == key)).first() is not None


def read_contacts(connection: Connection) -> dict[str, Contact]:
    """Return the addresses of every account that has some, by account."""
    return {row["user"]: Contact(**row) for row in connection.execute(select(contacts)).mappings()}


def find_contact(connection: Connection, user: str) -> Contact | None:
    """Find the addresses of an account."""
    row = connection.execute(select(contacts).where(contacts.c.user == user)).mappings().one_or_none()
    return None if row is None else Contact(**row)


def find_link_code(connection: Connection, code_hash: str, *, now: datetime) -> tuple[str, str] | None:
    """Find the account and language of a code that has not expired."""
    query = select(link_codes.c.user, link_codes.c.language).where(
        link_codes.c.code_hash == code_hash, link_codes.c.expires_at > now
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.user, row.language)


def has_link_codes(connection: Connection, *, now: datetime) -> bool:
    """Return whether somebody is linking a chat."""
    return (
        connection.execute(select(link_codes.c.user).where(link_codes.c.expires_at > now).limit(1)).first() is not None
    )


def read_counter(connection: Connection, name: str) -> int:
    """Return the value of a counter, 0 if it was never set."""
    return int(connection.scalar(select(counters.c.value).where(counters.c.name == name)) or 0)


def has_message_work(
    connection: Connection, *, channels: Collection[Channel], now: datetime, stale_since: datetime
) -> bool:
    """Return whether a notice or a link code waits, or a message is due or was left by a dead process."""
    if connection.execute(select(notices.c.id).where(notices.c.handled_at.is_(None)).limit(1)).first() is not None:
        return True
    is_ready = or_(is_due(channels, now), is_abandoned(stale_since))
    if connection.execute(select(messages.c.id).where(is_ready).limit(1)).first() is not None:
        return True
    return Channel.TELEGRAM in channels and has_link_codes(connection, now=now)


def is_due(channels: Collection[Channel], now: datetime) -> ColumnElement[bool]:
    """Return the condition for messages of the channels to send now."""
    is_waiting = (messages.c.state == MessageState.WAITING) & (messages.c.next_attempt_at <= now)
    return is_waiting & messages.c.channel.in_(channels)


def is_abandoned(stale_since: datetime) -> ColumnElement[bool]:
    """Return the condition for messages whose process died while it sent them."""
    return (messages.c.state == MessageState.SENDING) & (messages.c.claimed_at < stale_since)


def read_messages(connection: Connection, *, limit: int) -> tuple[StoredMessage, ...]:
    """Return the newest messages, newest first."""
    query = select(messages).order_by(messages.c.id.desc()).limit(limit)
    return tuple(make_message(row) for row in connection.execute(query).mappings())


def count_messages(connection: Connection) -> dict[MessageState, int]:
    """Return how many messages are in each state."""
    query = select(messages.c.state, func.count()).group_by(messages.c.state)
    return {row[0]: int(row[1]) for row in connection.execute(query)}
