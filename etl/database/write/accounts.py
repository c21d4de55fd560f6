"""Writing one-time links and what people chose for themselves."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, update

from etl.database.account_tables import one_time_links, user_choices


def insert_link(
    connection: Connection, *, token_hash: str, user: str, created_by: str, created_at: datetime, expires_at: datetime
) -> None:
    """Keeps a link by its token's hash; older unused ones of the same account end."""
    delete_links_of(connection, user)
    connection.execute(
        insert(one_time_links).values(
            token_hash=token_hash, user=user, made_by=created_by, created_at=created_at, expires_at=expires_at
        )
    )


def use_link(connection: Connection, token_hash: str, *, now: datetime) -> bool:
    """Marks the link as used; False when it was used before, or is too old: one statement, so only once."""
    is_live = (
        (one_time_links.c.token_hash == token_hash)
        & one_time_links.c.used_at.is_(None)
        & (one_time_links.c.expires_at > now)
    )
    return connection.execute(update(one_time_links).where(is_live).values(used_at=now)).rowcount == 1


def delete_links_of(connection: Connection, user: str) -> None:
    """Ends every link of an account that was not used."""
    unused = (one_time_links.c.user == user) & one_time_links.c.used_at.is_(None)
    connection.execute(delete(one_time_links).where(unused))


def save_language(connection: Connection, user: str, language: str) -> None:
    """Keeps the language that somebody saved."""
    connection.execute(delete(user_choices).where(user_choices.c.user == user))
    connection.execute(insert(user_choices).values(user=user, language=language))
