"""API tokens, with which a program reads live figures as the person who made the token."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from etl.database.authorization import get_active_user
from etl.database.connection import Connection, DatabaseFailureError, Engine, reading, writing
from etl.database.rate_limit import (
    WINDOW,
    count_attempt,
    is_rate_limited,
    make_token_subjects,
    make_valid_token_subjects,
)
from etl.database.read.accounts import find_api_token, read_api_tokens
from etl.database.read.users import find_user
from etl.database.records import ApiToken, AuditEvent
from etl.database.write.accounts import delete_api_token, insert_api_token, touch_api_token
from etl.database.write.audit import write_audit_event
from etl.errors import TranslatableError
from etl.locale import N_
from etl.use_cases.accounts.own_account import AccountError, verify_own_password
from etl.use_cases.accounts.sign_in import TOUCH_INTERVAL, SignedInUser, hash_token, make_signed_in_user

__all__ = [
    "LIFETIMES",
    "MAX_TOKENS",
    "WINDOW",
    "ApiToken",
    "TokenCheck",
    "TokenError",
    "TokenOutcome",
    "check_api_token",
    "list_api_tokens",
    "make_api_token",
    "revoke_api_token",
]

LIFETIMES = (7, 30, 90, 365)
"""The days after which a token expires, to choose from."""
MAX_TOKENS = 10
"""The tokens that a person may have at a time."""
MAX_NAME_LENGTH = 60
_PREFIX = "cardec_"
"""Scanners that look for secrets in files and repositories recognize a token by it."""


class TokenError(TranslatableError):
    """The token can't be made or revoked as requested."""


class TokenOutcome(StrEnum):
    """The outcome of a check. Unknown, revoked and expired tokens and those of closed accounts are all `REFUSED`."""

    VALID = "valid"
    REFUSED = "refused"
    RATE_LIMITED = "rate_limited"
    """Too many invalid tokens came from the address."""
    OVERUSED = "overused"
    """Too many requests came with this valid token."""


@dataclass(frozen=True)
class TokenCheck:
    """The outcome, and the user of a valid token with their present role."""

    outcome: TokenOutcome
    user: SignedInUser | None = None


