"""What administrators see of messages: their states and errors, not their texts or addresses."""

from dataclasses import dataclass
from datetime import UTC, datetime

from etl.database.connection import Engine, reading, writing
from etl.database.message_records import Channel, MessageState, NoticeKind, StoredMessage
from etl.database.read.messages import count_messages, read_contacts, read_messages
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.messages import requeue_message
from etl.errors import TranslatableError
from etl.locale import N_
from etl.settings import NotificationSettings
from etl.use_cases.notifications.compose import list_channels

__all__ = [
    "Channel",
    "MessageState",
    "NoticeKind",
    "Outbox",
    "OutboxError",
    "StoredMessage",
    "list_outbox",
    "send_again",
]

MAX_MESSAGES = 100


class OutboxError(TranslatableError):
    """The message can't be sent again."""


@dataclass(frozen=True)
class Outbox:
    """The newest messages, newest first, and the number of all of them by state."""

    messages: tuple[StoredMessage, ...]
    counts: dict[MessageState, int]
    channels: tuple[Channel, ...]
    """The channels that are set up."""
    people: dict[Channel, int]
    """How many accounts have an address of the channel."""


def list_outbox(engine: Engine, settings: NotificationSettings) -> Outbox:
    """Return the messages and the channels."""
    with reading(engine) as connection:
        contacts = read_contacts(connection).values()
        people = {channel: sum(bool(contact.find_address(channel)) for contact in contacts) for channel in Channel}
        messages = read_messages(connection, limit=MAX_MESSAGES)
        return Outbox(messages, count_messages(connection), list_channels(settings), people)


def send_again(engine: Engine, message_id: int, *, actor: str, now: datetime) -> None:
    """Queue a message that failed, or whose delivery is unknown, once more. OutboxError for any other."""
    with writing(engine) as connection:
        message = requeue_message(connection, message_id, now=datetime.now(UTC))
        if message is None:
            raise OutboxError(N_("This message cannot be sent again. Reload the page."))
        subject = f"user {message.recipient}" if message.recipient else message.channel.value
        event = AuditEvent(at=now, actor=actor, action="message queued again", subject=subject, new=message.kind.value)
        write_audit_event(connection, event)
