"""Senders of messages: Telegram bot, mail server and webhook, with the same errors."""

import base64
import hashlib
import hmac
import json
import smtplib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Any, Protocol

from etl.errors import CardecError
from etl.remote.http_client import TIMEOUT_SECONDS, HttpError, HttpResponse, make_tls_context, send_request
from etl.settings import NotificationSettings

MAX_TELEGRAM_LENGTH = 4096


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """A message to one address. `delivery_id` stays the same when it is sent again, so that receivers can tell."""

    address: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    delivery_id: str


class DeliveryError(CardecError):
    """The message was not delivered, and may be later. `is_channel_down`: other messages of the channel fail too."""

    def __init__(self, message: str, *, retry_after: float | None = None, is_channel_down: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.is_channel_down = is_channel_down


class RefusedMessageError(CardecError):
    """The receiver refused the message for good."""


class UnknownOutcomeError(CardecError):
    """The connection ended before the answer, so the message may have been delivered."""


class Sender(Protocol):
    """What delivers the messages of a channel."""

    may_repeat: bool
    """Whether receivers recognize a repeated delivery, so that an unknown outcome is tried again."""

    def send(self, message: OutgoingMessage) -> None:
        """Deliver a message. Raises DeliveryError, RefusedMessageError or UnknownOutcomeError."""


class TelegramBot:
    """A bot of Telegram, through its Bot API. It has no mark for repeated messages."""

    may_repeat = False

    def __init__(self, token: str, api_url: str) -> None:
        self._token, self._api_url = token, api_url

    def send(self, message: OutgoingMessage) -> None:
        """Send the message to a chat."""
        parameters = {
            "chat_id": message.address,
            "text": message.text[:MAX_TELEGRAM_LENGTH],
            "link_preview_options": {"is_disabled": True},
        }
        response = self._call("sendMessage", parameters)
        if response.is_success:
            return
        answer = response.parse_json()
        answer = answer if isinstance(answer, dict) else {}
        description = f"Telegram: {response.status} {answer.get('description', '')}".strip()[:200]
        if response.status in (400, 403):
            raise RefusedMessageError(description)
        hints = answer.get("parameters")
        wait = hints.get("retry_after") if isinstance(hints, dict) else None
        wait = float(wait) if isinstance(wait, int | float) else response.retry_after
        raise DeliveryError(description, retry_after=wait, is_channel_down=True)

    def read_start_codes(self, first: int) -> tuple[tuple[int, str, str], ...]:
        """Return number, chat and code of the messages to the bot from update `first` on; the code may be blank.

        Telegram forgets the updates before `first`; with 0 it sends all that it has not forgotten.
        """
        response = self._call("getUpdates", {"offset": first, "timeout": 0, "allowed_updates": ["message"]})
        answer = response.parse_json()
        updates = answer.get("result") if response.is_success and isinstance(answer, dict) else None
        if not isinstance(updates, list):
            raise DeliveryError(f"Telegram: {response.status}", is_channel_down=True)
        return tuple(start for update in updates if (start := _read_start(update)) is not None)

    def _call(self, method: str, parameters: dict[str, Any]) -> HttpResponse:
        headers, body = {"Content-Type": "application/json"}, json.dumps(parameters).encode()
        return _post(f"{self._api_url}/bot{self._token}/{method}", headers, body)


def _read_start(update: Any) -> tuple[int, str, str] | None:
    """Return number, chat and code of an update; the code is blank where it is another message."""
    try:
        number, message = int(update["update_id"]), update.get("message") or {}
        words = str(message.get("text", "")).split()
        chat = message.get("chat") or {}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    is_start = len(words) == 2 and words[0] == "/start" and chat.get("type") == "private"
    return number, str(chat.get("id", "")), words[1] if is_start else ""


class Webhook:
    """A receiver of another program, which checks signatures as in the specification of Standard Webhooks."""

    may_repeat = True

    def __init__(self, url: str, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._url, self._secret, self._clock = url, secret, clock

    def send(self, message: OutgoingMessage) -> None:
        """Post the message, which is JSON, with its id, time and signature."""
        body, timestamp = message.text.encode(), str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.delivery_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": sign_webhook(self._secret, message.delivery_id, timestamp, body),
        }
        response = _post(self._url, headers, body)
        if response.is_success:
            return
        description = f"The webhook answered {response.status}."
        if response.is_retryable:
            raise DeliveryError(description, retry_after=response.retry_after, is_channel_down=True)
        raise RefusedMessageError(description)


def sign_webhook(secret: str, delivery_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 of id, time and body, joined by points."""
    content = b".".join((delivery_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()


def _post(url: str, headers: dict[str, str], body: bytes) -> HttpResponse:
    try:
        return send_request("POST", url, headers=headers, body=body)
    except HttpError as error:
        if error.was_sent:
            raise UnknownOutcomeError(str(error)) from error
        raise DeliveryError(str(error), is_channel_down=True) from error


class MailServer:
    """A mail server, which takes messages by SMTP. A repeated message has the same Message-ID."""

    may_repeat = True

    def __init__(self, settings: NotificationSettings) -> None:
        self._settings = settings

    def send(self, message: OutgoingMessage) -> None:
        """Send the message to an address."""
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(_describe_failure(error), is_channel_down=True) from error
        try:
            server.send_message(self._compose(message))
        except smtplib.SMTPRecipientsRefused as error:
            _raise_refusal(next(iter(error.recipients.values()))[0], error)
        except smtplib.SMTPResponseException as error:
            _raise_refusal(error.smtp_code, error)
        except (OSError, smtplib.SMTPException) as error:
            raise UnknownOutcomeError(_describe_failure(error)) from error
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS, context=make_tls_context()
            )
        else:
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
        try:
            if settings.smtp_security == "starttls":
                server.starttls(context=make_tls_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _compose(self, message: OutgoingMessage) -> EmailMessage:
        sender = self._settings.mail_from
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, message.address, message.subject
        mail["Date"] = formatdate(localtime=False)
        mail["Message-ID"] = f"<{message.delivery_id}@{sender.rpartition('@')[2].rstrip('>')}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        return mail


def _raise_refusal(code: int, error: Exception) -> None:
    """Raise the error of an SMTP status: 4xx may pass later, 5xx is final."""
    if 400 <= code < 500:
        raise DeliveryError(f"The mail server answered {code}.") from error
    raise RefusedMessageError(f"The mail server answered {code}.") from error


def _describe_failure(error: Exception) -> str:
    """Return what happened without the text of the server, which may repeat an address or a password."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server answered {error.smtp_code}."
    return f"The mail server cannot be reached: {getattr(error, 'strerror', None) or type(error).__name__}."
