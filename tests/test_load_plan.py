"""Loading a plan: what makes it a new version, and what keeps it out, by its line."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from etl.database.connection import reading
from etl.database.read.plans import read_plans
from etl.use_cases.plans.load_plan import PlanLoadResult, load_plan
from tests.support.plan_edits import OTHER_PLAN, append_row, copy_plan

PLACE = {"code": "OLD", "name_en": "Old nursery", "name_km": "ថ្នាលចាស់", "kind": "field", "is_centre": "no"}
PARTNER = {"code": "OLD", "name_en": "Old partner", "name_km": "ដៃគូចាស់", "kind": "partner"}


def loaded(engine: Engine, folder: Path, now: datetime, *, dry_run: bool = False) -> PlanLoadResult:
    return load_plan(engine, folder, actor="ana", now=now, dry_run=dry_run)


def versions_in(engine: Engine) -> int:
    with reading(engine) as connection:
        plans = read_plans(connection)
    return len(plans.versions) if plans else 0


def test_a_plan_becomes_the_next_version_once(engine: Engine, now: datetime) -> None:
    first = loaded(engine, OTHER_PLAN, now)
    again = loaded(engine, OTHER_PLAN, now)
    assert (first.version, first.is_new, first.issues) == (1, True, ())
    assert (again.version, again.is_new, again.changes) == (1, False, ())
    assert versions_in(engine) == 1


def test_a_dry_run_says_what_would_change_and_stores_nothing(
    sqlite_engine: Engine, tmp_path: Path, now: datetime
) -> None:
    loaded(sqlite_engine, OTHER_PLAN, now)
    folder = copy_plan(tmp_path / "more")
    append_row(folder, "sites", PLACE)
    tried = loaded(sqlite_engine, folder, now, dry_run=True)
    assert (tried.version, tried.is_new) == (None, True)
    assert [(change.kind, change.code) for change in tried.changes] == [("added", "OLD")]
    assert versions_in(sqlite_engine) == 1


def test_a_code_used_again_for_something_else_is_refused_by_its_line(
    sqlite_engine: Engine, tmp_path: Path, now: datetime
) -> None:
    with_place, with_partner = copy_plan(tmp_path / "one"), copy_plan(tmp_path / "two")
    append_row(with_place, "sites", PLACE)
    line = append_row(with_partner, "programmes", PARTNER)
    loaded(sqlite_engine, with_place, now)
    refused = loaded(sqlite_engine, with_partner, now)
    (fault,) = refused.issues
    assert (fault.file, fault.location) == ("programmes.csv", f"line {line}, column code")
    assert "OLD was the code of the site 'Old nursery'" in fault.message
    assert refused.version is None
    assert versions_in(sqlite_engine) == 1
