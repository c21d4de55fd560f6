"""Rate limits for sign-in attempts and API tokens, counted in the database: they hold across workers and hosts."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from etl.database.read.sessions import count_sign_in_attempts
from etl.database.write.sessions import (
    delete_newest_sign_in_attempt,
    delete_sign_in_attempts_before,
    delete_user_sign_in_attempts,
    record_sign_in_attempt,
)

WINDOW = timedelta(minutes=15)
LIMITS = {
    "account at address": 5,
    "address": 60,
    "account": 40,
    "account on device": 5,
    "token at address": 20,
    "token": 300,
}
"""Wrong attempts allowed within WINDOW; of a valid token, requests.

The limit for one account from one address is low; the limit for an account from all addresses is higher. Both can lock
out the owner, so a device on which the owner signed in before counts by itself.
"""

_RETENTION = timedelta(days=1)
_NONCE_LENGTH = 32


def make_rate_limit_subjects(username: str, address: str, pepper: str) -> dict[str, str]:
    """Return the keyed hash of everything that an attempt counts against, by kind of limit."""
    texts = {"account at address": f"{username}\n{address}", "address": address, "account": username}
    return {kind: _compute_keyed_hash(pepper, f"{kind}\n{text}") for kind, text in texts.items()}


def make_device_subjects(username: str, device: str, pepper: str) -> dict[str, str]:
    """Return what an attempt on a known device counts against: the account on this device only."""
    kind = "account on device"
    return {kind: _compute_keyed_hash(pepper, f"{kind}\n{username}\n{device}")}


def make_token_subjects(address: str, pepper: str) -> dict[str, str]:
    """Return what an invalid API token counts against: the address that sent it."""
    kind = "token at address"
    return {kind: _compute_keyed_hash(pepper, f"{kind}\n{address}")}


def make_valid_token_subjects(token_hash: str, pepper: str) -> dict[str, str]:
    """Return what a request with a valid API token counts against: the token."""
    kind = "token"
    return {kind: _compute_keyed_hash(pepper, f"{kind}\n{token_hash}")}


def make_device_token(username: str, pepper: str) -> str:
    """Return a token for the browser of somebody who has signed in; it names neither the account nor the device."""
    nonce = secrets.token_hex(16)
    return f"{nonce}{_sign_device(username, nonce, pepper)}"


def find_device(tokens: Iterable[str], username: str, pepper: str) -> str:
    """Return the device token among a browser's tokens on which this account has signed in; blank without one."""
    for token in tokens:
        nonce, signature = token[:_NONCE_LENGTH], token[_NONCE_LENGTH:]
        if hmac.compare_digest(signature.encode(), _sign_device(username, nonce, pepper).encode()):
            return token
    return ""


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
    """Reset the account's counts after a correct password, and take back the attempt itself from the address.

    The address keeps its wrong attempts: otherwise the owner of one account could guess the passwords of others without
    limit. Right ones don't count, so that a whole office can sign in from one address.
    """
    for kind, subject in subjects.items():
        if kind == "address":
            delete_newest_sign_in_attempt(connection, subject)
        else:
            delete_user_sign_in_attempts(connection, subject)


def _sign_device(username: str, nonce: str, pepper: str) -> str:
    return _compute_keyed_hash(pepper, f"device\n{username}\n{nonce}")


def _compute_keyed_hash(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