def make_api_token(
    engine: Engine, user: str, *, name: str, days: int, password: str, address: str, pepper: str, now: datetime
) -> str:
    """Make a token of the user's own and return it; it is stored as a hash only. Raises TokenError or AccountError.

    The password is asked for again: an open session on a shared computer must not become access for a year.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise TokenError(N_("Enter a name of 1 to {most} characters."), most=MAX_NAME_LENGTH)
    if days not in LIFETIMES:
        raise TokenError(N_("Choose one of the listed times."))
    account = verify_own_password(engine, user, password, address=address, pepper=pepper, now=now)
    token = f"{_PREFIX}{secrets.token_urlsafe(32)}"
    expires_at = now + timedelta(days=days)
    with writing(engine) as connection:
        # Read the account again: its password may have changed while the hash was computed.
        if get_active_user(connection, user).password_hash != account.password_hash:
            raise AccountError(N_("The current password is incorrect."))
        _check_other_tokens(connection, user, name, now)
        insert_api_token(
            connection, token_hash=hash_token(token), user=user, name=name, created_at=now, expires_at=expires_at
        )
        _write_event(
            connection, "API token created", user, user, now, new=f"token {name} until {expires_at.date().isoformat()}"
        )
    return token


def _check_other_tokens(connection: Connection, user: str, name: str, now: datetime) -> None:
    """Raise TokenError when the name is in use or there are too many tokens. Delete the expired ones."""
    live_tokens = []
    for token in read_api_tokens(connection, user):
        if token.expires_at <= now:
            delete_api_token(connection, token.id)
        else:
            live_tokens.append(token)
    if any(token.name == name for token in live_tokens):
        raise TokenError(N_("You already have a token named {name}. Choose another name."), name=name)
    if len(live_tokens) >= MAX_TOKENS:
        raise TokenError(N_("You have {count} tokens. Revoke one that you no longer use first."), count=MAX_TOKENS)


def list_api_tokens(engine: Engine, user: str) -> tuple[ApiToken, ...]:
    """Return the tokens of a user, expired ones too, the newest first."""
    with reading(engine) as connection:
        return read_api_tokens(connection, user)


def revoke_api_token(engine: Engine, token_id: str, *, user: str, actor: str, now: datetime) -> None:
    """Delete a token of the user; its next request is refused. Raises TokenError when the user has none with the id."""
    with writing(engine) as connection:
        token = next((token for token in read_api_tokens(connection, user) if str(token.id) == token_id), None)
        if token is None:
            raise TokenError(N_("This token does not exist any more."))
        delete_api_token(connection, token.id)
        _write_event(connection, "API token revoked", actor, user, now, old=f"token {token.name}")


def check_api_token(engine: Engine, token: str, *, address: str, pepper: str, now: datetime) -> TokenCheck:
    """Return the user of a token, or why it is refused.

    Invalid tokens are counted by address, like wrong passwords. A valid one works meanwhile: nobody can guess it, and
    one forgotten workbook with an expired token must not stop the others of an office. Its own requests are limited in
    number, so that a script that asks in a loop does not slow the pages of everybody.
    """
    with reading(engine) as connection:
        stored_token = find_api_token(connection, hash_token(token))
        user = find_user(connection, stored_token.user) if stored_token is not None else None
    if stored_token is None or stored_token.expires_at <= now or user is None or not user.active:
        return TokenCheck(_count_refusal(engine, address, pepper, now))
    if not _count_request(engine, make_valid_token_subjects(hash_token(token), pepper), now):
        return TokenCheck(TokenOutcome.OVERUSED)
    if stored_token.last_used_at is None or now - stored_token.last_used_at > TOUCH_INTERVAL:
        _touch(engine, stored_token, now)
    return TokenCheck(TokenOutcome.VALID, make_signed_in_user(user))


def _count_request(engine: Engine, subjects: Mapping[str, str], now: datetime) -> bool:
    """Count a request with a valid token, and return whether it is within the limit."""
    with reading(engine) as connection:
        if is_rate_limited(connection, subjects, now):
            return False
    try:
        with writing(engine) as connection:
            count_attempt(connection, subjects, now)
    except DatabaseFailureError:
        # Figures stay readable while the disk is full.
        pass
    return True


def _count_refusal(engine: Engine, address: str, pepper: str, now: datetime) -> TokenOutcome:
    """Count an invalid token. The audit log gets one event when an address reaches the limit, not one per request."""
    subjects = make_token_subjects(address, pepper)
    with reading(engine) as connection:
        if is_rate_limited(connection, subjects, now):
            return TokenOutcome.RATE_LIMITED
    with writing(engine) as connection:
        count_attempt(connection, subjects, now)
        if is_rate_limited(connection, subjects, now):
            event = AuditEvent(
                at=now,
                actor="",
                action="API token refused",
                subject="API token",
                new=f"from {address}; no more for a quarter of an hour",
            )
            write_audit_event(connection, event)
    return TokenOutcome.REFUSED


def _touch(engine: Engine, token: ApiToken, now: datetime) -> None:
    """Record the use, and the first one of each day in the audit log."""
    try:
        with writing(engine) as connection:
            touch_api_token(connection, token.id, when=now)
            last_used_at = token.last_used_at
            if last_used_at is None or last_used_at.astimezone(now.tzinfo).date() < now.date():
                _write_event(connection, "API token used", token.user, token.user, now, new=f"token {token.name}")
    except DatabaseFailureError:
        # The next request records the use: figures stay readable while the disk is full.
        return


def _write_event(
    connection: Connection, action: str, actor: str, user: str, now: datetime, *, old: str = "", new: str = ""
) -> None:
    event = AuditEvent(at=now, actor=actor, action=action, subject=f"user {user}", old=old, new=new)
    write_audit_event(connection, event)
