"""`migrate`, `verify` and `sample`: the database itself."""

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
    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    migrate.set_defaults(run=run_migrate)
    verify = commands.add_parser("verify", help="recompute what is stored and compare")
    verify.set_defaults(run=run_verify)
    sample = commands.add_parser("sample", help="make invented returns in a new database, through the real intake")
    sample.add_argument("--plan", type=Path, default=DEFAULT_PLAN, metavar="DIR|FILE.xlsx")
    sample.add_argument("--if-needed", action="store_true", help="do nothing where an up-to-date sample stands")
    sample.add_argument("--accounts", action="store_true", help="new sign-ins for the sample, told once")
    sample.add_argument("--typed", type=Path, metavar="FILE.csv", help="write down what was typed, with its cells")
    sample.set_defaults(run=run_sample)


def run_migrate(_arguments: Namespace, context: Context) -> int:
    context.source.ensure_schema()
    print_line("The database is up to date.")
    return EXIT_OK


def run_verify(_arguments: Namespace, context: Context) -> int:
    differences = verify_database(context.engine)
    for difference in differences:
        print_line(difference)
    print_line(f"{len(differences)} differences." if differences else "Every stored row is what the returns say.")
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
        print_error("The sample needs a new database: this one holds a plan already.")
        return EXIT_UNAVAILABLE
    made = build_sample(
        context.engine,
        plan_path=arguments.plan,
        today=today,
        progress=lambda returns: track_progress(returns, "sample returns"),
    )
    if arguments.typed:
        write_entries(made.entries, arguments.typed)
    print_line(
        f"Made {made.return_count} invented returns with {len(made.entries)} numbers. This is sample data, not results."
    )
    return EXIT_OK


def _renew_accounts(context: Context) -> int:
    """Prints a sign-in for each role; a database that isn't the sample's gets none."""
    if not context.settings.is_sample:
        print_error("Sample accounts are for the sample's own database only.")
        return EXIT_UNAVAILABLE
    print_line("Sample sign-ins, new at each start:")
    for account in renew_sample_accounts(context.engine, now=context.settings.now()):
        print_line(f"  {account.role.value:<14} {account.name:<22} {account.password}")
    return EXIT_OK
