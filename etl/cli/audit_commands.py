"""`audit`: who did what, as CSV."""

from argparse import Namespace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from etl.cli.output import EXIT_OK, print_error, print_line
from etl.cli.parsers import Commands, Context
from etl.database.records import AuditFilter
from etl.settings import CAMBODIA
from etl.use_cases.reporting.audit_export import export_audit_log


def add_commands(commands: Commands) -> None:
    audit = commands.add_parser("audit", help="who did what and when, as CSV, the newest first")
    audit.add_argument("--output", "-o", type=Path, metavar="FILE.csv", help="without: standard output")
    audit.add_argument("--who", default="", help="whose acts")
    audit.add_argument("--act", default="", help="which act, such as 'plan loaded'")
    audit.add_argument("--subject", default="", help="part of what was acted on, such as 2025Q3")
    audit.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="from this day on, as 2025-01-31")
    audit.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="up to this day, itself included")
    audit.set_defaults(run=run_audit)


def run_audit(arguments: Namespace, context: Context) -> int:
    wanted = AuditFilter(
        actor=arguments.who,
        action=arguments.act,
        subject=arguments.subject,
        since=_midnight(arguments.since),
        before=_midnight(arguments.until + timedelta(days=1)) if arguments.until else None,
    )
    found = export_audit_log(context.engine, wanted, actor="command line", now=context.settings.now())
    if arguments.output:
        arguments.output.write_text(found.text, encoding="utf-8", newline="")
        print_error(f"Wrote {found.event_count} acts into {arguments.output}")
    else:
        print_line(found.text.removeprefix("\ufeff").rstrip("\r\n"))
    return EXIT_OK


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, tzinfo=CAMBODIA) if day else None
