"""Rate limit for sign-in attempts, counted in the database so that it holds across workers and hosts."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from etl.database.read.sessions import count_sign_in_attempts
from etl.database.write.sessions import (
    delete_sign_in_attempts_before,
    delete_user_sign_in_attempts,
    record_sign_in_attempt,
)

WINDOW = timedelta(minutes=15)
LIMITS = {"account at address": 5, "address": 60, "account": 40}
"""Attempts allowed within WINDOW.

The limit for one account from one address is low; the limit for an account from all addresses is higher, so that an
attacker cannot easily lock out the owner, who signs in from another address.
"""

_RETENTION = timedelta(days=1)


def make_rate_limit_subjects(username: str, address: str, pepper: str) -> dict[str, str]:
    """Return the keyed hash of everything that an attempt counts against, by kind of limit."""
    texts = {"account at address": f"{username}\n{address}", "address": address, "account": username}
    return {kind: _compute_keyed_hash(pepper, f"{kind}\n{text}") for kind, text in texts.items()}


def is_rate_limited(connection: Connection, subjects: Mapping[str, str], now: datetime) -> bool:
    """Return whether any of the subjects has reached its limit."""
    return any(
        count_sign_in_attempts(connection, subject, since=now - WINDOW) >= LIMITS[kind]
        for kind, subject in subjects.items()
    )


def count_attempt(connection: Connection, subjects: Mapping[str, str], now: datetime) -> None:
    """Count an attempt. Call this before checking the password, so that parallel attempts are limited too."""
    for subject in subjects.values():
        record_sign_in_attempt(connection, subject, when=now)
    delete_sign_in_attempts_before(connection, now - _RETENTION)


def reset_attempts(connection: Connection, subjects: Mapping[str, str]) -> None:
    """Reset the account's counts after a correct password.

    The address keeps its count: otherwise the owner of one account could guess the passwords of others without limit.
    """
    delete_user_sign_in_attempts(connection, subjects["account at address"])
    delete_user_sign_in_attempts(connection, subjects["account"])


def _compute_keyed_hash(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
