"""Reading one-time links, sessions, and what people chose for themselves."""

from datetime import datetime

from sqlalchemy import Connection, select

from etl.database.account_tables import one_time_links, user_choices
from etl.database.records import OneTimeLink, Session
from etl.database.tables import sessions


def find_live_link(connection: Connection, token_hash: str, *, now: datetime) -> OneTimeLink | None:
    """The link, if nobody used it yet and it isn't too old."""
    chosen = select(one_time_links).where(
        one_time_links.c.token_hash == token_hash, one_time_links.c.used_at.is_(None), one_time_links.c.expires_at > now
    )
    row = connection.execute(chosen).mappings().one_or_none()
    return None if row is None else OneTimeLink(row["user"], row["made_at"], row["expires_at"])


def read_live_links(connection: Connection, *, now: datetime) -> tuple[OneTimeLink, ...]:
    """Every link that could still be used."""
    chosen = select(one_time_links).where(one_time_links.c.used_at.is_(None), one_time_links.c.expires_at > now)
    return tuple(
        OneTimeLink(row["user"], row["made_at"], row["expires_at"]) for row in connection.execute(chosen).mappings()
    )


def read_sessions_of(connection: Connection, user: str) -> tuple[Session, ...]:
    """Where somebody is signed in, the latest seen first."""
    chosen = select(sessions).where(sessions.c.user == user).order_by(sessions.c.last_seen_at.desc())
    return tuple(Session(**row) for row in connection.execute(chosen).mappings())


def read_last_seen(connection: Connection) -> dict[str, datetime]:
    """When each account that has a session was last seen."""
    # Not max(): the type of the column is what turns its text into a moment on SQLite.
    chosen = select(sessions.c.user, sessions.c.last_seen_at).order_by(sessions.c.last_seen_at)
    return {row.user: row.last_seen_at for row in connection.execute(chosen)}


def find_saved_language(connection: Connection, user: str) -> str | None:
    """The language that somebody saved."""
    return connection.scalar(select(user_choices.c.language).where(user_choices.c.user == user))
