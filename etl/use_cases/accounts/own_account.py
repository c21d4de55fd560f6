"""Manage one's own account: password, language and sessions."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from etl.database.authorization import get_active_user
from etl.database.connection import Engine, reading, writing
from etl.database.passwords import MIN_PASSWORD_LENGTH, find_password_problem, hash_password, verify_password
from etl.database.rate_limit import count_attempt, is_rate_limited, make_rate_limit_subjects, reset_attempts
from etl.database.read.accounts import find_saved_language, read_user_sessions
from etl.database.read.users import find_user
from etl.database.records import AuditEvent, User
from etl.database.write.accounts import revoke_access, save_language
from etl.database.write.audit import write_audit_event
from etl.database.write.sessions import delete_user_sessions
from etl.database.write.users import update_user
from etl.errors import TranslatableError
from etl.locale import LANGUAGES, N_

__all__ = [
    "MIN_PASSWORD_LENGTH",
    "AccountError",
    "ActiveSession",
    "change_own_password",
    "end_own_sessions",
    "find_own_language",
    "list_own_sessions",
    "save_own_language",
    "verify_own_password",
]


class AccountError(TranslatableError):
    """The account can't be changed as requested."""


@dataclass(frozen=True)
class ActiveSession:
    """A session of the account. `is_current` marks the session of this request."""

    started_at: datetime
    last_seen: datetime
    is_current: bool


def list_own_sessions(engine: Engine, name: str, token: str) -> tuple[ActiveSession, ...]:
    """Return the sessions of an account, the last used first. `token` is that of the current session."""
    current_hash = hashlib.sha256(token.encode()).hexdigest()
    with reading(engine) as connection:
        return tuple(
            ActiveSession(session.created_at, session.last_seen_at, session.token_hash == current_hash)
            for session in read_user_sessions(connection, name)
        )


def change_own_password(
    engine: Engine, name: str, *, old: str, new: str, address: str, pepper: str, now: datetime
) -> None:
    """Set a new password and end every session, this one included, and every API token. Raises AccountError."""
    verify_own_password(engine, name, old, address=address, pepper=pepper, now=now)
    problem = find_password_problem(new, name)
    if problem is not None:
        text, parameters = problem
        raise AccountError(text, **parameters)
    password_hash = hash_password(new)
    with writing(engine) as connection:
        update_user(connection, replace(get_active_user(connection, name), password_hash=password_hash))
        revoke_access(connection, name)
        event = AuditEvent(at=now, actor=name, action="password set", subject=f"user {name}", reason="own account")
        write_audit_event(connection, event)


def verify_own_password(engine: Engine, name: str, password: str, *, address: str, pepper: str, now: datetime) -> User:
    """Return the account if the password is right; raise AccountError if not.

    It is rate limited like signing in, so that an open session can't be used to guess the password.
    """
    subjects = make_rate_limit_subjects(name, address, pepper)
    with writing(engine) as connection:
        if is_rate_limited(connection, subjects, now):
            raise AccountError(N_("Too many attempts. Wait 15 minutes and try again"))
        count_attempt(connection, subjects, now)
        user = get_active_user(connection, name)
    if not verify_password(user.password_hash, password):
        raise AccountError(N_("The current password is incorrect."))
    with writing(engine) as connection:
        reset_attempts(connection, subjects)
    return user


def end_own_sessions(engine: Engine, name: str, *, now: datetime) -> None:
    """Sign out everywhere, this session included."""
    with writing(engine) as connection:
        delete_user_sessions(connection, name)
        event = AuditEvent(at=now, actor=name, action="sign out everywhere", subject=f"user {name}")
        write_audit_event(connection, event)


def save_own_language(engine: Engine, name: str, language: str) -> None:
    """Save the language of the page shown after signing in. URLs keep their own language."""
    if language not in LANGUAGES:
        raise AccountError(N_("Choose one of the listed languages."))
    with writing(engine) as connection:
        save_language(connection, get_active_user(connection, name).name, language)


def find_own_language(engine: Engine, name: str) -> str | None:
    """Return the saved language code, or None."""
    with reading(engine) as connection:
        user = find_user(connection, name.strip().casefold())
        return None if user is None else find_saved_language(connection, user.name)
