"""`work`: the worker that does long work, one job at a time."""

import logging
import signal
import sys
from argparse import Namespace
from types import FrameType

from etl.cli.output import EXIT_OK, print_line
from etl.cli.parsers import Commands, Context
from etl.jobs.worker import Worker


def add_commands(commands: Commands) -> None:
    work = commands.add_parser("work", help="do long work that was started on a page: one job after the other")
    work.add_argument("--once", action="store_true", help="end when nothing waits any more")
    work.set_defaults(run=run_work)


def run_work(arguments: Namespace, context: Context) -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    worker = Worker(context.source, context.settings)
    try:
        done = worker.run(once=arguments.once)
    except KeyboardInterrupt:
        return EXIT_OK
    if arguments.once:
        print_line(f"{done} jobs done.")
    return EXIT_OK


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Asked to stop: the job in hand is let go of on the way out."""
    sys.exit(EXIT_OK)
