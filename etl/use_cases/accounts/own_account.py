"""What somebody does with their own account: another password, a saved language, signing out everywhere."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from etl.database.brake import brake_subjects, count_attempt, forget_attempts, is_too_often
from etl.database.connection import Engine, reading, writing
from etl.database.passwords import SHORTEST_PASSWORD, hash_password, is_right_password, password_fault
from etl.database.people import get_person
from etl.database.read.accounts import find_language_of, read_sessions_of
from etl.database.read.users import find_user
from etl.database.records import AuditEvent
from etl.database.write.accounts import delete_links_of, put_language
from etl.database.write.audit import write_audit_event
from etl.database.write.sessions import delete_sessions_of
from etl.database.write.users import update_user
from etl.errors import SaidError
from etl.locale.translations import LANGUAGES, to_say

__all__ = [
    "SHORTEST_PASSWORD",
    "AccountError",
    "SeenSession",
    "change_own_password",
    "choose_own_language",
    "end_own_sessions",
    "find_own_language",
    "list_own_sessions",
]


class AccountError(SaidError):
    """What was asked for one's own account can't be done."""


@dataclass(frozen=True)
class SeenSession:
    """Somewhere that somebody is signed in."""

    since: datetime
    last_seen: datetime
    is_this: bool


def list_own_sessions(engine: Engine, name: str, token: str) -> tuple[SeenSession, ...]:
    """Where the account is signed in, the latest seen first; `token` is this browser's."""
    this = hashlib.sha256(token.encode()).hexdigest()
    with reading(engine) as connection:
        return tuple(
            SeenSession(one.created_at, one.last_seen_at, one.token_hash == this)
            for one in read_sessions_of(connection, name)
        )


def change_own_password(
    engine: Engine, name: str, *, old: str, new: str, address: str, pepper: str, now: datetime
) -> None:
    """Sets another password and signs out everywhere, this browser too. AccountError says why not.

    The old one is guessed at as slowly as at sign-in, so that a session left open doesn't give the password away.
    """
    subjects = brake_subjects(name, address, pepper)
    with writing(engine) as connection:
        if is_too_often(connection, subjects, now):
            raise AccountError(to_say("Too many attempts. Wait a quarter of an hour and try again"))
        count_attempt(connection, subjects, now)
        user = get_person(connection, name)
    if not is_right_password(user.password_hash, old):
        raise AccountError(to_say("The present password is not right."))
    fault = password_fault(new, name)
    if fault is not None:
        raise AccountError(fault[0], **fault[1])
    hashed = hash_password(new)
    with writing(engine) as connection:
        update_user(connection, replace(get_person(connection, name), password_hash=hashed))
        forget_attempts(connection, subjects)
        delete_sessions_of(connection, name)
        delete_links_of(connection, name)
        event = AuditEvent(at=now, who=name, act="password set", subject=f"user {name}", why="own account")
        write_audit_event(connection, event)


def end_own_sessions(engine: Engine, name: str, *, now: datetime) -> None:
    """Signs out everywhere, this browser too."""
    with writing(engine) as connection:
        delete_sessions_of(connection, name)
        event = AuditEvent(at=now, who=name, act="sign out everywhere", subject=f"user {name}")
        write_audit_event(connection, event)


def choose_own_language(engine: Engine, name: str, language: str) -> None:
    """Saves the language to which sign-in leads; every address keeps its own."""
    if language not in LANGUAGES:
        raise AccountError(to_say("There is no such language."))
    with writing(engine) as connection:
        put_language(connection, get_person(connection, name).name, language)


def find_own_language(engine: Engine, name: str) -> str | None:
    """The saved language, if any."""
    with reading(engine) as connection:
        user = find_user(connection, name.strip().casefold())
        return None if user is None else find_language_of(connection, user.name)
