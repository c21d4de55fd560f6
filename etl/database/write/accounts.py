"""Write one-time links and user preferences."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, update

from etl.database.account_tables import one_time_links, user_choices


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
