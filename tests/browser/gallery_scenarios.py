"""Databases of the gallery besides the sample: empty, one quarter, and other plans with returns."""

from datetime import date
from pathlib import Path

from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.sample.build import build_sample
from tests.support.manager_account import prepare_database
from tests.support.plan_edits import SHIPPED_PLAN
from tests.support.scenario_plans import store_scenario


def make_empty_database(path: Path, plan: Plan) -> None:
    """Create a database with accounts only."""
    prepare_database(path)


def make_first_quarter_sample(path: Path, plan: Plan) -> None:
    """Create the sample as of the end of the plan's first quarter."""
    prepare_database(path)
    engine = open_engine(f"sqlite:///{path}")
    build_sample(engine, plan_path=SHIPPED_PLAN, today=date(2022, 5, 20))
    engine.dispose()


def make_plan_with_returns(path: Path, plan: Plan) -> None:
    """Create a database with a plan and invented returns."""
    prepare_database(path)
    engine = open_engine(f"sqlite:///{path}")
    store_scenario(engine, plan)
    engine.dispose()
