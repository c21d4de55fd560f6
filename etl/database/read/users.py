"""Read user accounts."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from etl.database.records import User
from etl.database.tables import user_sites, users


def find_user(connection: Connection, name: str) -> User | None:
    """Find a user by name, active or not."""
    users_with_sites = users.outerjoin(user_sites, user_sites.c.user == users.c.name)
    rows = connection.execute(
        select(users, user_sites.c.site).select_from(users_with_sites).where(users.c.name == name)
    ).all()
    return _make_user(rows[0], {row.site for row in rows if row.site is not None}) if rows else None


def read_users(connection: Connection) -> tuple[User, ...]:
    """Return every user, by name."""
    sites: dict[str, set[str]] = {}
    for name, site in connection.execute(select(user_sites.c.user, user_sites.c.site)):
        sites.setdefault(name, set()).add(site)
    return tuple(
        _make_user(row, sites.get(row.name, ())) for row in connection.execute(select(users).order_by(users.c.name))
    )


def has_sample_users(connection: Connection) -> bool:
    """Return whether there are sample users, whose passwords are shown on screen."""
    return connection.execute(select(users.c.name).where(users.c.is_sample).limit(1)).first() is not None


def _make_user(row: Row[Any], sites: Iterable[str]) -> User:
    return User(
        name=row.name,
        display_name=row.display_name,
        role=row.role,
        all_sites=row.all_sites,
        sites=frozenset(sites),
        password_hash=row.password_hash,
        active=row.active,
        is_sample=row.is_sample,
    )
