"""Accounts as the administrator keeps them: adding, changing, closing and opening them; taking the sample's out."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.passwords import find_password_problem, hash_password
from etl.database.read.accounts import read_last_seen, read_live_links
from etl.database.read.plans import read_plans
from etl.database.read.users import find_user, has_sample_users, read_users
from etl.database.records import AuditEvent, User
from etl.database.write.accounts import delete_links_of
from etl.database.write.audit import write_audit_event
from etl.database.write.sessions import delete_sessions_of
from etl.database.write.users import delete_sample_users, insert_user, update_user
from etl.errors import CardecError
from etl.indicators.vocabulary import Role
from etl.locale import N_

__all__ = [
    "Account",
    "Role",
    "User",
    "UserError",
    "UserFault",
    "add_user",
    "change_user",
    "describe_user",
    "has_administrator",
    "has_sample_accounts",
    "list_accounts",
    "list_users",
    "remove_sample_accounts",
    "set_user_active",
]

_LONGEST_NAME = 60
_NOT_IN_NAMES = "/\\?#%<>\"'&"
_NOBODYS_NAMES = ("command line", "first start", "sample", "nobody")
"""What the audit trail calls acts that no account did."""


@dataclass(frozen=True)
class UserFault:
    """What is wrong with a field of an account: an English text of the catalogue and what stands in its braces."""

    field: str
    text: str
    parameters: dict[str, object]

    def __str__(self) -> str:
        return self.text.format_map(self.parameters)


class UserError(CardecError):
    """The account can't be made or changed as it was asked for; every fault at once."""

    def __init__(self, *faults: UserFault) -> None:
        super().__init__(" ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Account:
    """An account as the administrator sees it."""

    user: User
    last_seen: datetime | None
    """While signed in."""
    link_expires_at: datetime | None
    """Until when a one-time link could be used."""

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
    """The new account; `sites` are those it sends for, None is all. Without a password it waits for a one-time link.

    UserError with every fault: a name that is taken or unfit, an unfit password, sites that the plan doesn't have.
    """
    name = name.strip().casefold()
    faults = [*_name_faults(name), *_password_faults(password, name), *_display_faults(display_name)]
    faults += _role_faults(role, sites)
    user = _with_sites(
        User(
            name=name,
            display_name=display_name.strip(),
            role=role,
            password_hash=hash_password(password) if password and not faults else None,
            is_sample=is_sample,
        ),
        sites,
    )
    with writing(engine) as connection:
        if find_user(connection, name) is not None:
            faults.append(UserFault("name", N_("There is an account named {name} already."), {"name": name}))
        faults += _site_faults(connection, user)
        if faults:
            raise UserError(*faults)
        insert_user(connection, user, when=now)
        _write(connection, user, "add user", who=actor, now=now, new=describe_user(user))
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
    """The account with another role, other sites (None is all) or another name shown; it holds from its next click.

    UserError for an account that there is not, unknown sites, or the last administrator.
    """
    with writing(engine) as connection:
        old = _get(connection, name)
        shown = old.display_name if display_name is None else display_name.strip()
        new = _with_sites(replace(old, role=role, display_name=shown), sites)
        faults = [*_display_faults(shown), *_role_faults(role, sites), *_site_faults(connection, new)]
        if role is not Role.ADMINISTRATOR and _is_last_administrator(connection, old):
            faults.append(UserFault("role", _LAST_ADMINISTRATOR, {}))
        if faults:
            raise UserError(*faults)
        update_user(connection, new)
        _write(connection, new, "change user", who=actor, now=now, old=describe_user(old), new=describe_user(new))
    return new


def set_user_active(engine: Engine, name: str, active: bool, *, actor: str, now: datetime) -> User:
    """Closes the account, which ends its sessions and links at once, or opens it again. Nothing of it is deleted."""
    with writing(engine) as connection:
        old = _get(connection, name)
        if not active and _is_last_administrator(connection, old):
            raise UserError(UserFault("name", _LAST_ADMINISTRATOR, {}))
        new = replace(old, active=active)
        update_user(connection, new)
        if not active:
            delete_sessions_of(connection, old.name)
            delete_links_of(connection, old.name)
        words = {True: "active", False: "deactivated"}
        act = "activate user" if active else "deactivate user"
        _write(connection, new, act, who=actor, now=now, old=words[old.active], new=words[active])
    return new


def describe_user(user: User) -> str:
    """Role and sites in a few words, for the audit trail."""
    shown = f"{user.role.value}" + (f" ({user.display_name})" if user.display_name else "")
    if user.role is not Role.OFFICER:
        return shown
    return f"{shown} for {'all sites' if user.all_sites else ' '.join(sorted(user.sites))}"


def list_users(engine: Engine) -> tuple[User, ...]:
    """Every account, by name."""
    with reading(engine) as connection:
        return read_users(connection)


def list_accounts(engine: Engine, *, now: datetime) -> tuple[Account, ...]:
    """Every account, by name, with when it was last seen and whether a link waits for it."""
    with reading(engine) as connection:
        seen = read_last_seen(connection)
        links = {one.user: one.expires_at for one in read_live_links(connection, now=now)}
        return tuple(Account(one, seen.get(one.name), links.get(one.name)) for one in read_users(connection))


def has_administrator(engine: Engine) -> bool:
    """Whether somebody can keep accounts from the web."""
    with reading(engine) as connection:
        return any(_administers(one) for one in read_users(connection))


def has_sample_accounts(engine: Engine) -> bool:
    """Whether accounts exist whose passwords were printed on a screen."""
    with reading(engine) as connection:
        return has_sample_users(connection)


def remove_sample_accounts(engine: Engine) -> None:
    """Takes out the sample's accounts with their sessions."""
    with writing(engine) as connection:
        delete_sample_users(connection)


_LAST_ADMINISTRATOR = N_("This is the last administrator: make another one first.")


def _get(connection: Connection, name: str) -> User:
    user = find_user(connection, name.strip().casefold())
    if user is None:
        raise UserError(UserFault("name", N_("There is no account named {name}."), {"name": name.strip()}))
    return user


def _administers(user: User) -> bool:
    return user.active and user.role is Role.ADMINISTRATOR


def _is_last_administrator(connection: Connection, user: User) -> bool:
    return _administers(user) and sum(_administers(one) for one in read_users(connection)) == 1


def _with_sites(user: User, sites: Collection[str] | None) -> User:
    """Sites are an officer's; who decides or administers sees all."""
    if sites is None or user.role is not Role.OFFICER:
        return replace(user, all_sites=True, sites=frozenset())
    return replace(user, all_sites=False, sites=frozenset(sites))


def _name_faults(name: str) -> list[UserFault]:
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or name in _NOBODYS_NAMES:
        return [UserFault("name", N_("A name has 1 to {most} characters."), {"most": _LONGEST_NAME})]
    if any(one in name for one in _NOT_IN_NAMES) or name.strip(".") == "":
        text = N_("A name has letters, digits, blanks and . - _ @ only.")
        return [UserFault("name", text, {})]
    return []


def _display_faults(display_name: str) -> list[UserFault]:
    if len(display_name) <= _LONGEST_NAME and (not display_name or display_name.isprintable()):
        return []
    text = N_("The name that is shown has at most {most} characters.")
    return [UserFault("display_name", text, {"most": _LONGEST_NAME})]


def _password_faults(password: str | None, name: str) -> list[UserFault]:
    fault = None if password is None else find_password_problem(password, name)
    return [] if fault is None else [UserFault("password", fault[0], {**fault[1]})]


def _role_faults(role: Role, sites: Collection[str] | None) -> list[UserFault]:
    if sites is None or role is Role.OFFICER:
        return []
    text = N_("Only officers send for some sites; managers and administrators see all.")
    return [UserFault("sites", text, {})]


def _site_faults(connection: Connection, user: User) -> list[UserFault]:
    """Before a plan is loaded any site is taken, since none is known yet."""
    if user.all_sites:
        return []
    if not user.sites:
        return [UserFault("sites", N_("Choose at least one site, or all sites."), {})]
    plans = read_plans(connection)
    known = {site.code for version in plans.versions for site in version.plan.sites} if plans else user.sites
    unknown = sorted(user.sites - known)
    if not unknown:
        return []
    text = N_("The plan has no such site: {unknown}. It has {known}.")
    return [UserFault("sites", text, {"unknown": ", ".join(unknown), "known": ", ".join(sorted(known))})]


def _write(
    connection: Connection, user: User, act: str, *, who: str, now: datetime, old: str = "", new: str = ""
) -> None:
    event = AuditEvent(at=now, actor=who, action=act, subject=f"user {user.name}", old=old, new=new)
    write_audit_event(connection, event)
