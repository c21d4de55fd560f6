"""Sign in and out: passwords, sessions and rate limits, all stored in the database.

The audit log stores who signed in and from which address, and for a failed attempt the account, if it exists. Unknown
names are not stored, since people type passwords into the wrong field. Actions without an account belong to the
command line or to the first start; no account may have such a name.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from etl.database.connection import Connection, DatabaseFailureError, Engine, reading, writing
from etl.database.passwords import verify_password
from etl.database.rate_limit import (
    WINDOW,
    count_attempt,
    find_device,
    is_rate_limited,
    make_device_subjects,
    make_device_token,
    make_rate_limit_subjects,
    reset_attempts,
)
from etl.database.read.sessions import find_session
from etl.database.read.users import find_user
from etl.database.records import AuditEvent, Session, User
from etl.database.write.audit import write_audit_event
from etl.database.write.sessions import (
    delete_session,
    delete_sessions_unused_since,
    insert_session,
    touch_session,
)
from etl.indicators.vocabulary import Role

__all__ = [
    "IDLE_TIMEOUT",
    "MAX_SESSION_AGE",
    "TOUCH_INTERVAL",
    "WINDOW",
    "SignInOutcome",
    "SignInResult",
    "SignedInUser",
    "find_signed_in_user",
    "hash_token",
    "make_signed_in_user",
    "normalize_username",
    "sign_in",
    "sign_out",
]

IDLE_TIMEOUT = timedelta(hours=12)
MAX_SESSION_AGE = timedelta(days=7)
TOUCH_INTERVAL = timedelta(minutes=5)


class SignInOutcome(StrEnum):
    """The outcome of an attempt. An unknown name and a wrong password are both `REFUSED`."""

    SIGNED_IN = "signed_in"
    REFUSED = "refused"
    RATE_LIMITED = "too_often"


@dataclass(frozen=True)
class SignInResult:
    """The outcome, and the token for the session cookie after a successful attempt."""

    outcome: SignInOutcome
    token: str = ""
    device: str = ""
    """The token by which the browser is known at the next attempt; blank where it is known already."""


@dataclass(frozen=True, kw_only=True)
class SignedInUser:
    """The user of a session. `sites` are the sites that an officer reports for; None means all sites."""

    name: str
    display_name: str
    role: Role
    sites: frozenset[str] | None
    csrf_seed: str = ""
    """The seed of the session's CSRF token; blank for the user of an API token, who cannot write."""


def make_signed_in_user(user: User, csrf_seed: str = "") -> SignedInUser:
    """Return an active user with their present role and sites."""
    return SignedInUser(
        name=user.name,
        display_name=user.display_name or user.name,
        role=user.role,
        sites=None if user.all_sites else user.sites,
        csrf_seed=csrf_seed,
    )


def normalize_username(text: str) -> str:
    """Return a username as it is stored: in lower case and without surrounding spaces."""
    return text.strip().casefold()


def sign_in(
    engine: Engine,
    *,
    username: str,
    password: str,
    address: str,
    pepper: str,
    now: datetime,
    devices: Sequence[str] = (),
) -> SignInResult:
    """Try to sign in. The attempt is counted before the password is checked, so parallel attempts are limited too.

    `devices` are the tokens of the browser's earlier sign-ins: wrong attempts elsewhere don't lock out their owner. The
    response and its duration are the same for an unknown username and a wrong password.
    """
    username = normalize_username(username)
    device = find_device(devices, username, pepper)
    subjects = (
        make_device_subjects(username, device, pepper)
        if device
        else make_rate_limit_subjects(username, address, pepper)
    )
    with writing(engine) as connection:
        if is_rate_limited(connection, subjects, now):
            return SignInResult(SignInOutcome.RATE_LIMITED)
        user = find_user(connection, username)
        count_attempt(connection, subjects, now)
        is_last_attempt = is_rate_limited(connection, subjects, now)
        delete_sessions_unused_since(connection, now - IDLE_TIMEOUT)
    password_hash = user.password_hash if user is not None and user.active else None
    is_correct = verify_password(password_hash, password)
    token = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        # Read the account again: it may have changed while the hash was computed.
        user = find_user(connection, username)
        if not is_correct or user is None or not user.active or user.password_hash != password_hash:
            _log_refusal(connection, user, address, is_last_attempt, now)
            return SignInResult(SignInOutcome.REFUSED)
        session = Session(
            token_hash=hash_token(token),
            user=user.name,
            created_at=now,
            last_seen_at=now,
            csrf_seed=secrets.token_urlsafe(16),
        )
        insert_session(connection, session)
        reset_attempts(connection, subjects)
        _write_event(connection, "sign in", user.name, f"user {user.name}", f"from {address}", now)
    return SignInResult(SignInOutcome.SIGNED_IN, token, "" if device else make_device_token(username, pepper))


def _log_refusal(connection: Connection, user: User | None, address: str, is_last_attempt: bool, now: datetime) -> None:
    """Log a refused attempt, without an unknown username: people type passwords there."""
    description = f"from {address}" + ("; no more for a quarter of an hour" if is_last_attempt else "")
    name = user.name if user is not None else ""
    _write_event(connection, "sign in refused", name, f"user {name}" if name else "unknown name", description, now)


def _write_event(connection: Connection, action: str, actor: str, subject: str, new: str, now: datetime) -> None:
    write_audit_event(connection, AuditEvent(at=now, actor=actor, action=action, subject=subject, new=new))


def find_signed_in_user(engine: Engine, token: str, *, now: datetime) -> SignedInUser | None:
    """Return the user of a session token, or None when the session is unknown or has expired.

    A session ends 12 hours after its last use and 7 days after its start.
    """
    token_hash = hash_token(token)
    with reading(engine) as connection:
        session = find_session(connection, token_hash)
        if session is None or now - session.last_seen_at > IDLE_TIMEOUT or now - session.created_at > MAX_SESSION_AGE:
            return None
        user = find_user(connection, session.user)
    if user is None or not user.active:
        return None
    if now - session.last_seen_at > TOUCH_INTERVAL:
        _touch(engine, token_hash, now)
    return make_signed_in_user(user, session.csrf_seed)


def sign_out(engine: Engine, token: str, *, now: datetime) -> None:
    """End one session. Nothing is logged for a session that had ended already."""
    with writing(engine) as connection:
        session = find_session(connection, hash_token(token))
        if session is not None:
            delete_session(connection, session.token_hash)
            _write_event(connection, "sign out", session.user, f"user {session.user}", "", now)


def _touch(engine: Engine, token_hash: str, now: datetime) -> None:
    try:
        with writing(engine) as connection:
            touch_session(connection, token_hash, when=now)
    except DatabaseFailureError:
        # The next request records the use: pages stay readable while the disk is full.
        return


def hash_token(token: str) -> str:
    """Return the hash by which a random token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
