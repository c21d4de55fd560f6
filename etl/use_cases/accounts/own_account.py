"""What somebody does with their own account: another password, a saved language, signing out everywhere."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from etl.database.authorization import get_active_user
from etl.database.connection import Engine, reading, writing
from etl.database.passwords import MIN_PASSWORD_LENGTH, find_password_problem, hash_password, verify_password
from etl.database.rate_limit import count_attempt, is_rate_limited, rate_limit_subjects, reset_attempts
from etl.database.read.accounts import find_saved_language, read_sessions_of
from etl.database.read.users import find_user
from etl.database.records import AuditEvent
from etl.database.write.accounts import delete_links_of, save_language
from etl.database.write.audit import write_audit_event
from etl.database.write.sessions import delete_sessions_of
from etl.database.write.users import update_user
from etl.errors import TranslatableError
from etl.locale import LANGUAGES, N_, Locale

__all__ = [
    "MIN_PASSWORD_LENGTH",
    "AccountError",
    "ActiveSession",
    "change_own_password",
    "save_own_language",
    "end_own_sessions",
    "find_own_language",
    "list_own_sessions",
]


class AccountError(TranslatableError):
    """What was asked for one's own account can't be done."""


@dataclass(frozen=True)
class ActiveSession:
    """Somewhere that somebody is signed in."""

    started_at: datetime
    last_seen: datetime
    is_current: bool


def list_own_sessions(engine: Engine, name: str, token: str) -> tuple[ActiveSession, ...]:
    """Where the account is signed in, the latest seen first; `token` is this browser's."""
    this = hashlib.sha256(token.encode()).hexdigest()
    with reading(engine) as connection:
        return tuple(
            ActiveSession(one.created_at, one.last_seen_at, one.token_hash == this)
            for one in read_sessions_of(connection, name)
        )


def change_own_password(
    engine: Engine, name: str, *, old: str, new: str, address: str, pepper: str, now: datetime
) -> None:
    """Sets another password and signs out everywhere, this browser too. AccountError says why not.

    The old one is guessed at as slowly as at sign-in, so that a session left open doesn't give the password away.
    """
    subjects = rate_limit_subjects(name, address, pepper)
    with writing(engine) as connection:
        if is_rate_limited(connection, subjects, now):
            raise AccountError(N_("Too many attempts. Wait 15 minutes and try again"))
        count_attempt(connection, subjects, now)
        user = get_active_user(connection, name)
    if not verify_password(user.password_hash, old):
        raise AccountError(N_("The present password is not right."))
    fault = find_password_problem(new, name)
    if fault is not None:
        raise AccountError(fault[0], **fault[1])
    hashed = hash_password(new)
    with writing(engine) as connection:
        update_user(connection, replace(get_active_user(connection, name), password_hash=hashed))
        reset_attempts(connection, subjects)
        delete_sessions_of(connection, name)
        delete_links_of(connection, name)
        event = AuditEvent(at=now, actor=name, action="password set", subject=f"user {name}", reason="own account")
        write_audit_event(connection, event)


def end_own_sessions(engine: Engine, name: str, *, now: datetime) -> None:
    """Signs out everywhere, this browser too."""
    with writing(engine) as connection:
        delete_sessions_of(connection, name)
        event = AuditEvent(at=now, actor=name, action="sign out everywhere", subject=f"user {name}")
        write_audit_event(connection, event)


def save_own_language(engine: Engine, name: str, locale: Locale) -> None:
    """Saves the language to which sign-in leads; every address keeps its own."""
    if locale.language not in LANGUAGES:
        raise AccountError(N_("There is no such language."))
    with writing(engine) as connection:
        save_language(connection, get_active_user(connection, name).name, locale.language)


def find_own_language(engine: Engine, name: str) -> str | None:
    """The saved language, if any."""
    with reading(engine) as connection:
        user = find_user(connection, name.strip().casefold())
        return None if user is None else find_saved_language(connection, user.name)
