"""One-time links: who follows one sets a password. They are the only way to a password that was forgotten."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.passwords import find_password_problem, hash_password
from etl.database.read.accounts import find_live_link, read_live_links
from etl.database.read.users import find_user, read_users
from etl.database.records import AuditEvent, User
from etl.database.write.accounts import insert_link, use_link
from etl.database.write.audit import write_audit_event
from etl.database.write.sessions import delete_sessions_of
from etl.database.write.users import insert_user, update_user
from etl.errors import TranslatableError
from etl.indicators.vocabulary import Role
from etl.locale import N_

LINK_LIFETIME = timedelta(hours=24)
FIRST_START_ACTOR = "first start"
_JUST_NOW = timedelta(minutes=1)


class LinkError(TranslatableError):
    """The link can't be made or used; the sentence says why."""


@dataclass(frozen=True)
class Invitation:
    """Whom a link is for. The first administrator's is for nobody yet, who chooses a name."""

    name: str
    display_name: str

    @property
    def is_first_administrator(self) -> bool:
        return not self.name


def link_path(token: str) -> str:
    """The address that the token opens, without the language's prefix."""
    return f"/set-password/{token}"


def make_link(engine: Engine, name: str, *, actor: str, now: datetime) -> str:
    """The token of a new link for the account, good for a day and once; an older unused one ends."""
    with writing(engine) as connection:
        user = find_user(connection, name.strip().casefold())
        if user is None:
            raise LinkError(N_("There is no account named {name}."), name=name)
        if not user.active:
            raise LinkError(N_("The account {name} is closed: open it first."), name=name)
        event = AuditEvent(at=now, actor=actor, action="one-time link", subject=f"user {user.name}", new="made")
        return _make(connection, user.name, event)


def make_first_link(engine: Engine, *, now: datetime) -> str | None:
    """The token of a link for the first administrator; None where one is there, or a link was made a moment ago.

    Several workers start at once, and only one of them shall print a link.
    """
    with writing(engine) as connection:
        if _has_administrator(connection):
            return None
        waiting = [one for one in read_live_links(connection, now=now) if not one.user]
        if any(now - one.created_at < _JUST_NOW for one in waiting):
            return None
        event = AuditEvent(
            at=now, actor=FIRST_START_ACTOR, action="one-time link", subject="first administrator", new="made"
        )
        return _make(connection, "", event)


def find_invitation(engine: Engine, token: str, *, now: datetime) -> Invitation | None:
    """Whom the link is for; None for one that was used, is too old or never was. Looking at it uses nothing."""
    with reading(engine) as connection:
        return _find(connection, token, now)


def set_password_by_link(engine: Engine, token: str, password: str, *, name: str = "", now: datetime) -> str:
    """The name of the account whose password is set; all its sessions end. `name` is the first administrator's choice.

    LinkError for a link that can't be used, an unfit password or name; the link then can still be used.
    """
    with reading(engine) as connection:
        invited = _find(connection, token, now)
    if invited is None:
        raise LinkError(LINK_EXPIRED)
    account = invited.name or name.strip().casefold()
    fault = find_password_problem(password, account)
    if fault is not None:
        raise LinkError(fault[0], **fault[1])
    hashed = hash_password(password)
    with writing(engine) as connection:
        if not use_link(connection, _hash(token), now=now):
            raise LinkError(LINK_EXPIRED)
        user = find_user(connection, account)
        if invited.is_first_administrator:
            _add_first(connection, account, user, hashed, now)
        elif user is None or not user.active:
            raise LinkError(LINK_EXPIRED)
        else:
            update_user(connection, replace(user, password_hash=hashed))
            delete_sessions_of(connection, account)
        event = AuditEvent(
            at=now, actor=account, action="password set", subject=f"user {account}", reason="one-time link"
        )
        write_audit_event(connection, event)
    return account


LINK_EXPIRED = N_("This link was used before, or is too old. Ask the administrator for a new one.")


def _add_first(connection: Connection, name: str, taken: User | None, hashed: str, now: datetime) -> None:
    if _has_administrator(connection):
        raise LinkError(LINK_EXPIRED)
    if not name or len(name) > 60 or not name.isprintable() or any(one in name for one in "/\\?#%<>\"'&"):
        raise LinkError(N_("A name has letters, digits, blanks and . - _ @ only."))
    if taken is not None:
        raise LinkError(N_("There is an account named {name} already."), name=name)
    user = User(name=name, display_name="", role=Role.ADMINISTRATOR, all_sites=True, password_hash=hashed)
    insert_user(connection, user, when=now)
    event = AuditEvent(at=now, actor=FIRST_START_ACTOR, action="add user", subject=f"user {name}", new=user.role.value)
    write_audit_event(connection, event)


def _find(connection: Connection, token: str, now: datetime) -> Invitation | None:
    link = find_live_link(connection, _hash(token), now=now)
    if link is None:
        return None
    if not link.user:
        return None if _has_administrator(connection) else Invitation("", "")
    user = find_user(connection, link.user)
    return Invitation(user.name, user.display_name or user.name) if user is not None and user.active else None


def _make(connection: Connection, user: str, event: AuditEvent) -> str:
    token = secrets.token_urlsafe(32)
    insert_link(
        connection,
        token_hash=_hash(token),
        user=user,
        created_by=event.actor,
        created_at=event.at,
        expires_at=event.at + LINK_LIFETIME,
    )
    write_audit_event(connection, event)
    return token


def _has_administrator(connection: Connection) -> bool:
    return any(one.active and one.role is Role.ADMINISTRATOR for one in read_users(connection))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
