"""Write notices, messages to send and the addresses of accounts.

A message is claimed with one conditional `UPDATE`, and every later change checks the claim.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from etl.database.message_records import (
    Channel,
    Contact,
    Message,
    MessageState,
    Notice,
    NoticeKind,
    StoredMessage,
)
from etl.database.message_tables import contacts, link_codes, messages, notices
from etl.database.read.messages import has_notice, is_abandoned, is_due, make_message
from etl.database.rows import make_row
from etl.database.tables import counters
from etl.database.write.bulk_rows import insert_rows, upsert_rows
from etl.indicators.periods import Quarter

_NOTICE_COLUMNS = ("key", "kind", "at", "site", "quarter", "details")


def write_notice(connection: Connection, notice: Notice) -> bool:
    """Write a notice in the transaction of what it tells; return False if its key was written before."""
    if has_notice(connection, notice.key):
        return False
    insert_rows(connection, notices, _NOTICE_COLUMNS, [make_notice_row(notice)])
    return True


def write_submission_notices(
    connection: Connection, returns: Iterable[tuple[int, str, Quarter, str, datetime]]
) -> None:
    """Write a notice for each newly submitted return: id, site, quarter, sender and time."""
    rows = [
        make_notice_row(
            Notice(
                kind=NoticeKind.RETURN_SUBMITTED,
                key=f"submitted/{number}",
                at=at,
                site=site,
                quarter=quarter,
                details={"return": number, "sender": sender},
            )
        )
        for number, site, quarter, sender, at in returns
    ]
    insert_rows(connection, notices, _NOTICE_COLUMNS, rows)


def make_notice_row(notice: Notice) -> tuple[object, ...]:
    """Return the notice's values in the order of its columns."""
    return notice.key, notice.kind, notice.at, notice.site, notice.quarter, dict(notice.details)


def mark_notices_handled(connection: Connection, ids: Collection[int], *, now: datetime) -> None:
    """Mark notices whose messages are written, or for which there is nobody to tell."""
    connection.execute(update(notices).where(notices.c.id.in_(ids)).values(handled_at=now))


def delete_handled_before(connection: Connection, moment: datetime) -> None:
    """Delete messages that were finished and notices that were handled before the moment."""
    connection.execute(delete(messages).where(messages.c.finished_at < moment))
    connection.execute(delete(notices).where(notices.c.handled_at < moment))


def insert_messages(connection: Connection, new_messages: Iterable[Message]) -> None:
    """Store messages to send."""
    defaults = {"state": MessageState.WAITING, "attempts": 0, "claimed_by": "", "error": ""}
    for message in new_messages:
        connection.execute(insert(messages).values({**make_row(message), **defaults}))


def claim_message(
    connection: Connection, *, channels: Collection[Channel], token: str, now: datetime
) -> StoredMessage | None:
    """Claim the message of the channels that waits longest; None if none is due."""
    due = is_due(channels, now)
    next_id = select(messages.c.id).where(due).order_by(messages.c.next_attempt_at, messages.c.id).limit(1)
    statement = (
        update(messages)
        .where(messages.c.id == next_id.scalar_subquery(), messages.c.state == MessageState.WAITING)
        .values(state=MessageState.SENDING, claimed_by=token, claimed_at=now, attempts=messages.c.attempts + 1)
        .returning(*messages.c)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else make_message(row)


def finish_message(
    connection: Connection,
    message_id: int,
    *,
    token: str,
    state: MessageState,
    now: datetime,
    error: str = "",
    next_attempt_at: datetime | None = None,
) -> bool:
    """Store the outcome of an attempt; return False if the claim was lost. A waiting message is tried again."""
    is_claimed = (messages.c.id == message_id) & (messages.c.claimed_by == token)
    values = {
        "state": state,
        "claimed_by": "",
        "error": error,
        "finished_at": None if state is MessageState.WAITING else now,
    }
    if next_attempt_at is not None:
        values["next_attempt_at"] = next_attempt_at
    statement = update(messages).where(is_claimed, messages.c.state == MessageState.SENDING).values(values)
    return connection.execute(statement).rowcount == 1


def release_abandoned(
    connection: Connection, *, stale_since: datetime, repeatable: Collection[Channel], now: datetime
) -> tuple[StoredMessage, ...]:
    """Return messages of dead processes to the queue; those of other channels become unconfirmed and are returned."""
    abandoned = is_abandoned(stale_since)
    waiting = {"state": MessageState.WAITING, "claimed_by": "", "next_attempt_at": now}
    connection.execute(update(messages).where(abandoned, messages.c.channel.in_(repeatable)).values(waiting))
    unconfirmed = {"state": MessageState.UNCONFIRMED, "claimed_by": "", "finished_at": now}
    statement = update(messages).where(abandoned).values(unconfirmed).returning(*messages.c)
    return tuple(make_message(row) for row in connection.execute(statement).mappings())


def cancel_messages(connection: Connection, *, channels: Collection[Channel], now: datetime) -> None:
    """Cancel the waiting messages of channels that are off."""
    is_waiting = (messages.c.state == MessageState.WAITING) & messages.c.channel.in_(channels)
    connection.execute(update(messages).where(is_waiting).values(state=MessageState.CANCELLED, finished_at=now))


def requeue_message(connection: Connection, message_id: int, *, now: datetime) -> StoredMessage | None:
    """Send a failed or unconfirmed message again; None for any other."""
    states = [state for state in MessageState if state.may_be_sent_again]
    statement = (
        update(messages)
        .where(messages.c.id == message_id, messages.c.state.in_(states))
        .values(state=MessageState.WAITING, attempts=0, next_attempt_at=now, finished_at=None)
        .returning(*messages.c)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else make_message(row)


def save_contact(connection: Connection, contact: Contact) -> None:
    """Store the addresses of an account instead of its former ones; delete them without any."""
    connection.execute(delete(contacts).where(contacts.c.user == contact.user))
    if contact.email or contact.telegram_chat:
        connection.execute(insert(contacts).values(make_row(contact)))


def save_link_code(connection: Connection, *, user: str, language: str, code_hash: str, expires_at: datetime) -> None:
    """Store the code with which an account links a chat, instead of an earlier one."""
    delete_link_code(connection, user)
    values = {"code_hash": code_hash, "user": user, "language": language, "expires_at": expires_at}
    connection.execute(insert(link_codes).values(values))


def delete_link_code(connection: Connection, user: str) -> None:
    """Delete the code of an account."""
    connection.execute(delete(link_codes).where(link_codes.c.user == user))


def set_counter(connection: Connection, name: str, value: int) -> None:
    """Set a counter."""
    upsert_rows(connection, counters, ("name", "value"), [(name, value)], key_count=1)
