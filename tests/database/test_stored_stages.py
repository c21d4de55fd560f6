"""Stages are stored with their plan version and read back in order."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from etl.database.connection import reading, writing
from etl.database.dataclass_json import dump_dataclass, load_dataclass
from etl.database.read.plans import read_plans
from etl.indicators.plans import Plan
from tests.support.builders import make_indicator, make_plan, make_stage_indicator, make_targets
from tests.support.stored_returns import store_plan

WHEN = datetime(2022, 1, 5, tzinfo=UTC)


def test_stages_are_stored_with_their_version(engine: Engine) -> None:
    targets = make_targets("A-01", {2023: 3})
    first = make_plan(make_stage_indicator("A-01"), make_indicator("A-02"), targets=targets)
    second = make_plan(make_stage_indicator("A-01", "no", "yes", first_rank=0), make_indicator("A-02"))
    with writing(engine) as connection:
        store_plan(connection, first, when=WHEN)
        store_plan(connection, second, when=WHEN)
    with reading(engine) as connection:
        plans = read_plans(connection)
    assert plans is not None
    assert [version.plan for version in plans.versions] == [first, second]


def test_an_edition_holds_the_stages_of_its_plan_and_nothing_for_other_indicators() -> None:
    plan = make_plan(make_stage_indicator("A-01", "no", "yes", first_rank=0), make_indicator("A-02"))
    text = dump_dataclass(plan)
    assert load_dataclass(Plan, text) == plan
    assert text.count('"stages"') == 1
