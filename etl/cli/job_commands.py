"""`work`: run background jobs, one at a time."""

import logging
import os
import signal
import sys
from argparse import Namespace
from types import FrameType

from etl.cli.output import EXIT_OK, print_line
from etl.cli.parsers import Commands, Context
from etl.jobs.backup_schedule import BackupSchedule
from etl.jobs.notifier import Notifier
from etl.jobs.worker import Worker
from etl.logs import configure_json_logs

NICENESS = 10
"""Jobs can wait: on a machine with few processors, pages are answered first."""


def add_commands(commands: Commands) -> None:
    work = commands.add_parser("work", help="run the background jobs started on pages, and send messages")
    work.add_argument("--once", action="store_true", help="stop when the queue is empty")
    work.set_defaults(run=run_work)


def run_work(arguments: Namespace, context: Context) -> int:
    if context.settings.log_json:
        configure_json_logs()
    else:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    if not arguments.once:
        os.nice(NICENESS)
    notifier = None if arguments.once else Notifier(context.source, context.settings)
    schedule = None if arguments.once else BackupSchedule(context.source, context.settings)
    worker = Worker(context.source, context.settings, notifier=notifier, backup_schedule=schedule)
    try:
        job_count = worker.run(once=arguments.once)
    except KeyboardInterrupt:
        return EXIT_OK
    if arguments.once:
        print_line(f"{job_count} jobs done.")
    return EXIT_OK


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Exit on SIGTERM. The worker returns its job to the queue."""
    sys.exit(EXIT_OK)
