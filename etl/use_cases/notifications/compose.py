"""Write the messages of notices: their receivers, channels and languages."""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from etl.database.connection import Connection, writing
from etl.database.message_records import Channel, Contact, Message, Notice, NoticeKind
from etl.database.read.accounts import find_saved_language
from etl.database.read.messages import read_contacts, read_open_notices
from etl.database.read.users import read_users
from etl.database.records import User
from etl.database.write.messages import (
    cancel_messages,
    delete_handled_before,
    insert_messages,
    mark_notices_handled,
)
from etl.indicators.vocabulary import LocalizedText, Role
from etl.locale import Locale, get_locale
from etl.queries.data_source import DataSource
from etl.settings import NotificationSettings, Settings
from etl.wording.notifications import NoticeLine, make_link, write_message

MAX_NOTICE_AGE = timedelta(days=7)
"""Notices older than this get no messages: no worker ran when they were new."""
RETENTION = timedelta(days=90)
"""How long finished messages stay in the database; the audit log stays."""

_Sites = Mapping[str, LocalizedText]


def list_channels(settings: NotificationSettings) -> tuple[Channel, ...]:
    """Return the channels that are set up."""
    switches = {
        Channel.TELEGRAM: settings.has_telegram,
        Channel.EMAIL: settings.has_mail,
        Channel.WEBHOOK: settings.has_webhook,
    }
    return tuple(channel for channel, is_on in switches.items() if is_on)


def compose_messages(source: DataSource, settings: Settings, *, now: datetime, sent_from: datetime) -> int:
    """Write the messages of all open notices in one transaction and return their number.

    Notices of one kind become one message to a person. `sent_from` is the real time at which they may be sent.
    """
    snapshot = source.find_snapshot()
    sites = {site.code: site.name for site in snapshot.plans.latest.sites} if snapshot is not None else {}
    channels = list_channels(settings.notifications)
    with writing(source.engine) as connection:
        delete_handled_before(connection, now - RETENTION)
        off = [channel for channel in Channel if channel not in channels]
        cancel_messages(connection, channels=off, now=now)
        notices = read_open_notices(connection)
        current = [notice for notice in notices if now - notice.at <= MAX_NOTICE_AGE]
        composer = _Composer(connection, sites, settings.public_address, now, sent_from)
        messages = list(composer.compose(current, channels))
        insert_messages(connection, messages)
        mark_notices_handled(connection, [notice.id for notice in notices], now=now)
    return len(messages)


class _Composer:
    """Writes messages within one transaction."""

    def __init__(
        self, connection: Connection, sites: _Sites, public_address: str, now: datetime, sent_from: datetime
    ) -> None:
        self._connection, self._sites, self._public_address = connection, sites, public_address
        self._now, self._sent_from = now, sent_from

    def compose(self, notices: Iterable[Notice], channels: Iterable[Channel]) -> Iterator[Message]:
        listed = list(notices)
        users = {user.name: user for user in read_users(self._connection) if user.active and not user.is_sample}
        contacts = read_contacts(self._connection)
        for channel in channels:
            if channel is Channel.WEBHOOK:
                reportable = [notice for notice in listed if notice.kind is not NoticeKind.TEST]
                yield from map(self._compose_webhook, reportable)
                continue
            for name, contact in contacts.items():
                if name in users:
                    yield from self._compose_for(users[name], contact, channel, listed)

    def _compose_for(
        self, user: User, contact: Contact, channel: Channel, notices: Iterable[Notice]
    ) -> Iterator[Message]:
        by_kind: dict[NoticeKind, list[Notice]] = {}
        for notice in notices:
            if contact.find_address(channel, at=notice.at) and _is_for(notice, user, channel):
                by_kind.setdefault(notice.kind, []).append(notice)
        language = find_saved_language(self._connection, user.name) or contact.language
        for kind, group in by_kind.items():
            subject, text = self._write(kind, group, get_locale(language))
            yield self._make_message(channel, user.name, kind, subject, text)

    def _write(self, kind: NoticeKind, notices: list[Notice], locale: Locale) -> tuple[str, str]:
        lines = [
            NoticeLine(
                site=self._name_site(notice.site, locale),
                quarter=notice.quarter,
                due=_get_due(notice),
                sender=notice.details.get("sender", ""),
                edition=notice.details.get("edition", ""),
            )
            for notice in notices
        ]
        path = _make_path(kind, notices)
        return write_message(kind, lines, locale, path=path, public_address=self._public_address)

    def _name_site(self, code: str, locale: Locale) -> str:
        name = self._sites.get(code)
        return f"{name.get_text(locale.language)} ({code})" if name is not None else code

    def _compose_webhook(self, notice: Notice) -> Message:
        name, due = self._sites.get(notice.site), _get_due(notice)
        path = _make_path(notice.kind, [notice])
        content = {
            "type": notice.kind.replace(" ", "."),
            "timestamp": notice.at.isoformat(),
            "data": {
                "site": notice.site or None,
                "site_name": {"en": name.en, "km": name.km} if name is not None else None,
                "quarter": str(notice.quarter) if notice.quarter is not None else None,
                "due": due.isoformat() if due is not None else None,
                "edition": notice.details.get("edition"),
                "link": make_link(self._public_address, path, get_locale("en")),
            },
        }
        text = json.dumps(content, ensure_ascii=False)
        return self._make_message(Channel.WEBHOOK, "", notice.kind, notice.kind.value, text)

    def _make_message(self, channel: Channel, recipient: str, kind: NoticeKind, subject: str, text: str) -> Message:
        return Message(
            channel=channel,
            recipient=recipient,
            kind=kind,
            subject=subject,
            text=text,
            delivery_id=f"msg_{secrets.token_hex(16)}",
            created_at=self._now,
            next_attempt_at=self._sent_from,
        )


def _is_for(notice: Notice, user: User, channel: Channel) -> bool:
    """Return whether the notice is for this person."""
    details, kind = notice.details, notice.kind
    if kind is NoticeKind.TEST:
        return bool(details["user"] == user.name and details["channel"] == channel)
    if kind is NoticeKind.RETURN_SENT_BACK:
        return bool(details["sender"] == user.name)
    if kind is NoticeKind.RETURN_SUBMITTED:
        return user.can_review and details["sender"] != user.name
    is_officer = user.role is Role.OFFICER and user.can_submit_for(notice.site)
    if kind is NoticeKind.RETURN_DUE:
        return is_officer
    if kind is NoticeKind.RETURN_OVERDUE:
        return is_officer or user.role is Role.MANAGER
    return True


def _get_due(notice: Notice) -> date | None:
    text = notice.details.get("due")
    return date.fromisoformat(text) if text else None


def _make_path(kind: NoticeKind, notices: list[Notice]) -> str:
    """Return the path of the page where the receiver goes on."""
    first = notices[0]
    if kind is NoticeKind.EDITION_PUBLISHED:
        return f"/editions/{notices[-1].details['edition']}"
    if kind is NoticeKind.RETURN_DUE and len(notices) == 1:
        return f"/staff/upload?site={first.site}"
    if kind in (NoticeKind.RETURN_SUBMITTED, NoticeKind.RETURN_SENT_BACK) and len(notices) == 1:
        return f"/staff/returns/{first.details['return']}"
    return "/staff/returns"
