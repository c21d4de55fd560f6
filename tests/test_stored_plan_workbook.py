"""A plan workbook that the administrator sends is kept, previewed and loaded once, with its reason and its trace."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from etl.database.connection import reading
from etl.database.read.audit import read_audit_events
from etl.database.read.plans import read_loaded_plans
from etl.database.read.returns import find_received_file
from etl.errors import TranslatableError
from etl.indicators.vocabulary import Role
from etl.plan.read_plan import read_plan
from etl.plan.write_plan import write_plan_workbook
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import (
    PlanLoadError,
    PlanLoadOptions,
    load_plan,
    load_stored_plan,
    preview_plan,
    store_plan_workbook,
)
from tests.support.plan_edits import OTHER_PLAN, Edit, apply_edits, copy_plan


@pytest.fixture
def office(engine: Engine, now: datetime) -> Engine:
    """A database with the other plan, an administrator and a manager."""
    for name, role in (("admin", Role.ADMINISTRATOR), ("mana", Role.MANAGER)):
        add_user(engine, name, role, "long enough to pass", now=now, actor="test")
    load_plan(engine, OTHER_PLAN, actor="admin", now=now)
    return engine


def workbook(folder: Path, target: str) -> bytes:
    plan = copy_plan(folder / target)
    apply_edits(plan, Edit("targets", "L.1//2026", "value", target))
    found = read_plan(plan).plan
    assert found is not None
    return write_plan_workbook(found)


def numbers(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [one.number for one in read_loaded_plans(connection)]


def test_what_is_loaded_is_what_was_seen_with_its_reason_day_and_trace(office: Engine, now: datetime, tmp_path: Path):
    data = workbook(tmp_path, "4321")
    sha256 = store_plan_workbook(office, "review.xlsx", data, actor="admin", now=now)
    seen = preview_plan(office, sha256, actor="admin", now=now)
    assert seen.version is None and [(one.code, one.new) for one in seen.changes] == [("L.1", "4321")]
    assert numbers(office) == [1]
    loading = PlanLoadOptions(
        actor="admin", now=now, effective=date(2026, 1, 1), reason=" Mid-term review ", expected_version=1
    )
    loaded = load_stored_plan(office, sha256, loading)
    assert (loaded.version, loaded.changes) == (2, seen.changes)
    with reading(office) as connection:
        newest = read_loaded_plans(connection)[-1]
        (event,) = read_audit_events(connection, subject="plan v2")
        file = find_received_file(connection, sha256)
    assert (newest.effective, newest.reason, newest.source_name) == (date(2026, 1, 1), "Mid-term review", "review.xlsx")
    assert (event.action, event.actor, event.reason) == ("plan loaded", "admin", "Mid-term review")
    assert file is not None and file.data == data
    assert not load_stored_plan(office, sha256, replace(loading, expected_version=2)).is_new and numbers(office) == [
        1,
        2,
    ]


def test_of_two_that_saw_one_version_one_loads_and_the_other_is_told(office: Engine, now: datetime, tmp_path: Path):
    first, second = (
        store_plan_workbook(office, f"{target}.xlsx", workbook(tmp_path, target), actor="admin", now=now)
        for target in ("4321", "5432")
    )
    loading = PlanLoadOptions(actor="admin", now=now, reason="review", expected_version=1)
    assert load_stored_plan(office, first, loading).version == 2
    with pytest.raises(PlanLoadError, match="Another plan"):
        load_stored_plan(office, second, loading)
    assert numbers(office) == [1, 2]


@pytest.mark.parametrize("who", ["mana", "nobody"])
def test_nobody_but_the_administrator_keeps_previews_or_loads_a_plan(
    office: Engine, now: datetime, tmp_path: Path, who: str
):
    sha256 = store_plan_workbook(office, "review.xlsx", workbook(tmp_path, "4321"), actor="admin", now=now)
    for act in (
        lambda: store_plan_workbook(office, "x.xlsx", b"x", actor=who, now=now),
        lambda: preview_plan(office, sha256, actor=who, now=now),
        lambda: load_stored_plan(office, sha256, PlanLoadOptions(actor=who, now=now, reason="review")),
    ):
        with pytest.raises(TranslatableError):
            act()
    assert numbers(office) == [1]
