"""`users add | list | link | set-role | set-sites | deactivate | activate`: manage accounts."""

import getpass
import sys
from argparse import ArgumentParser, Namespace

from etl.cli.output import EXIT_OK, EXIT_UNAVAILABLE, EXIT_USAGE, print_error, print_line, print_table
from etl.cli.parsers import Commands, Context
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.one_time_links import make_first_link, make_link, make_link_path
from etl.use_cases.accounts.users import (
    add_user,
    change_user,
    describe_user,
    list_accounts,
    list_users,
    set_user_active,
)

_ACTOR = "command line"
_ROLES = [role.value for role in Role]


def add_commands(commands: Commands) -> None:
    users = commands.add_parser("users", help="accounts").add_subparsers(
        dest="users_command", required=True, metavar="add|list|link|set-role|set-sites|deactivate|activate"
    )
    add = users.add_parser("add", help="add an account; the password comes from a prompt or standard input")
    add.add_argument("name")
    add.add_argument("--role", choices=_ROLES, required=True)
    add.add_argument("--site", action="append", default=[], help="a site of an officer; default: all sites")
    add.add_argument("--shown", default="", metavar="NAME", help="the display name")
    add.add_argument("--link", action="store_true", help="print a one-time link for the owner in place of a password")
    add.set_defaults(run=run_add)
    users.add_parser("list", help="list all accounts").set_defaults(run=run_list)
    link = users.add_parser("link", help="print a one-time link for setting a new password")
    link.add_argument("name", nargs="?", default="")
    link.add_argument("--first", action="store_true", help="for the first administrator, who chooses a name")
    link.set_defaults(run=run_link)
    role = users.add_parser("set-role", help="change the role of an account")
    role.add_argument("name")
    role.add_argument("role", choices=_ROLES)
    _add_sites(role)
    role.set_defaults(run=run_set_role)
    sites = users.add_parser("set-sites", help="change the sites of an officer")
    sites.add_argument("name")
    _add_sites(sites)
    sites.set_defaults(run=run_set_sites)
    for command, active, description in (
        ("deactivate", False, "deactivate an account and end its sessions"),
        ("activate", True, "activate an account again"),
    ):
        parser = users.add_parser(command, help=description)
        parser.add_argument("name")
        parser.set_defaults(run=run_set_active, active=active)


def _add_sites(parser: ArgumentParser) -> None:
    parser.add_argument("--site", action="append", default=[], help="a site; default: all sites")


def run_add(arguments: Namespace, context: Context) -> int:
    added = add_user(
        context.engine,
        arguments.name,
        Role(arguments.role),
        None if arguments.link else _read_password(),
        arguments.site or None,
        now=context.settings.now(),
        actor=_ACTOR,
        display_name=arguments.shown,
    )
    print_line(f"Added {added.name} ({added.role.value}).")
    return _print_link(added.name, context) if arguments.link else EXIT_OK


def _read_password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def run_list(_arguments: Namespace, context: Context) -> int:
    rows = [
        (
            account.user.name,
            account.user.role.value,
            "all" if account.user.all_sites else " ".join(sorted(account.user.sites)),
            "yes" if account.user.active else "no",
            "yes" if account.has_password else "no",
            account.last_seen.isoformat(timespec="minutes") if account.last_seen else "",
        )
        for account in list_accounts(context.engine, now=context.settings.now())
    ]
    print_table(("name", "role", "sites", "active", "password", "signed in, last seen"), rows)
    return EXIT_OK


def run_link(arguments: Namespace, context: Context) -> int:
    if arguments.first == bool(arguments.name):
        print_error("Give the name of an account, or --first for the first administrator, who has no name yet.")
        return EXIT_USAGE
    if not arguments.first:
        return _print_link(arguments.name, context)
    token = make_first_link(context.engine, now=context.settings.now())
    if token is None:
        print_error("There is already an administrator, or a link was made within the last minute.")
        return EXIT_UNAVAILABLE
    return _print_token(token, context)


def _print_link(name: str, context: Context) -> int:
    return _print_token(make_link(context.engine, name, actor=_ACTOR, now=context.settings.now()), context)


def _print_token(token: str, context: Context) -> int:
    print_line(f"{context.settings.address}{make_link_path(token)}")
    print_error("The link works once, within 24 hours. For Khmer, put /km before /set-password.")
    return EXIT_OK


def run_set_role(arguments: Namespace, context: Context) -> int:
    return _change_user(arguments.name, Role(arguments.role), arguments, context)


def run_set_sites(arguments: Namespace, context: Context) -> int:
    role = next((user.role for user in list_users(context.engine) if user.name == arguments.name), Role.OFFICER)
    return _change_user(arguments.name, role, arguments, context)


def _change_user(name: str, role: Role, arguments: Namespace, context: Context) -> int:
    now, sites = context.settings.now(), arguments.site or None
    changed = change_user(context.engine, name, role=role, sites=sites, actor=_ACTOR, now=now)
    print_line(f"{changed.name}: {describe_user(changed)}.")
    return EXIT_OK


def run_set_active(arguments: Namespace, context: Context) -> int:
    changed = set_user_active(
        context.engine, arguments.name, arguments.active, actor=_ACTOR, now=context.settings.now()
    )
    print_line(f"{changed.name} is {'active' if changed.active else 'deactivated'}.")
    return EXIT_OK
