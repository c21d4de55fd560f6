"""Signing in and out: passwords, sessions, and the brake on guessing, all kept in the database.

The audit log stores who signed in and from which address, and for a failed attempt the account, if it exists. Unknown
names are not stored, since people type passwords into the wrong field. Actions without an account belong to the
command line or to the first start; no account may have such a name.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from etl.database.connection import BusyError, Connection, Engine, reading, writing
from etl.database.passwords import verify_password
from etl.database.rate_limit import WINDOW, count_attempt, is_rate_limited, rate_limit_subjects, reset_attempts
from etl.database.read.sessions import find_session
from etl.database.read.users import find_user
from etl.database.records import AuditEvent, Session, User
from etl.database.write.audit import write_audit_event
from etl.database.write.sessions import (
    delete_session,
    delete_sessions_of,
    delete_sessions_unused_since,
    insert_session,
    touch_session,
)
from etl.indicators.vocabulary import Role

__all__ = [
    "MAX_SESSION_AGE",
    "WINDOW",
    "IDLE_TIMEOUT",
    "SignInResult",
    "SignInOutcome",
    "SignedInUser",
    "normalize_username",
    "find_signed_in_user",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
]

IDLE_TIMEOUT = timedelta(hours=12)
MAX_SESSION_AGE = timedelta(days=7)
_TOUCH_AFTER = timedelta(minutes=5)


class SignInOutcome(StrEnum):
    """What came of an attempt. A wrong name and a wrong password are the same."""

    SIGNED_IN = "signed_in"
    REFUSED = "refused"
    RATE_LIMITED = "too_often"


@dataclass(frozen=True)
class SignInResult:
    """The outcome, and the token for the cookie when somebody signed in."""

    outcome: SignInOutcome
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class SignedInUser:
    """Who a session belongs to. `sites` are those an officer sends for; None is all."""

    name: str
    display_name: str
    role: Role
    sites: frozenset[str] | None
    csrf_seed: str
    """What the session's CSRF token is made from."""


def normalize_username(text: str) -> str:
    """A name as accounts are found by: capitals and surrounding blanks don't count."""
    return text.strip().casefold()


def sign_in(engine: Engine, *, username: str, password: str, address: str, pepper: str, now: datetime) -> SignInResult:
    """One attempt, counted before its password is looked at, so that many at once can't slip past the brake.

    The answer and the time it takes are the same for a name that nobody has.
    """
    username = normalize_username(username)
    subjects = rate_limit_subjects(username, address, pepper)
    with writing(engine) as connection:
        if is_rate_limited(connection, subjects, now):
            return SignInResult(SignInOutcome.RATE_LIMITED)
        user = find_user(connection, username)
        count_attempt(connection, subjects, now)
        is_last = is_rate_limited(connection, subjects, now)
        delete_sessions_unused_since(connection, now - IDLE_TIMEOUT)
    stored = user.password_hash if user is not None and user.active else None
    is_right = verify_password(stored, password)
    token = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        # Read again: the account may have been closed, or its password changed, while the hash was compared.
        user = find_user(connection, username)
        if not is_right or user is None or not user.active or user.password_hash != stored:
            _note_refused(connection, user, address, is_last, now)
            return SignInResult(SignInOutcome.REFUSED)
        session = Session(
            token_hash=_hash_token(token),
            user=user.name,
            created_at=now,
            last_seen_at=now,
            csrf_seed=secrets.token_urlsafe(16),
        )
        insert_session(connection, session)
        reset_attempts(connection, subjects)
        _note(connection, "sign in", user.name, f"user {user.name}", f"from {address}", now)
    return SignInResult(SignInOutcome.SIGNED_IN, token)


def _note_refused(connection: Connection, user: User | None, address: str, is_last: bool, now: datetime) -> None:
    """A name that nobody has isn't written down: people type passwords there."""
    told = f"from {address}" + ("; no more for a quarter of an hour" if is_last else "")
    name = user.name if user is not None else ""
    _note(connection, "sign in refused", name, f"user {name}" if name else "unknown name", told, now)


def _note(connection: Connection, act: str, who: str, subject: str, new: str, now: datetime) -> None:
    write_audit_event(connection, AuditEvent(at=now, actor=who, action=act, subject=subject, new=new))


def find_signed_in_user(engine: Engine, token: str, *, now: datetime) -> SignedInUser | None:
    """Who the token's session belongs to while it holds: 12 hours since its last use, 7 days since its start."""
    token_hash = _hash_token(token)
    with reading(engine) as connection:
        session = find_session(connection, token_hash)
        if session is None or now - session.last_seen_at > IDLE_TIMEOUT or now - session.created_at > MAX_SESSION_AGE:
            return None
        user = find_user(connection, session.user)
    if user is None or not user.active:
        return None
    if now - session.last_seen_at > _TOUCH_AFTER:
        _touch(engine, token_hash, now)
    return SignedInUser(
        name=user.name,
        display_name=user.display_name or user.name,
        role=user.role,
        sites=None if user.all_sites else user.sites,
        csrf_seed=session.csrf_seed,
    )


def sign_out(engine: Engine, token: str, *, now: datetime) -> None:
    """Ends one session, on every worker at once; nothing is written down of one that had ended already."""
    with writing(engine) as connection:
        session = find_session(connection, _hash_token(token))
        if session is not None:
            delete_session(connection, session.token_hash)
            _note(connection, "sign out", session.user, f"user {session.user}", "", now)


def sign_out_everywhere(engine: Engine, username: str) -> None:
    with writing(engine) as connection:
        delete_sessions_of(connection, normalize_username(username))


def _touch(engine: Engine, token_hash: str, now: datetime) -> None:
    try:
        with writing(engine) as connection:
            touch_session(connection, token_hash, when=now)
    except BusyError:
        # Somebody else is saving; the next request notes the use as well.
        return


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
