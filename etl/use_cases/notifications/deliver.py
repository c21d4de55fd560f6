"""Deliver messages: each is claimed, sent, and its outcome stored; failures are tried again with growing waits."""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.message_records import Channel, MessageState, StoredMessage
from etl.database.read.messages import find_contact, has_message_work
from etl.database.read.users import find_user
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.messages import claim_message, finish_message, release_abandoned
from etl.queries.data_source import DataSource
from etl.remote.delivery import (
    DeliveryError,
    MailServer,
    OutgoingMessage,
    RefusedMessageError,
    Sender,
    TelegramBot,
    UnknownOutcomeError,
    Webhook,
)
from etl.settings import NotificationSettings, Settings
from etl.use_cases.notifications.compose import compose_messages, list_channels
from etl.use_cases.notifications.contacts import read_telegram_links
from etl.use_cases.notifications.reminders import needs_reminders, write_reminders

_log = logging.getLogger(__name__)

ACTOR = "notifications"
"""The actor of audit events of messages. No account may have this name."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240, 720, 1440))
"""The waits after each failed attempt; after the last one the message has failed."""
STALE_AFTER = timedelta(minutes=10)
"""A message that is being sent for longer belongs to a process that died: one attempt takes at most half of it."""

Senders = Mapping[Channel, Sender]


@dataclass(frozen=True)
class DeliveryResult:
    """What one run did."""

    sent: int = 0
    postponed: int = 0
    given_up: int = 0


def make_senders(settings: NotificationSettings) -> dict[Channel, Sender]:
    """Return the sender of each channel that is set up."""
    makers: dict[Channel, Callable[[], Sender]] = {
        Channel.TELEGRAM: lambda: TelegramBot(settings.telegram_token, settings.telegram_api_url),
        Channel.EMAIL: lambda: MailServer(settings),
        Channel.WEBHOOK: lambda: Webhook(settings.webhook_url, settings.webhook_secret),
    }
    return {channel: makers[channel]() for channel in list_channels(settings)}


def needs_notification_run(source: DataSource, settings: Settings, *, stale_after: timedelta = STALE_AFTER) -> bool:
    """Return whether there is something to tell or to send. Cheap to call often; False while no channel is set up."""
    channels = list_channels(settings.notifications)
    if not channels:
        return False
    now = datetime.now(UTC)
    with reading(source.engine) as connection:
        if has_message_work(connection, channels=channels, now=now, stale_since=now - stale_after):
            return True
    return needs_reminders(source, settings.now())


def run_notifications(
    source: DataSource,
    settings: Settings,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    stale_after: timedelta = STALE_AFTER,
) -> DeliveryResult:
    """Write today's reminders, link Telegram chats, write the messages of new notices, and deliver what is due."""
    senders = make_senders(settings.notifications)
    if not senders:
        return DeliveryResult()
    write_reminders(source, settings.now())
    bot = senders.get(Channel.TELEGRAM)
    if isinstance(bot, TelegramBot):
        try:
            read_telegram_links(source.engine, bot, now=settings.now())
        except (DeliveryError, UnknownOutcomeError) as error:
            _log.warning("chats not linked: %s", error)
    compose_messages(source, settings, now=settings.now(), sent_from=datetime.now(UTC))
    return deliver_messages(
        source.engine, senders, audit_clock=settings.now, should_stop=should_stop, stale_after=stale_after
    )


def deliver_messages(
    engine: Engine,
    senders: Senders,
    *,
    audit_clock: Callable[[], datetime],
    should_stop: Callable[[], bool] = lambda: False,
    stale_after: timedelta = STALE_AFTER,
) -> DeliveryResult:
    """Deliver every message that is due, one by one. A channel that is down is left alone until the next run."""
    _recover(engine, senders, audit_clock(), stale_after)
    channels, token = set(senders), secrets.token_hex(16)
    states: list[MessageState] = []
    while channels and not should_stop():
        with writing(engine) as connection:
            now = datetime.now(UTC)
            message = claim_message(connection, channels=channels, token=token, now=now)
            address = _find_address(connection, message) if message is not None else ""
        if message is None:
            break
        attempt = _attempt(senders[message.channel], message, address)
        if attempt.is_channel_down:
            channels.discard(message.channel)
        with writing(engine) as connection:
            _store_attempt(connection, message, attempt, token, audit_clock())
        states.append(attempt.state)
    postponed = states.count(MessageState.WAITING)
    sent = states.count(MessageState.SENT)
    return DeliveryResult(sent, postponed, len(states) - sent - postponed)


