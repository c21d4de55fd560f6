"""Write one-time links, API tokens and user preferences."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, update

from etl.database.account_tables import api_tokens, one_time_links, user_choices
from etl.database.tables import sessions


def insert_link(
    connection: Connection, *, token_hash: str, user: str, created_by: str, created_at: datetime, expires_at: datetime
) -> None:
    """Store a link by its token's hash; delete the user's older unused links."""
    delete_user_links(connection, user)
    connection.execute(
        insert(one_time_links).values(
            token_hash=token_hash, user=user, made_by=created_by, made_at=created_at, expires_at=expires_at
        )
    )


def use_link(connection: Connection, token_hash: str, *, now: datetime) -> bool:
    """Mark a link as used in one atomic statement; return False if it is already used or expired."""
    is_live = (
        (one_time_links.c.token_hash == token_hash)
        & one_time_links.c.used_at.is_(None)
        & (one_time_links.c.expires_at > now)
    )
    return connection.execute(update(one_time_links).where(is_live).values(used_at=now)).rowcount == 1


def delete_user_links(connection: Connection, user: str) -> None:
    """Delete a user's unused links."""
    unused = (one_time_links.c.user == user) & one_time_links.c.used_at.is_(None)
    connection.execute(delete(one_time_links).where(unused))


def save_language(connection: Connection, user: str, language: str) -> None:
    """Save a user's preferred language."""
    connection.execute(delete(user_choices).where(user_choices.c.user == user))
    connection.execute(insert(user_choices).values(user=user, language=language))


def insert_api_token(
    connection: Connection, *, token_hash: str, user: str, name: str, created_at: datetime, expires_at: datetime
) -> None:
    """Store a token by its hash."""
    connection.execute(
        insert(api_tokens).values(
            token_hash=token_hash, user=user, name=name, created_at=created_at, expires_at=expires_at
        )
    )


def touch_api_token(connection: Connection, token_id: int, *, when: datetime) -> None:
    """Update when the token was last used; callers limit this to once every few minutes."""
    connection.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(last_used_at=when))


def delete_api_token(connection: Connection, token_id: int) -> None:
    connection.execute(delete(api_tokens).where(api_tokens.c.id == token_id))


def revoke_access(connection: Connection, user: str) -> None:
    """Delete the sessions, unused links and API tokens of a user."""
    delete_user_links(connection, user)
    for table in (sessions, api_tokens):
        connection.execute(delete(table).where(table.c.user == user))
