"""Who is signed in, and attempts to sign in."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, insert, update

from etl.database.records import Session
from etl.database.tables import sessions, sign_in_attempts


def insert_session(connection: Connection, session: Session) -> None:
    """Signs somebody in; the user must have an account."""
    connection.execute(insert(sessions).values(**asdict(session)))


def touch_session(connection: Connection, token_hash: str, *, when: datetime) -> None:
    """Notes that the session was used; callers do so every few minutes at most, since each is a write."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(last_seen_at=when))


def delete_session(connection: Connection, token_hash: str) -> None:
    """Signs one browser out."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def delete_sessions_of(connection: Connection, user: str) -> None:
    """Signs somebody out everywhere."""
    connection.execute(delete(sessions).where(sessions.c.user == user))


def delete_sessions_unused_since(connection: Connection, moment: datetime) -> None:
    """Forgets sessions that were left open."""
    connection.execute(delete(sessions).where(sessions.c.last_seen_at < moment))


def record_sign_in_attempt(connection: Connection, subject_hash: str, *, when: datetime) -> None:
    """Notes a failed attempt for an account or an address, which is known by its hash only."""
    connection.execute(insert(sign_in_attempts).values(subject_hash=subject_hash, at=when))


def delete_sign_in_attempts_before(connection: Connection, moment: datetime) -> None:
    """Forgets old attempts."""
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at < moment))


def delete_sign_in_attempts_of(connection: Connection, subject_hash: str) -> None:
    """Forgets the attempts for one account, once it has signed in."""
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.subject_hash == subject_hash))
