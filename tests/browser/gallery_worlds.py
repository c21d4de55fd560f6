"""What the gallery is taken of besides the sample: nothing, one quarter, and the larger and odder plans."""

from datetime import date
from pathlib import Path

from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.sample.build import make_sample
from tests.browser.served_site import prepare
from tests.support.plan_edits import SHIPPED_PLAN
from tests.support.worlds import store_world


def make_empty(path: Path, plan: Plan) -> None:
    """Accounts, and nothing else."""
    prepare(path)


def make_one_quarter(path: Path, plan: Plan) -> None:
    """The sample as it was when the plan's first quarter had just ended."""
    prepare(path)
    engine = open_engine(f"sqlite:///{path}")
    make_sample(engine, plan_path=SHIPPED_PLAN, today=date(2022, 5, 20))
    engine.dispose()


def make_stored(path: Path, plan: Plan) -> None:
    """A plan with invented returns."""
    prepare(path)
    engine = open_engine(f"sqlite:///{path}")
    store_world(engine, plan)
    engine.dispose()
