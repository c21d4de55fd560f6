"""Write user accounts."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from etl.database.account_tables import api_tokens, one_time_links, user_choices
from etl.database.message_tables import contacts, link_codes
from etl.database.records import User
from etl.database.tables import sessions, user_sites, users


def insert_user(connection: Connection, user: User, *, when: datetime) -> None:
    """Insert a user; a name in use is an IntegrityError."""
    connection.execute(insert(users).values(name=user.name, created_at=when, **_make_column_values(user)))
    _insert_sites(connection, user)


def update_user(connection: Connection, user: User) -> bool:
    """Update the user of that name, including their sites; return False if there is none."""
    changed = connection.execute(update(users).where(users.c.name == user.name).values(**_make_column_values(user)))
    if changed.rowcount == 0:
        return False
    connection.execute(delete(user_sites).where(user_sites.c.user == user.name))
    _insert_sites(connection, user)
    return True


def delete_sample_users(connection: Connection) -> None:
    """Delete the sample users, which are created with new passwords at each start."""
    names = list(connection.scalars(select(users.c.name).where(users.c.is_sample)))
    for table in (sessions, user_sites, user_choices, one_time_links, api_tokens, contacts, link_codes):
        connection.execute(delete(table).where(table.c.user.in_(names)))
    connection.execute(delete(users).where(users.c.name.in_(names)))


def _make_column_values(user: User) -> dict[str, object]:
    return {
        "display_name": user.display_name,
        "role": user.role,
        "all_sites": user.all_sites,
        "password_hash": user.password_hash,
        "active": user.active,
        "is_sample": user.is_sample,
    }


def _insert_sites(connection: Connection, user: User) -> None:
    if user.sites:
        connection.execute(insert(user_sites), [{"user": user.name, "site": site} for site in sorted(user.sites)])