@dataclass(frozen=True)
class _Attempt:
    """The outcome of an attempt. `wait` is set for a message that is tried again."""

    state: MessageState
    error: str = ""
    wait: timedelta | None = None
    is_channel_down: bool = False


def _recover(engine: Engine, senders: Senders, audit_now: datetime, stale_after: timedelta) -> None:
    """Take over the messages of processes that died while sending."""
    repeatable = [channel for channel, sender in senders.items() if sender.may_repeat]
    now = datetime.now(UTC)
    with writing(engine) as connection:
        unconfirmed = release_abandoned(connection, stale_since=now - stale_after, repeatable=repeatable, now=now)
        for message in unconfirmed:
            _write_event(connection, message, MessageState.UNCONFIRMED, audit_now)


def _find_address(connection: Connection, message: StoredMessage) -> str:
    """Return the present address of the receiver; blank if there is none any more."""
    if message.channel is Channel.WEBHOOK:
        return "webhook"
    user, contact = find_user(connection, message.recipient), find_contact(connection, message.recipient)
    return contact.find_address(message.channel) if user is not None and user.active and contact is not None else ""


def _attempt(sender: Sender, message: StoredMessage, address: str) -> _Attempt:
    if not address:
        return _Attempt(MessageState.CANCELLED)
    outgoing = OutgoingMessage(
        address=address, subject=message.subject, text=message.text, delivery_id=message.delivery_id
    )
    try:
        sender.send(outgoing)
    except RefusedMessageError as error:
        return _Attempt(MessageState.FAILED, str(error))
    except DeliveryError as error:
        return _postpone(message, str(error), error.retry_after, error.is_channel_down)
    except UnknownOutcomeError as error:
        if sender.may_repeat:
            return _postpone(message, str(error), None, True)
        return _Attempt(MessageState.UNCONFIRMED, str(error), is_channel_down=True)
    except Exception as error:
        # An error of one message must not stop the others.
        _log.exception("message %s", message.id)
        return _Attempt(MessageState.FAILED, type(error).__name__)
    return _Attempt(MessageState.SENT)


def _postpone(message: StoredMessage, error: str, retry_after: float | None, is_channel_down: bool) -> _Attempt:
    if message.attempts > len(WAITS):
        return _Attempt(MessageState.FAILED, error, is_channel_down=is_channel_down)
    wait = WAITS[message.attempts - 1]
    if retry_after is not None:
        wait = max(min(timedelta(seconds=retry_after), WAITS[-1]), timedelta(seconds=1))
    return _Attempt(MessageState.WAITING, error, wait, is_channel_down)


def _store_attempt(
    connection: Connection, message: StoredMessage, attempt: _Attempt, token: str, audit_now: datetime
) -> None:
    now = datetime.now(UTC)
    is_stored = finish_message(
        connection,
        message.id,
        token=token,
        state=attempt.state,
        now=now,
        error=attempt.error,
        next_attempt_at=now + attempt.wait if attempt.wait is not None else None,
    )
    if is_stored and attempt.state is not MessageState.WAITING:
        _write_event(connection, message, attempt.state, audit_now)


def _write_event(connection: Connection, message: StoredMessage, state: MessageState, now: datetime) -> None:
    """Record the end of a message: whom it was for and what it was about, not its text or address."""
    subject = f"user {message.recipient}" if message.recipient else message.channel.value
    old, new = message.channel.value, message.kind.value
    event = AuditEvent(at=now, actor=ACTOR, action="message not sent", subject=subject, old=old, new=new, reason=state)
    if state is MessageState.SENT:
        event = AuditEvent(at=now, actor=ACTOR, action="message sent", subject=subject, old=old, new=new)
    write_audit_event(connection, event)
