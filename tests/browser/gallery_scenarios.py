"""What the gallery is taken of besides the sample: nothing, one quarter, and the larger and odder plans."""

from datetime import date
from pathlib import Path

from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.sample.build import build_sample
from tests.browser.served_app import prepare_database
from tests.support.plan_edits import SHIPPED_PLAN
from tests.support.scenario_plans import store_scenario


def make_empty_database(path: Path, plan: Plan) -> None:
    """Accounts, and nothing else."""
    prepare_database(path)


def make_first_quarter_sample(path: Path, plan: Plan) -> None:
    """The sample as it was when the plan's first quarter had just ended."""
    prepare_database(path)
    engine = open_engine(f"sqlite:///{path}")
    build_sample(engine, plan_path=SHIPPED_PLAN, today=date(2022, 5, 20))
    engine.dispose()


def make_plan_with_returns(path: Path, plan: Plan) -> None:
    """A plan with invented returns."""
    prepare_database(path)
    engine = open_engine(f"sqlite:///{path}")
    store_scenario(engine, plan)
    engine.dispose()
