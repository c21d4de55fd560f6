"""Accounts: adding one, changing a password, taking the sample's out."""

from collections.abc import Collection
from datetime import datetime

from argon2 import PasswordHasher

from etl.database.connection import Engine, reading, writing
from etl.database.read.users import find_user, has_sample_users, read_users
from etl.database.records import AuditEvent, User
from etl.database.write.audit import write_audit_event
from etl.database.write.users import delete_sample_users, insert_user
from etl.errors import CardecError
from etl.indicators.vocabulary import Role

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 256

# The same cost as at sign-in; the hash carries it, so older ones go on working when it is raised.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class UserError(CardecError):
    """The account can't be made as it was asked for."""


def add_user(
    engine: Engine,
    name: str,
    role: Role,
    password: str,
    sites: Collection[str] | None = None,
    *,
    now: datetime,
    who: str,
    display_name: str = "",
    is_sample: bool = False,
) -> User:
    """The new account; `sites` are those it sends for, None is all. UserError when the name is taken or unfit."""
    name = name.strip().casefold()
    if not name or len(name) > 60 or not name.isprintable():
        raise UserError("A name has 1 to 60 characters.")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UserError(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    user = User(
        name=name,
        display_name=display_name,
        role=role,
        all_sites=sites is None,
        sites=frozenset(sites or ()),
        password_hash=_hasher.hash(password),
        is_sample=is_sample,
    )
    with writing(engine) as connection:
        if find_user(connection, name) is not None:
            raise UserError(f"There is an account named {name} already.")
        insert_user(connection, user, when=now)
        write_audit_event(
            connection, AuditEvent(at=now, who=who, act="add user", subject=f"user {name}", new=role.value)
        )
    return user


def has_sample_accounts(engine: Engine) -> bool:
    """Whether accounts exist whose passwords were printed on a screen."""
    with reading(engine) as connection:
        return has_sample_users(connection)


def remove_sample_accounts(engine: Engine) -> None:
    """Takes out the sample's accounts with their sessions."""
    with writing(engine) as connection:
        delete_sample_users(connection)


def list_users(engine: Engine) -> tuple[User, ...]:
    """Every account, by name."""
    with reading(engine) as connection:
        return read_users(connection)
