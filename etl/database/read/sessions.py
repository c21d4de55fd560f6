"""Reading who is signed in, and how often somebody tried."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from etl.database.records import Session
from etl.database.tables import sessions, sign_in_attempts


def find_session(connection: Connection, token_hash: str) -> Session | None:
    """The session of that token, however old; whether it still holds is the caller's to say."""
    row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).mappings().one_or_none()
    return None if row is None else Session(**row)


def count_sign_in_attempts(connection: Connection, subject_hash: str, *, since: datetime) -> int:
    """How many failed attempts there were for an account or an address since then."""
    counted = select(func.count()).where(
        sign_in_attempts.c.subject_hash == subject_hash, sign_in_attempts.c.at >= since
    )
    return connection.execute(counted).scalar_one()
