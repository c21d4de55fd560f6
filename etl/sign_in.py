"""Signing in and out: passwords, sessions, and the brake on guessing, all kept in the database."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from etl.database.connection import BusyError, Connection, Engine, reading, writing
from etl.database.read.sessions import count_sign_in_attempts, find_session
from etl.database.read.users import find_user
from etl.database.records import Session, User
from etl.database.write.sessions import (
    delete_session,
    delete_sessions_of,
    delete_sessions_unused_since,
    delete_sign_in_attempts_before,
    delete_sign_in_attempts_of,
    insert_session,
    record_sign_in_attempt,
    touch_session,
)
from etl.indicators.vocabulary import Role

IDLE = timedelta(hours=12)
AT_MOST = timedelta(days=7)
BRAKE = timedelta(minutes=15)
LONGEST_PASSWORD = 256

_TOUCH_AFTER = timedelta(minutes=5)
_ATTEMPTS_KEPT = timedelta(days=1)
_LIMITS = {"account at address": 5, "address": 60, "account": 40}
"""Attempts within BRAKE. One address guessing at an account is stopped soon, so that it can't keep its owner, who
comes from another one, out; many addresses together are stopped later, and for a quarter of an hour at a time."""

# OWASP's first choice for argon2id (19 MiB, two passes), which leaves memory for several sign-ins at once.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


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
    subjects = _subjects(name, address, pepper)
    with writing(engine) as connection:
        if _is_too_often(connection, subjects, now):
            return Attempt(Outcome.TOO_OFTEN)
        user = find_user(connection, name)
        for subject in subjects.values():
            record_sign_in_attempt(connection, subject, when=now)
        delete_sign_in_attempts_before(connection, now - _ATTEMPTS_KEPT)
        delete_sessions_unused_since(connection, now - IDLE)
    if not _is_right(user, password) or user is None:
        return Attempt(Outcome.REFUSED)
    token = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        session = Session(
            token_hash=_hash_token(token),
            user=user.name,
            created_at=now,
            last_seen_at=now,
            csrf_seed=secrets.token_urlsafe(16),
        )
        insert_session(connection, session)
        # The address keeps its count: whoever has one account could otherwise guess at others without end.
        delete_sign_in_attempts_of(connection, subjects["account at address"])
        delete_sign_in_attempts_of(connection, subjects["account"])
    return Attempt(Outcome.SIGNED_IN, token)


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


def sign_out(engine: Engine, token: str) -> None:
    """Ends one session, on every worker at once."""
    with writing(engine) as connection:
        delete_session(connection, _hash_token(token))


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


def _subjects(name: str, address: str, pepper: str) -> dict[str, str]:
    """What is counted, each known by a hash only."""
    texts = {"account at address": f"{name}\n{address}", "address": address, "account": name}
    return {kind: _keyed_hash(pepper, f"{kind}\n{text}") for kind, text in texts.items()}


def _is_too_often(connection: Connection, subjects: dict[str, str], now: datetime) -> bool:
    return any(
        count_sign_in_attempts(connection, subject, since=now - BRAKE) >= _LIMITS[kind]
        for kind, subject in subjects.items()
    )


def _is_right(user: User | None, password: str) -> bool:
    known = user is not None and user.active and user.password_hash
    stored = user.password_hash if user is not None and known and user.password_hash else _nobodys_hash()
    try:
        _hasher.verify(stored, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return bool(known) and len(password) <= LONGEST_PASSWORD


@cache
def _nobodys_hash() -> str:
    """A hash to compare with when there is none, so that it takes as long."""
    return _hasher.hash(secrets.token_urlsafe(32))


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _keyed_hash(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
