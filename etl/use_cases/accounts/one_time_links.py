"""One-time links, which let their owner set a password. There is no other way to reset one."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.passwords import find_password_problem, hash_password
from etl.database.read.accounts import find_live_link, read_live_links
from etl.database.read.users import find_user, read_users
from etl.database.records import AuditEvent, User
from etl.database.write.accounts import insert_link, revoke_access, use_link
from etl.database.write.audit import write_audit_event
from etl.database.write.users import insert_user, update_user
from etl.errors import TranslatableError, UnknownNameError
from etl.indicators.vocabulary import Role
from etl.locale import N_

LINK_LIFETIME = timedelta(hours=24)
FIRST_START_ACTOR = "first start"
_FIRST_LINK_INTERVAL = timedelta(minutes=1)

LINK_EXPIRED = N_("This link has been used or has expired. Ask the administrator for a new one.")


class LinkError(TranslatableError):
    """The link can't be made or used."""


class UnknownAccountError(LinkError, UnknownNameError):
    """There is no account with the name of a link."""


@dataclass(frozen=True)
class Invitation:
    """The account that a link is for. The first administrator's link has no account: they choose a name."""

    name: str
    display_name: str

    @property
    def is_first_administrator(self) -> bool:
        return not self.name


def make_link_path(token: str) -> str:
    """Return the path of a link, without the prefix of the language."""
    return f"/set-password/{token}"


def make_link(engine: Engine, name: str, *, actor: str, now: datetime) -> str:
    """Make a link for an account and return its token. It works once, for a day, and replaces an unused link."""
    with writing(engine) as connection:
        user = find_user(connection, name.strip().casefold())
        if user is None:
            raise UnknownAccountError(N_("There is no account named {name}."), name=name)
        if not user.active:
            raise LinkError(N_("The account {name} is closed. Reopen it first."), name=name)
        event = AuditEvent(at=now, actor=actor, action="one-time link", subject=f"user {user.name}", new="made")
        return _insert_link(connection, user.name, event)


def make_first_link(engine: Engine, *, now: datetime) -> str | None:
    """Make a link for the first administrator and return its token.

    Returns None when there is an administrator or a link was made within the last minute: several workers start at
    once, and only one of them prints a link.
    """
    with writing(engine) as connection:
        if _has_administrator(connection):
            return None
        links = [link for link in read_live_links(connection, now=now) if not link.user]
        if any(now - link.created_at < _FIRST_LINK_INTERVAL for link in links):
            return None
        event = AuditEvent(
            at=now, actor=FIRST_START_ACTOR, action="one-time link", subject="first administrator", new="made"
        )
        return _insert_link(connection, "", event)


def find_invitation(engine: Engine, token: str, *, now: datetime) -> Invitation | None:
    """Return the invitation of a link without using it, or None for a used, expired or unknown link."""
    with reading(engine) as connection:
        return _find_invitation(connection, token, now)


def set_password_by_link(engine: Engine, token: str, password: str, *, name: str = "", now: datetime) -> str:
    """Set the password of the link's account, end its sessions and API tokens, and return its name.

    `name` is the name that the first administrator chooses. Raises LinkError for an unusable link, password or name;
    a rejected password or name doesn't use up the link.
    """
    with reading(engine) as connection:
        invitation = _find_invitation(connection, token, now)
    if invitation is None:
        raise LinkError(LINK_EXPIRED)
    account_name = invitation.name or name.strip().casefold()
    problem = find_password_problem(password, account_name)
    if problem is not None:
        text, parameters = problem
        raise LinkError(text, **parameters)
    password_hash = hash_password(password)
    with writing(engine) as connection:
        if not use_link(connection, _hash(token), now=now):
            raise LinkError(LINK_EXPIRED)
        user = find_user(connection, account_name)
        if invitation.is_first_administrator:
            _add_first_administrator(connection, account_name, user, password_hash, now)
        elif user is None or not user.active:
            raise LinkError(LINK_EXPIRED)
        else:
            update_user(connection, replace(user, password_hash=password_hash))
            revoke_access(connection, account_name)
        event = AuditEvent(
            at=now, actor=account_name, action="password set", subject=f"user {account_name}", reason="one-time link"
        )
        write_audit_event(connection, event)
    return account_name


def _add_first_administrator(
    connection: Connection, name: str, existing_user: User | None, password_hash: str, now: datetime
) -> None:
    if _has_administrator(connection):
        raise LinkError(LINK_EXPIRED)
    if not name or len(name) > 60 or not name.isprintable() or any(character in name for character in "/\\?#%<>\"'&"):
        raise LinkError(N_("Use only letters, digits, spaces and . - _ @ in the name."))
    if existing_user is not None:
        raise LinkError(N_("An account named {name} already exists."), name=name)
    user = User(name=name, display_name="", role=Role.ADMINISTRATOR, all_sites=True, password_hash=password_hash)
    insert_user(connection, user, when=now)
    event = AuditEvent(at=now, actor=FIRST_START_ACTOR, action="add user", subject=f"user {name}", new=user.role.value)
    write_audit_event(connection, event)


def _find_invitation(connection: Connection, token: str, now: datetime) -> Invitation | None:
    link = find_live_link(connection, _hash(token), now=now)
    if link is None:
        return None
    if not link.user:
        return None if _has_administrator(connection) else Invitation("", "")
    user = find_user(connection, link.user)
    return Invitation(user.name, user.display_name or user.name) if user is not None and user.active else None


def _insert_link(connection: Connection, user: str, event: AuditEvent) -> str:
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
    return any(user.active and user.role is Role.ADMINISTRATOR for user in read_users(connection))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
