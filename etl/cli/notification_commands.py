"""`notify`: send the messages that are due."""

import logging
import signal
import sys
import threading
from argparse import Namespace

from etl.cli.output import EXIT_OK, print_line
from etl.cli.parsers import Commands, Context
from etl.errors import CardecError
from etl.logs import configure_json_logs
from etl.use_cases.notifications.deliver import run_notifications


class NoChannelError(CardecError):
    """No channel of messages is set up."""


def add_commands(commands: Commands) -> None:
    notify = commands.add_parser("notify", help="send the messages that are due; the worker does so by itself")
    notify.set_defaults(run=run_notify)


def run_notify(_arguments: Namespace, context: Context) -> int:
    """Send the messages that are due. A signal to stop ends the run after the message in hand."""
    settings, stop = context.settings, threading.Event()
    if not settings.notifications.is_enabled:
        raise NoChannelError("No messages are sent: set up a channel first (docs/notifications.md).")
    if settings.log_json:
        configure_json_logs()
    else:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    result = run_notifications(context.source, settings, should_stop=stop.is_set)
    print_line(f"{result.sent} messages sent, {result.postponed} postponed, {result.given_up} not sent.")
    return EXIT_OK
