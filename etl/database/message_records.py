"""Records of messages to people: what happened, the messages about it, and the addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from etl.indicators.periods import Quarter


class NoticeKind(StrEnum):
    """The kinds of events that people get messages about."""

    RETURN_DUE = "return due"
    RETURN_OVERDUE = "return overdue"
    RETURN_SUBMITTED = "return submitted"
    RETURN_SENT_BACK = "return sent back"
    EDITION_PUBLISHED = "edition published"
    TEST = "test message"
    """A new address is tried out."""


class Channel(StrEnum):
    """How a message reaches its receiver."""

    TELEGRAM = "telegram"
    EMAIL = "email"
    WEBHOOK = "webhook"


class MessageState(StrEnum):
    """The state of a message. Only waiting ones are sent."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    """The process or the connection ended before the answer, and the receiver could not recognize a repetition."""
    CANCELLED = "cancelled"
    """The address or the channel was removed before the message was sent."""

    @property
    def may_be_sent_again(self) -> bool:
        """Whether an administrator may send it again."""
        return self in (MessageState.FAILED, MessageState.UNCONFIRMED)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An event that people get messages about, written in its own transaction. Each `key` is stored once."""

    kind: NoticeKind
    key: str
    at: datetime
    site: str = ""
    quarter: Quarter | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the kind needs: `return`, `sender`, `due`, `edition`, `user`, `channel`. Never a reported number."""
    id: int = 0
    """0 until the notice is stored."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message in the receiver's language."""

    channel: Channel
    recipient: str
    """The name of the account; blank for the webhook."""
    kind: NoticeKind
    subject: str
    text: str
    delivery_id: str
    created_at: datetime
    next_attempt_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredMessage(Message):
    """A stored message in its current state."""

    id: int
    state: MessageState
    attempts: int
    claimed_at: datetime | None
    finished_at: datetime | None
    error: str


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The addresses of an account; a blank one is not set up. Messages tell of what happened since."""

    user: str
    language: str
    email: str = field(default="", repr=False)
    email_since: datetime | None = None
    telegram_chat: str = field(default="", repr=False)
    telegram_since: datetime | None = None

    def find_address(self, channel: Channel, *, at: datetime | None = None) -> str:
        """Return the address of a channel, blank without one or if it was added after `at`."""
        address, since = "", None
        if channel is Channel.EMAIL:
            address, since = self.email, self.email_since
        elif channel is Channel.TELEGRAM:
            address, since = self.telegram_chat, self.telegram_since
        return "" if at is not None and since is not None and since > at else address
