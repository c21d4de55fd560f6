"""`migrate`, `verify` and `sample`: maintain the database."""

from argparse import Namespace
from pathlib import Path

from etl.cli.output import EXIT_FINDINGS, EXIT_OK, EXIT_UNAVAILABLE, print_error, print_line, track_progress
from etl.cli.parsers import Commands, Context
from etl.sample.build import (
    build_sample,
    delete_sample_database,
    is_sample_current,
    renew_sample_accounts,
    write_entries,
)
from etl.use_cases.operations.verify import verify_database

DEFAULT_PLAN = Path(__file__).resolve().parents[2] / "data" / "plan"


def add_commands(commands: Commands) -> None:
    migrate = commands.add_parser("migrate", help="update the database schema")
    migrate.set_defaults(run=run_migrate)
    verify = commands.add_parser("verify", help="compare stored results with a recomputation")
    verify.set_defaults(run=run_verify)
    sample = commands.add_parser("sample", help="import invented returns into a new database")
    sample.add_argument("--plan", type=Path, default=DEFAULT_PLAN, metavar="DIR|FILE.xlsx")
    sample.add_argument("--if-needed", action="store_true", help="do nothing if the sample is up to date")
    sample.add_argument("--accounts", action="store_true", help="print new passwords for the sample accounts")
    sample.add_argument("--typed", type=Path, metavar="FILE.csv", help="also write every entered number and its cell")
    sample.set_defaults(run=run_sample)


def run_migrate(_arguments: Namespace, context: Context) -> int:
    context.source.ensure_schema()
    print_line("The database is up to date.")
    return EXIT_OK


def run_verify(_arguments: Namespace, context: Context) -> int:
    differences = verify_database(context.engine)
    for difference in differences:
        print_line(difference)
    print_line(f"Differences: {len(differences)}." if differences else "Every stored row matches the returns.")
    return EXIT_FINDINGS if differences else EXIT_OK


def run_sample(arguments: Namespace, context: Context) -> int:
    if arguments.accounts:
        return _renew_accounts(context)
    today = context.settings.today()
    if arguments.if_needed and is_sample_current(context.engine, plan_path=arguments.plan, today=today):
        return EXIT_OK
    if arguments.if_needed and context.settings.is_sample:
        context.close()
        delete_sample_database(context.settings.database_url)
        context.source.ensure_schema()
    if context.source.find_snapshot() is not None:
        print_error("The sample needs a new database. This one already contains a plan.")
        return EXIT_UNAVAILABLE
    sample = build_sample(
        context.engine,
        plan_path=arguments.plan,
        today=today,
        progress=lambda returns: track_progress(returns, "sample returns"),
    )
    if arguments.typed:
        write_entries(sample.entries, arguments.typed)
    print_line(f"Imported {sample.return_count} invented returns with {len(sample.entries)} numbers.")
    print_line("This is sample data, not results.")
    return EXIT_OK


def _renew_accounts(context: Context) -> int:
    """Print new passwords of the sample accounts, only for the sample's own database."""
    if not context.settings.is_sample:
        print_error("Sample accounts exist only in the sample's own database.")
        return EXIT_UNAVAILABLE
    print_line("Sample accounts, with new passwords at each start:")
    for account in renew_sample_accounts(context.engine, now=context.settings.now()):
        print_line(f"  {account.role.value:<14} {account.name:<22} {account.password}")
    return EXIT_OK
