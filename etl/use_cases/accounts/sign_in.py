"""Signing in and out: passwords, sessions, and the brake on guessing, all kept in the database."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from etl.database.brake import BRAKE, brake_subjects, count_attempt, forget_attempts, is_too_often
from etl.database.connection import BusyError, Connection, Engine, reading, writing
from etl.database.passwords import is_right_password
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
    "AT_MOST",
    "BRAKE",
    "IDLE",
    "Attempt",
    "Outcome",
    "SignedIn",
    "account_name",
    "find_signed_in",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
]

IDLE = timedelta(hours=12)
AT_MOST = timedelta(days=7)
_TOUCH_AFTER = timedelta(minutes=5)


class Outcome(StrEnum):
    """What came of an attempt. A wrong name and a wrong password are the same."""

    SIGNED_IN = "signed_in"
    REFUSED = "refused"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True)
class Attempt:
    """The outcome, and the token for the cookie when somebody signed in."""

    outcome: Outcome
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who a session belongs to. `sites` are those an officer sends for; None is all."""

    name: str
    display_name: str
    role: Role
    sites: frozenset[str] | None
    csrf_seed: str
    """What the session's CSRF token is made from."""


def account_name(text: str) -> str:
    """A name as accounts are found by: capitals and surrounding blanks don't count."""
    return text.strip().casefold()


def sign_in(engine: Engine, *, name: str, password: str, address: str, pepper: str, now: datetime) -> Attempt:
    """One attempt, counted before its password is looked at, so that many at once can't slip past the brake.

    The answer and the time it takes are the same for a name that nobody has.
    """
    name = account_name(name)
    subjects = brake_subjects(name, address, pepper)
    with writing(engine) as connection:
        if is_too_often(connection, subjects, now):
            return Attempt(Outcome.TOO_OFTEN)
        user = find_user(connection, name)
        count_attempt(connection, subjects, now)
        is_last = is_too_often(connection, subjects, now)
        delete_sessions_unused_since(connection, now - IDLE)
    stored = user.password_hash if user is not None and user.active else None
    is_right = is_right_password(stored, password)
    token = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        # Read again: the account may have been closed, or its password changed, while the hash was compared.
        user = find_user(connection, name)
        if not is_right or user is None or not user.active or user.password_hash != stored:
            _note_refused(connection, user, address, is_last, now)
            return Attempt(Outcome.REFUSED)
        session = Session(
            token_hash=_hash_token(token),
            user=user.name,
            created_at=now,
            last_seen_at=now,
            csrf_seed=secrets.token_urlsafe(16),
        )
        insert_session(connection, session)
        forget_attempts(connection, subjects)
        _note(connection, "sign in", user.name, f"user {user.name}", f"from {address}", now)
    return Attempt(Outcome.SIGNED_IN, token)


def _note_refused(connection: Connection, user: User | None, address: str, is_last: bool, now: datetime) -> None:
    """A name that nobody has isn't written down: people type passwords there."""
    told = f"from {address}" + ("; no more for a quarter of an hour" if is_last else "")
    name = user.name if user is not None else ""
    _note(connection, "sign in refused", name, f"user {name}" if name else "unknown name", told, now)


def _note(connection: Connection, act: str, who: str, subject: str, new: str, now: datetime) -> None:
    write_audit_event(connection, AuditEvent(at=now, who=who, act=act, subject=subject, new=new))


def find_signed_in(engine: Engine, token: str, *, now: datetime) -> SignedIn | None:
    """Who the token's session belongs to while it holds: 12 hours since its last use, 7 days since its start."""
    token_hash = _hash_token(token)
    with reading(engine) as connection:
        session = find_session(connection, token_hash)
        if session is None or now - session.last_seen_at > IDLE or now - session.created_at > AT_MOST:
            return None
        user = find_user(connection, session.user)
    if user is None or not user.active:
        return None
    if now - session.last_seen_at > _TOUCH_AFTER:
        _touch(engine, token_hash, now)
    return SignedIn(
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


def sign_out_everywhere(engine: Engine, name: str) -> None:
    with writing(engine) as connection:
        delete_sessions_of(connection, account_name(name))


def _touch(engine: Engine, token_hash: str, now: datetime) -> None:
    try:
        with writing(engine) as connection:
            touch_session(connection, token_hash, when=now)
    except BusyError:
        # Somebody else is saving; the next request notes the use as well.
        return


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
