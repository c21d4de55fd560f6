"""`audit`: the audit log as CSV."""

from argparse import Namespace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from etl.cli.output import EXIT_OK, print_error, print_line
from etl.cli.parsers import Commands, Context, parse_day_argument
from etl.database.records import AuditFilter
from etl.settings import CAMBODIA
from etl.use_cases.reporting.audit_export import export_audit_log


def add_commands(commands: Commands) -> None:
    audit = commands.add_parser("audit", help="export the audit log as CSV, newest first")
    audit.add_argument("--output", "-o", type=Path, metavar="FILE.csv", help="default: standard output")
    audit.add_argument("--who", default="", help="events of this user")
    audit.add_argument("--act", default="", help="events of this action, such as 'plan loaded'")
    audit.add_argument("--subject", default="", help="events whose subject contains this text, such as 2025Q3")
    audit.add_argument("--since", type=parse_day_argument, metavar="DAY", help="first day, as 2025-01-31")
    audit.add_argument("--until", type=parse_day_argument, metavar="DAY", help="last day, included")
    audit.set_defaults(run=run_audit)


def run_audit(arguments: Namespace, context: Context) -> int:
    audit_filter = AuditFilter(
        actor=arguments.who,
        action=arguments.act,
        subject=arguments.subject,
        since=_parse_midnight(arguments.since),
        before=_parse_midnight(arguments.until + timedelta(days=1)) if arguments.until else None,
    )
    export = export_audit_log(context.engine, audit_filter, actor="command line", now=context.settings.now())
    if arguments.output:
        arguments.output.write_text(export.text, encoding="utf-8", newline="")
        print_error(f"Exported {export.event_count} events to {arguments.output}")
    else:
        print_line(export.text.removeprefix("\ufeff").rstrip("\r\n"))
    return EXIT_OK


def _parse_midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, tzinfo=CAMBODIA) if day else None
