"""Loading a plan: new versions, dry runs and refusals."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from etl.database.authorization import COMMAND_LINE, NotAllowedError
from etl.database.connection import reading
from etl.database.read.plans import read_plans
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import PlanLoadResult, load_plan
from tests.support.plan_edits import OTHER_PLAN, append_row, copy_plan

SITE = {"code": "OLD", "name_en": "Old nursery", "name_km": "ថ្នាលចាស់", "kind": "field", "is_centre": "no"}
PARTNER = {"code": "OLD", "name_en": "Old partner", "name_km": "ដៃគូចាស់", "kind": "partner"}


def load(engine: Engine, folder: Path, now: datetime, *, dry_run: bool = False) -> PlanLoadResult:
    return load_plan(engine, folder, actor=COMMAND_LINE, now=now, dry_run=dry_run)


@pytest.mark.parametrize("actor", ["mana", "nobody"])
def test_only_administrators_load_a_plan_by_command(
    sqlite_engine: Engine, now: datetime, tmp_path: Path, actor: str
) -> None:
    for name, role in (("admin", Role.ADMINISTRATOR), ("mana", Role.MANAGER)):
        add_user(sqlite_engine, name, role, "long enough to pass", now=now, actor="test")
    with pytest.raises(NotAllowedError):
        load_plan(sqlite_engine, OTHER_PLAN, actor=actor, now=now)
    assert count_versions(sqlite_engine) == 0
    assert load_plan(sqlite_engine, OTHER_PLAN, actor="admin", now=now).version == 1


def count_versions(engine: Engine) -> int:
    with reading(engine) as connection:
        plans = read_plans(connection)
    return len(plans.versions) if plans else 0


def test_a_plan_becomes_a_version_only_once(engine: Engine, now: datetime) -> None:
    first = load(engine, OTHER_PLAN, now)
    again = load(engine, OTHER_PLAN, now)
    assert (first.version, first.is_new, first.issues) == (1, True, ())
    assert (again.version, again.is_new, again.changes) == (1, False, ())
    assert count_versions(engine) == 1


def test_a_dry_run_lists_the_changes_and_stores_nothing(sqlite_engine: Engine, tmp_path: Path, now: datetime) -> None:
    load(sqlite_engine, OTHER_PLAN, now)
    folder = copy_plan(tmp_path / "more")
    append_row(folder, "sites", SITE)
    preview = load(sqlite_engine, folder, now, dry_run=True)
    assert (preview.version, preview.is_new) == (None, True)
    assert [(change.kind, change.code) for change in preview.changes] == [("added", "OLD")]
    assert count_versions(sqlite_engine) == 1


def test_a_reused_code_is_refused_with_its_line(sqlite_engine: Engine, tmp_path: Path, now: datetime) -> None:
    with_place, with_partner = copy_plan(tmp_path / "one"), copy_plan(tmp_path / "two")
    append_row(with_place, "sites", SITE)
    line = append_row(with_partner, "programmes", PARTNER)
    load(sqlite_engine, with_place, now)
    refused = load(sqlite_engine, with_partner, now)
    (fault,) = refused.issues
    assert (fault.file, fault.location) == ("programmes.csv", f"line {line}, column code")
    assert "OLD was the code of the site 'Old nursery'" in fault.message
    assert refused.version is None
    assert count_versions(sqlite_engine) == 1
