"""Reading accounts."""

from sqlalchemy import Connection, Select, select

from etl.database.records import User
from etl.database.tables import user_sites, users


def find_user(connection: Connection, name: str) -> User | None:
    """The account of that name, active or not."""
    found = _read(connection, select(users).where(users.c.name == name))
    return found[0] if found else None


def read_users(connection: Connection) -> tuple[User, ...]:
    """Every account, by name."""
    return _read(connection, select(users).order_by(users.c.name))


def has_sample_users(connection: Connection) -> bool:
    """Whether accounts of the sample exist, whose passwords were printed on a screen."""
    return connection.execute(select(users.c.name).where(users.c.is_sample).limit(1)).first() is not None


def _read(connection: Connection, chosen: Select[tuple[object, ...]]) -> tuple[User, ...]:
    sites: dict[str, set[str]] = {}
    for name, site in connection.execute(select(user_sites.c.user, user_sites.c.site)):
        sites.setdefault(name, set()).add(site)
    return tuple(
        User(
            name=row.name,
            display_name=row.display_name,
            role=row.role,
            all_sites=row.all_sites,
            sites=frozenset(sites.get(row.name, ())),
            password_hash=row.password_hash,
            active=row.active,
            is_sample=row.is_sample,
        )
        for row in connection.execute(chosen)
    )
