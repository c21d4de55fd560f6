"""Read sessions and sign-in attempts."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from etl.database.records import Session
from etl.database.tables import sessions, sign_in_attempts


def find_session(connection: Connection, token_hash: str) -> Session | None:
    """Find a session by its token's hash; the caller checks whether it has expired."""
    row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).mappings().one_or_none()
    return None if row is None else Session(**row)


def count_sign_in_attempts(connection: Connection, subject_hash: str, *, since: datetime) -> int:
    """Count the attempts for an account or address since then."""
    query = select(func.count()).where(sign_in_attempts.c.subject_hash == subject_hash, sign_in_attempts.c.at >= since)
    return connection.execute(query).scalar_one()
