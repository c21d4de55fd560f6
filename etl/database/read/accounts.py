"""Read one-time links, API tokens, sessions and user preferences."""

from datetime import datetime

from sqlalchemy import Connection, select

from etl.database.account_tables import api_tokens, one_time_links, user_choices
from etl.database.records import ApiToken, OneTimeLink, Session
from etl.database.tables import sessions


def find_live_link(connection: Connection, token_hash: str, *, now: datetime) -> OneTimeLink | None:
    """Find a link that is neither used nor expired."""
    query = select(one_time_links).where(
        one_time_links.c.token_hash == token_hash, one_time_links.c.used_at.is_(None), one_time_links.c.expires_at > now
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else OneTimeLink(row["user"], row["made_at"], row["expires_at"])


def read_live_links(connection: Connection, *, now: datetime) -> tuple[OneTimeLink, ...]:
    """Return every link that is neither used nor expired."""
    query = select(one_time_links).where(one_time_links.c.used_at.is_(None), one_time_links.c.expires_at > now)
    return tuple(
        OneTimeLink(row["user"], row["made_at"], row["expires_at"]) for row in connection.execute(query).mappings()
    )


def read_user_sessions(connection: Connection, user: str) -> tuple[Session, ...]:
    """Return the user's sessions, most recently seen first."""
    query = select(sessions).where(sessions.c.user == user).order_by(sessions.c.last_seen_at.desc())
    return tuple(Session(**row) for row in connection.execute(query).mappings())


def read_last_seen(connection: Connection) -> dict[str, datetime]:
    """Return when each user with a session was last seen."""
    # Not max(): only the column's own type converts the text to a datetime on SQLite.
    query = select(sessions.c.user, sessions.c.last_seen_at).order_by(sessions.c.last_seen_at)
    return {row.user: row.last_seen_at for row in connection.execute(query)}


def find_saved_language(connection: Connection, user: str) -> str | None:
    return connection.scalar(select(user_choices.c.language).where(user_choices.c.user == user))


_API_TOKEN_COLUMNS = [column for column in api_tokens.c if column is not api_tokens.c.token_hash]


def find_api_token(connection: Connection, token_hash: str) -> ApiToken | None:
    """Find a token by its hash; the caller checks whether it has expired."""
    query = select(*_API_TOKEN_COLUMNS).where(api_tokens.c.token_hash == token_hash)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else ApiToken(**row)


def read_api_tokens(connection: Connection, user: str) -> tuple[ApiToken, ...]:
    """Return the tokens of a user, expired ones too, the newest first."""
    query = select(*_API_TOKEN_COLUMNS).where(api_tokens.c.user == user).order_by(api_tokens.c.id.desc())
    return tuple(ApiToken(**row) for row in connection.execute(query).mappings())
