"""Manage accounts as an administrator: add, change, deactivate and activate them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.passwords import find_password_problem, hash_password
from etl.database.read.accounts import read_last_seen, read_live_links
from etl.database.read.plans import read_plans
from etl.database.read.users import find_user, has_sample_users, read_users
from etl.database.records import AuditEvent, User
from etl.database.write.accounts import revoke_access
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.users import delete_sample_users, insert_user, update_user
from etl.errors import FieldError, InputError
from etl.indicators.vocabulary import Role
from etl.locale import N_

__all__ = [
    "Account",
    "Role",
    "User",
    "UserError",
    "add_user",
    "change_user",
    "describe_user",
    "has_sample_accounts",
    "list_accounts",
    "list_users",
    "remove_sample_accounts",
    "set_user_active",
]

_MAX_NAME_LENGTH = 60
_FORBIDDEN_CHARACTERS = "/\\?#%<>\"'&"
_RESERVED_NAMES = ("command line", "first start", "sample", "nobody", "notifications", "field data")
"""The actors of audit events that no account caused."""

_LAST_ADMINISTRATOR = N_("This is the last administrator. Add another administrator first.")


class UserError(InputError):
    """The account can't be added or changed."""


@dataclass(frozen=True)
class Account:
    """An account with its sessions and links."""

    user: User
    last_seen: datetime | None
    """When a session was last used; None while signed out."""
    link_expires_at: datetime | None
    """When an unused one-time link expires; None without one."""

    @property
    def has_password(self) -> bool:
        return self.user.password_hash is not None


def add_user(
    engine: Engine,
    name: str,
    role: Role,
    password: str | None,
    sites: Collection[str] | None = None,
    *,
    now: datetime,
    actor: str,
    display_name: str = "",
    is_sample: bool = False,
) -> User:
    """Add an account and return it. `sites` None means all sites; without a password it needs a one-time link.

    Raises UserError with every error: a name that exists or is invalid, an invalid password, unknown sites.
    """
    name = name.strip().casefold()
    errors = [
        *_find_name_errors(name),
        *_find_password_errors(password, name),
        *_find_display_name_errors(display_name),
    ]
    errors += _find_role_errors(role, sites)
    user = _with_sites(
        User(
            name=name,
            display_name=display_name.strip(),
            role=role,
            password_hash=hash_password(password) if password and not errors else None,
            is_sample=is_sample,
        ),
        sites,
    )
    with writing(engine) as connection:
        if find_user(connection, name) is not None:
            errors.append(FieldError("name", N_("An account named {name} already exists."), {"name": name}))
        errors += _find_site_errors(connection, user)
        if errors:
            raise UserError(*errors)
        insert_user(connection, user, when=now)
        _write_event(connection, user, "add user", actor=actor, now=now, new=describe_user(user))
    return user


def change_user(
    engine: Engine,
    name: str,
    *,
    role: Role,
    sites: Collection[str] | None,
    actor: str,
    now: datetime,
    display_name: str | None = None,
) -> User:
    """Change the role, sites (None means all) or display name of an account. It applies from its next request.

    Raises UserError for an unknown account, unknown sites, and when the last administrator would lose the role.
    """
    with writing(engine) as connection:
        old = _get_user(connection, name)
        display_name = old.display_name if display_name is None else display_name.strip()
        new = _with_sites(replace(old, role=role, display_name=display_name), sites)
        errors = [
            *_find_display_name_errors(display_name),
            *_find_role_errors(role, sites),
            *_find_site_errors(connection, new),
        ]
        if role is not Role.ADMINISTRATOR and _is_last_administrator(connection, old):
            errors.append(FieldError("role", _LAST_ADMINISTRATOR, {}))
        if errors:
            raise UserError(*errors)
        update_user(connection, new)
        _write_event(
            connection, new, "change user", actor=actor, now=now, old=describe_user(old), new=describe_user(new)
        )
    return new


def set_user_active(engine: Engine, name: str, active: bool, *, actor: str, now: datetime) -> User:
    """Activate or deactivate an account. Deactivating deletes its sessions, links and API tokens, nothing else."""
    with writing(engine) as connection:
        old = _get_user(connection, name)
        if not active and _is_last_administrator(connection, old):
            raise UserError(FieldError("name", _LAST_ADMINISTRATOR, {}))
        new = replace(old, active=active)
        update_user(connection, new)
        if not active:
            revoke_access(connection, old.name)
        states = {True: "active", False: "deactivated"}
        action = "activate user" if active else "deactivate user"
        _write_event(connection, new, action, actor=actor, now=now, old=states[old.active], new=states[active])
    return new


