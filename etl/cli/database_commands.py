"""`migrate`, `verify` and `sample`: the database itself."""

from argparse import Namespace
from pathlib import Path

from etl.cli.answers import DONE, FINDINGS, NOT_NOW, say, tell, with_progress
from etl.cli.parsers import Commands, Context
from etl.sample.build import empty_sample, is_sample_current, make_sample, renew_sample_accounts, write_typed
from etl.use_cases.operations.verify import verify_database

PLAN = Path(__file__).resolve().parents[2] / "data" / "plan"


def add_commands(commands: Commands) -> None:
    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    migrate.set_defaults(run=run_migrate)
    verify = commands.add_parser("verify", help="recompute what is stored and compare")
    verify.set_defaults(run=run_verify)
    sample = commands.add_parser("sample", help="make invented returns in a new database, through the real intake")
    sample.add_argument("--plan", type=Path, default=PLAN, metavar="DIR|FILE.xlsx")
    sample.add_argument("--if-needed", action="store_true", help="do nothing where an up-to-date sample stands")
    sample.add_argument("--accounts", action="store_true", help="new sign-ins for the sample, told once")
    sample.add_argument("--typed", type=Path, metavar="FILE.csv", help="write down what was typed, with its cells")
    sample.set_defaults(run=run_sample)


def run_migrate(_arguments: Namespace, context: Context) -> int:
    context.source.prepare()
    say("The database is up to date.")
    return DONE


def run_verify(_arguments: Namespace, context: Context) -> int:
    differences = verify_database(context.engine)
    for difference in differences:
        say(difference)
    say(f"{len(differences)} differences." if differences else "Every stored row is what the returns say.")
    return FINDINGS if differences else DONE


def run_sample(arguments: Namespace, context: Context) -> int:
    if arguments.accounts:
        return _renew_accounts(context)
    today = context.settings.today()
    if arguments.if_needed and is_sample_current(context.engine, plan_path=arguments.plan, today=today):
        return DONE
    if arguments.if_needed and context.settings.is_sample:
        context.close()
        empty_sample(context.settings.database_url)
        context.source.prepare()
    if context.source.find_snapshot() is not None:
        tell("The sample needs a new database: this one holds a plan already.")
        return NOT_NOW
    made = make_sample(
        context.engine,
        plan_path=arguments.plan,
        today=today,
        progress=lambda returns: with_progress(returns, "sample returns"),
    )
    if arguments.typed:
        write_typed(made.typed, arguments.typed)
    say(f"Made {made.returns} invented returns with {len(made.typed)} numbers. This is sample data, not results.")
    return DONE


def _renew_accounts(context: Context) -> int:
    """Prints a sign-in for each role; a database that isn't the sample's gets none."""
    if not context.settings.is_sample:
        tell("Sample accounts are for the sample's own database only.")
        return NOT_NOW
    say("Sample sign-ins, new at each start:")
    for account in renew_sample_accounts(context.engine, now=context.settings.now()):
        say(f"  {account.role.value:<14} {account.name:<22} {account.password}")
    return DONE
