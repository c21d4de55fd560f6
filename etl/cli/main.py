"""Entry point of the command line: parse arguments, run a command, report errors with an exit code."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache

from etl.cli import (
    audit_commands,
    database_commands,
    edition_commands,
    field_commands,
    figure_commands,
    form_commands,
    job_commands,
    notification_commands,
    pack_commands,
    plan_commands,
    return_commands,
    table_commands,
    user_commands,
)
from etl.cli.output import EXIT_OK, EXIT_UNAVAILABLE, EXIT_USAGE, print_error
from etl.cli.parsers import Context
from etl.errors import CardecError, InputError, UnknownNameError
from etl.settings import SettingsError, read_settings

COMMAND_MODULES = (
    database_commands,
    plan_commands,
    form_commands,
    return_commands,
    table_commands,
    field_commands,
    figure_commands,
    edition_commands,
    user_commands,
    audit_commands,
    job_commands,
    notification_commands,
    pack_commands,
)


@cache
def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every command, built once in a process."""
    parser = argparse.ArgumentParser(prog="python -m etl", description="CARDEC indicators, from workbook to figure.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMAND_MODULES:
        module.add_commands(commands)
    return parser


def main(arguments: Sequence[str], environ: Mapping[str, str] | None = None) -> int:
    """Run a command and return its exit code: 0 success, 1 blocking findings, 2 wrong usage, 3 not possible now."""
    namespace = build_parser().parse_args(arguments)
    try:
        settings = read_settings() if environ is None else read_settings(environ)
        with closing(Context(settings)) as context:
            return int(namespace.run(namespace, context))
    except SettingsError as error:
        for message in error.errors:
            print_error(message)
        return EXIT_USAGE
    except CardecError as error:
        print_error(str(error))
        return EXIT_USAGE if isinstance(error, InputError | UnknownNameError) else EXIT_UNAVAILABLE
    except BrokenPipeError:
        # The reader, such as `head`, closed the pipe: discard the rest, also what Python flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except OSError as error:
        print_error(f"{error.filename or 'A file'}: {error.strerror or error}.")
        return EXIT_UNAVAILABLE