def describe_user(user: User) -> str:
    """Return the role and sites of an account in a few words, for the audit log."""
    role = f"{user.role.value}" + (f" ({user.display_name})" if user.display_name else "")
    if user.role is not Role.OFFICER:
        return role
    return f"{role} for {'all sites' if user.all_sites else ' '.join(sorted(user.sites))}"


def list_users(engine: Engine) -> tuple[User, ...]:
    """Return every user, by name."""
    with reading(engine) as connection:
        return read_users(connection)


def list_accounts(engine: Engine, *, now: datetime) -> tuple[Account, ...]:
    """Return every account, by name, with its last use and its unused link."""
    with reading(engine) as connection:
        last_seen = read_last_seen(connection)
        links = {link.user: link.expires_at for link in read_live_links(connection, now=now)}
        return tuple(Account(user, last_seen.get(user.name), links.get(user.name)) for user in read_users(connection))


def has_sample_accounts(engine: Engine) -> bool:
    """Whether accounts of the sample exist, whose passwords were printed on a screen."""
    with reading(engine) as connection:
        return has_sample_users(connection)


def remove_sample_accounts(engine: Engine) -> None:
    """Delete the accounts of the sample and their sessions."""
    with writing(engine) as connection:
        delete_sample_users(connection)


def _get_user(connection: Connection, name: str) -> User:
    user = find_user(connection, name.strip().casefold())
    if user is None:
        raise UserError(FieldError("name", N_("There is no account named {name}."), {"name": name.strip()}))
    return user


def _is_active_administrator(user: User) -> bool:
    return user.active and user.role is Role.ADMINISTRATOR


def _is_last_administrator(connection: Connection, user: User) -> bool:
    if not _is_active_administrator(user):
        return False
    return sum(_is_active_administrator(account) for account in read_users(connection)) == 1


def _with_sites(user: User, sites: Collection[str] | None) -> User:
    """Return the user with sites, which only officers have; managers and administrators see all sites."""
    if sites is None or user.role is not Role.OFFICER:
        return replace(user, all_sites=True, sites=frozenset())
    return replace(user, all_sites=False, sites=frozenset(sites))


def _find_name_errors(name: str) -> list[FieldError]:
    if not name or len(name) > _MAX_NAME_LENGTH or not name.isprintable() or name in _RESERVED_NAMES:
        return [FieldError("name", N_("Enter a name of 1 to {most} characters."), {"most": _MAX_NAME_LENGTH})]
    if any(character in name for character in _FORBIDDEN_CHARACTERS) or name.strip(".") == "":
        return [FieldError("name", N_("Use only letters, digits, spaces and . - _ @ in the name."), {})]
    return []


def _find_display_name_errors(display_name: str) -> list[FieldError]:
    if len(display_name) <= _MAX_NAME_LENGTH and (not display_name or display_name.isprintable()):
        return []
    text = N_("Shorten the display name to {most} characters.")
    return [FieldError("display_name", text, {"most": _MAX_NAME_LENGTH})]


def _find_password_errors(password: str | None, name: str) -> list[FieldError]:
    problem = None if password is None else find_password_problem(password, name)
    return [] if problem is None else [FieldError("password", problem[0], {**problem[1]})]


def _find_role_errors(role: Role, sites: Collection[str] | None) -> list[FieldError]:
    if sites is None or role is Role.OFFICER:
        return []
    return [FieldError("sites", N_("Only officers can be limited to certain sites."), {})]


def _find_site_errors(connection: Connection, user: User) -> list[FieldError]:
    """Return the errors of an account's sites. Any site is accepted before a plan is loaded."""
    if user.all_sites:
        return []
    if not user.sites:
        return [FieldError("sites", N_("Choose at least one site, or all sites."), {})]
    plans = read_plans(connection)
    plan_sites = {site.code for version in plans.versions for site in version.plan.sites} if plans else user.sites
    unknown_sites = sorted(user.sites - plan_sites)
    if not unknown_sites:
        return []
    text = N_("The plan has no such site: {unknown}. Choose from: {known}.")
    return [FieldError("sites", text, {"unknown": ", ".join(unknown_sites), "known": ", ".join(sorted(plan_sites))})]


def _write_event(
    connection: Connection, user: User, action: str, *, actor: str, now: datetime, old: str = "", new: str = ""
) -> None:
    """Record a change of a user. Cached pages are outdated: the first steps depend on the officers of each site."""
    event = AuditEvent(at=now, actor=actor, action=action, subject=f"user {user.name}", old=old, new=new)
    write_audit_event(connection, event)
    increment_data_version(connection)
