"""Test that plans are read exactly as they were stored."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from etl.database.connection import reading, writing
from etl.database.read.plans import find_plan_by_hash, read_loaded_plans, read_plans
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey, IndicatorProgramme, LocalizedText, Programme, SiteAlias, Target
from etl.plan.read_plan import read_plan
from tests.support.builders import make_indicator, make_part, make_plan, make_site
from tests.support.random_plans import Scenario, scenarios
from tests.support.stored_returns import compute_plan_hash, store_plan, store_plans

ROOT = Path(__file__).parents[2]


def _make_full_plan() -> Plan:
    """Return a plan that uses every kind of field."""
    plan = make_plan(
        make_indicator("B-02", season=("0.1", "0.2", "0.3", "0.4"), baseline_year=2021, baseline_value="0.10"),
        make_indicator("B-01", denominator_ref="B-02/sex/women", reporting_sites=("two", "one"), successor="B-02"),
        sites=(make_site("two", reports_from="2022Q2", closed_after="2023Q4", lat=Decimal("12.20920")), "one"),
        parts=[make_part("B-02", "sex/women"), make_part("B-02", "age/youth", exhaustive=False)],
        targets=[
            Target("B-02", "", 2024, Decimal("1E+3"), "illustrative", "why"),
            Target("B-02", "one", 2022, Decimal(1)),
            Target("B-02", "one", 2022, Decimal(1), part="sex/women"),
        ],
        effective_from=date(2022, 1, 1),
        sources=(("name_en", "slides"), ("vision_en", "")),
    )
    return replace(
        plan,
        aliases=(SiteAlias("two", "ពីរ"), SiteAlias("one", "Uno")),
        programmes=(Programme("P2", LocalizedText("Two", "ពីរ")), Programme("P1", LocalizedText("One"), kind="network")),
        indicator_programmes=(IndicatorProgramme("B-01", "P2"), IndicatorProgramme("B-01", "P1", "illustrative")),
    )


def test_plan_is_read_as_it_was_stored(engine: Engine, now: datetime) -> None:
    plan = _make_full_plan()
    with writing(engine) as connection:
        store_plan(connection, plan, when=now)
    with reading(engine) as connection:
        plans = read_plans(connection)
    assert plans is not None
    assert plans.latest == plan
    assert plans.latest.indicators[1].denominator_ref == CellKey("B-02", "sex/women")


def test_shipped_plan_is_read_as_it_was_stored(engine: Engine, now: datetime) -> None:
    plan = read_plan(ROOT / "data" / "plan").plan
    assert plan is not None
    with writing(engine) as connection:
        store_plan(connection, plan, when=now)
    with reading(engine) as connection:
        plans = read_plans(connection)
    assert plans is not None
    assert plans.latest == plan


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(scenario=scenarios)
def test_any_plan_history_is_read_as_it_was_stored(sqlite_engine: Engine, now: datetime, scenario: Scenario) -> None:
    with sqlite_engine.connect() as connection:
        connection.execution_options(writes=True)
        transaction = connection.begin()
        store_plans(connection, scenario.plans, when=now)
        assert read_plans(connection) == scenario.plans
        transaction.rollback()


def test_newer_version_keeps_the_first_unchanged(engine: Engine, now: datetime) -> None:
    first, second = make_plan(make_indicator("A-01")), make_plan(make_indicator("A-01"), make_indicator("A-02"))
    with writing(engine) as connection:
        assert store_plan(connection, first, when=now) == 1
        assert store_plan(connection, second, when=now, effective=date(2023, 1, 1)) == 2
    with reading(engine) as connection:
        plans = read_plans(connection)
        loaded = read_loaded_plans(connection)
        assert find_plan_by_hash(connection, compute_plan_hash(second)) == 2
        assert find_plan_by_hash(connection, "q" * 64) is None
    with writing(engine) as connection:
        assert store_plan(connection, first, when=now) == 3
        assert find_plan_by_hash(connection, compute_plan_hash(first)) == 3
    assert plans is not None
    assert [(version.number, version.effective, version.plan) for version in plans.versions] == [
        (1, date.min, first),
        (2, date(2023, 1, 1), second),
    ]
    assert (loaded[1].loaded_by, loaded[1].loaded_at, loaded[1].reason) == ("admin", now, "first")


def test_no_plans_before_the_first_version(engine: Engine) -> None:
    with reading(engine) as connection:
        assert read_plans(connection) is None


def test_indicator_of_an_unknown_objective_is_refused(engine: Engine, now: datetime) -> None:
    plan = replace(make_plan(make_indicator("A-01")), objectives=())
    with pytest.raises(IntegrityError), writing(engine) as connection:
        store_plan(connection, plan, when=now)
