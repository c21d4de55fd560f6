"""`users add | list`: accounts, until they have a page of their own."""

import getpass
import sys
from argparse import Namespace

from etl.cli.answers import DONE, say, say_table
from etl.cli.parsers import Commands, Context
from etl.indicators.vocabulary import Role
from etl.manage_users import add_user, list_users


def add_commands(commands: Commands) -> None:
    users = commands.add_parser("users", help="accounts").add_subparsers(
        dest="users_command", required=True, metavar="add|list"
    )
    add = users.add_parser("add", help="add an account; its password is asked for, or read from standard input")
    add.add_argument("name")
    add.add_argument("--role", choices=("officer", "manager", "administrator"), required=True)
    add.add_argument("--site", action="append", default=[], help="an officer's sites; without: all")
    add.set_defaults(run=run_add)
    users.add_parser("list", help="every account").set_defaults(run=run_list)


def run_add(arguments: Namespace, context: Context) -> int:
    added = add_user(
        context.engine,
        arguments.name,
        Role(arguments.role),
        _ask_password(),
        arguments.site or None,
        now=context.settings.now(),
        who="command line",
    )
    say(f"Added {added.name} ({added.role.value}).")
    return DONE


def _ask_password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def run_list(_arguments: Namespace, context: Context) -> int:
    rows = [
        (one.name, one.role.value, "all" if one.all_sites else " ".join(sorted(one.sites)), str(one.active))
        for one in list_users(context.engine)
    ]
    say_table(("name", "role", "sites", "active"), rows)
    return DONE
