"""The addresses of an account: an e-mail address, and a Telegram chat that is linked with a code."""

import hashlib
import re
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from etl.database.authorization import get_active_user
from etl.database.connection import Connection, Engine, reading, writing
from etl.database.message_records import Channel, Contact, Notice, NoticeKind
from etl.database.read.messages import find_contact, find_link_code, has_link_codes
from etl.database.read.users import find_user
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.messages import delete_link_code, save_contact, save_link_code, write_notice
from etl.errors import TranslatableError
from etl.locale import N_
from etl.remote.delivery import TelegramBot

__all__ = ["Channel", "Contact", "ContactError", "find_own_contact", "remove_address", "save_email", "start_linking"]

CODE_LIFETIME = timedelta(hours=1)
MAX_EMAIL_LENGTH = 254
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")


class ContactError(TranslatableError):
    """The address can't be saved."""


def find_own_contact(engine: Engine, name: str) -> Contact | None:
    """Return the addresses of an account; None without any."""
    with reading(engine) as connection:
        return find_contact(connection, name)


def save_email(engine: Engine, name: str, address: str, *, language: str, now: datetime) -> None:
    """Save the e-mail address of an account and send a message to try it. Raises ContactError."""
    address = address.strip()
    if len(address) > MAX_EMAIL_LENGTH or not _EMAIL.fullmatch(address) or ".." in address:
        raise ContactError(N_("Enter an e-mail address such as name@example.org."))
    with writing(engine) as connection:
        contact = _get_contact(connection, name, language)
        if contact.email != address:
            _store(connection, replace(contact, email=address, email_since=now), Channel.EMAIL, now)


def start_linking(engine: Engine, name: str, *, language: str, now: datetime) -> str:
    """Return a code that links the Telegram chat in which `/start CODE` is sent to the bot within an hour."""
    code = secrets.token_urlsafe(24)
    with writing(engine) as connection:
        user = get_active_user(connection, name)
        save_link_code(
            connection,
            user=user.name,
            language=language,
            code_hash=_hash(code),
            expires_at=now + CODE_LIFETIME,
        )
    return code


def remove_address(engine: Engine, name: str, channel: Channel, *, now: datetime) -> None:
    """Remove an address. Messages that wait for it are cancelled when their turn comes."""
    with writing(engine) as connection:
        contact = find_contact(connection, name)
        if contact is None or not contact.find_address(channel):
            return
        if channel is Channel.EMAIL:
            contact = replace(contact, email="", email_since=None)
        else:
            contact = replace(contact, telegram_chat="", telegram_since=None)
        save_contact(connection, contact)
        event = AuditEvent(at=now, actor=name, action="address removed", subject=f"user {name}", old=channel.value)
        write_audit_event(connection, event)


def read_telegram_links(engine: Engine, bot: TelegramBot, *, now: datetime) -> int:
    """Link the chats in which people sent their code to the bot; return how many. Asks only while a code is open."""
    with reading(engine) as connection:
        if not has_link_codes(connection, now=now):
            return 0
    linked, first = 0, 0
    while starts := bot.read_start_codes(first):
        linked += sum(_link_chat(engine, chat, code, now) for _, chat, code in starts)
        # Telegram forgets the updates once this process asks for later ones, so an interruption loses none.
        first = starts[-1][0] + 1
    return linked


def _link_chat(engine: Engine, chat: str, code: str, now: datetime) -> bool:
    """Link a chat to the account of the code; return False for an unknown code."""
    if not chat or not code:
        return False
    with writing(engine) as connection:
        owner = find_link_code(connection, _hash(code), now=now)
        user = find_user(connection, owner[0]) if owner is not None else None
        if owner is None or user is None or not user.active:
            return False
        contact = _get_contact(connection, user.name, owner[1])
        _store(connection, replace(contact, telegram_chat=chat, telegram_since=now), Channel.TELEGRAM, now)
        delete_link_code(connection, user.name)
    return True


def _get_contact(connection: Connection, name: str, language: str) -> Contact:
    user = get_active_user(connection, name)
    contact = find_contact(connection, user.name) or Contact(user=user.name, language=language)
    return replace(contact, language=language)


def _store(connection: Connection, contact: Contact, channel: Channel, now: datetime) -> None:
    """Store an address with a notice to try it and an audit event, which does not repeat the address."""
    save_contact(connection, contact)
    details = {"user": contact.user, "channel": channel.value}
    key = f"test/{secrets.token_hex(8)}"
    write_notice(connection, Notice(kind=NoticeKind.TEST, key=key, at=now, details=details))
    event = AuditEvent(
        at=now, actor=contact.user, action="address saved", subject=f"user {contact.user}", new=channel.value
    )
    write_audit_event(connection, event)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
