"""The brake on guessing passwords: attempts are counted in the database, so that every worker and host sees them."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from etl.database.read.sessions import count_sign_in_attempts
from etl.database.write.sessions import (
    delete_sign_in_attempts_before,
    delete_sign_in_attempts_of,
    record_sign_in_attempt,
)

WINDOW = timedelta(minutes=15)
LIMITS = {"account at address": 5, "address": 60, "account": 40}
"""Attempts within BRAKE. One address guessing at an account is stopped soon, so that it can't keep its owner, who
comes from another one, out; many addresses together are stopped later, and for a quarter of an hour at a time."""

_ATTEMPTS_KEPT = timedelta(days=1)


def rate_limit_subjects(username: str, address: str, pepper: str) -> dict[str, str]:
    """What is counted of an attempt, each known by a keyed hash only."""
    texts = {"account at address": f"{username}\n{address}", "address": address, "account": username}
    return {kind: _keyed_hash(pepper, f"{kind}\n{text}") for kind, text in texts.items()}


def is_rate_limited(connection: Connection, subjects: Mapping[str, str], now: datetime) -> bool:
    """Whether another attempt would be one too many."""
    return any(
        count_sign_in_attempts(connection, subject, since=now - WINDOW) >= LIMITS[kind]
        for kind, subject in subjects.items()
    )


def count_attempt(connection: Connection, subjects: Mapping[str, str], now: datetime) -> None:
    """Counts one before its password is looked at, so that many at once can't slip past the brake."""
    for subject in subjects.values():
        record_sign_in_attempt(connection, subject, when=now)
    delete_sign_in_attempts_before(connection, now - _ATTEMPTS_KEPT)


def reset_attempts(connection: Connection, subjects: Mapping[str, str]) -> None:
    """After the right password. The address keeps its count: whoever has one account could otherwise guess at others
    without end."""
    delete_sign_in_attempts_of(connection, subjects["account at address"])
    delete_sign_in_attempts_of(connection, subjects["account"])


def _keyed_hash(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
