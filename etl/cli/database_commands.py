"""`migrate`, `verify` and `sample`: the database itself."""

from argparse import Namespace
from pathlib import Path

from etl.cli.answers import DONE, FINDINGS, NOT_NOW, say, tell, with_progress
from etl.cli.parsers import Commands, Context
from etl.make_sample import make_sample, write_typed
from etl.verify_database import verify_database

PLAN = Path(__file__).resolve().parents[2] / "data" / "plan"


def add_commands(commands: Commands) -> None:
    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    migrate.set_defaults(run=run_migrate)
    verify = commands.add_parser("verify", help="recompute what is stored and compare")
    verify.set_defaults(run=run_verify)
    sample = commands.add_parser("sample", help="make invented returns in a new database, through the real intake")
    sample.add_argument("--plan", type=Path, default=PLAN, metavar="DIR|FILE.xlsx")
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
    if context.source.find_snapshot() is not None:
        tell("The sample needs a new database: this one holds a plan already.")
        return NOT_NOW
    made = make_sample(
        context.engine,
        plan_path=arguments.plan,
        today=context.settings.today(),
        progress=lambda returns: with_progress(returns, "sample returns"),
    )
    if arguments.typed:
        write_typed(made.typed, arguments.typed)
    say(f"Made {made.returns} invented returns with {len(made.typed)} numbers. This is sample data, not results.")
    return DONE
