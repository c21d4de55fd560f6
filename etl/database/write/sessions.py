"""Write sessions and sign-in attempts."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from etl.database.records import Session
from etl.database.tables import sessions, sign_in_attempts


def insert_session(connection: Connection, session: Session) -> None:
    """Store a session; the user must exist."""
    connection.execute(insert(sessions).values(**asdict(session)))


def touch_session(connection: Connection, token_hash: str, *, when: datetime) -> None:
    """Update when the session was last seen; callers limit this to once every few minutes."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(last_seen_at=when))


def delete_session(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def delete_user_sessions(connection: Connection, user: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.user == user))


def delete_sessions_unused_since(connection: Connection, moment: datetime) -> None:
    """Delete sessions that were not used since then."""
    connection.execute(delete(sessions).where(sessions.c.last_seen_at < moment))


def record_sign_in_attempt(connection: Connection, subject_hash: str, *, when: datetime) -> None:
    """Record an attempt for an account or address, identified by its hash."""
    connection.execute(insert(sign_in_attempts).values(subject_hash=subject_hash, at=when))


def delete_sign_in_attempts_before(connection: Connection, moment: datetime) -> None:
    """Delete old attempts."""
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at < moment))


def delete_newest_sign_in_attempt(connection: Connection, subject_hash: str) -> None:
    """Delete the last attempt of one subject."""
    of_subject = sign_in_attempts.c.subject_hash == subject_hash
    newest = select(func.max(sign_in_attempts.c.id)).where(of_subject).scalar_subquery()
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.id == newest))


def delete_user_sign_in_attempts(connection: Connection, subject_hash: str) -> None:
    """Delete the attempts of one subject, after a successful sign-in."""
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.subject_hash == subject_hash))
