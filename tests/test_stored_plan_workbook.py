"""An uploaded plan workbook is stored, previewed and loaded once, with its reason and an audit event."""

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
from etl.use_cases.plans import check_plan_file
from etl.use_cases.plans.check_plan_file import check_stored_plan, get_plan_check
from etl.use_cases.plans.load_plan import (
    PlanLoadError,
    PlanLoadOptions,
    load_plan,
    load_stored_plan,
    store_plan_workbook,
)
from tests.support.plan_edits import OTHER_PLAN, Edit, append_row, apply_edits, copy_plan


@pytest.fixture
def office(engine: Engine, now: datetime) -> Engine:
    """Return a database with the other plan, an administrator and a manager."""
    for name, role in (("admin", Role.ADMINISTRATOR), ("mana", Role.MANAGER)):
        add_user(engine, name, role, "long enough to pass", now=now, actor="test")
    load_plan(engine, OTHER_PLAN, actor="admin", now=now)
    return engine


def make_workbook(folder: Path, target: str) -> bytes:
    plan = copy_plan(folder / target)
    apply_edits(plan, Edit("targets", "L.1//2026", "value", target))
    edited_plan = read_plan(plan).plan
    assert edited_plan is not None
    return write_plan_workbook(edited_plan)


def list_versions(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [plan.number for plan in read_loaded_plans(connection)]


def test_the_previewed_plan_is_loaded_with_reason_date_and_audit_event(office: Engine, now: datetime, tmp_path: Path):
    data = make_workbook(tmp_path, "4321")
    sha256 = store_plan_workbook(office, "review.xlsx", data, actor="admin", now=now)
    assert get_plan_check(office, sha256, actor="admin") is None
    check = check_stored_plan(office, sha256, actor="admin", now=now)
    assert get_plan_check(office, sha256, actor="admin") == check
    assert check.is_new and check.change_counts == (("target", 1),) and "4321" in check.texts[0].changes[0][1]
    assert list_versions(office) == [1]
    loading = PlanLoadOptions(
        actor="admin", now=now, effective=date(2026, 1, 1), reason=" Mid-term review ", expected_version=1
    )
    loaded = load_stored_plan(office, sha256, loading)
    assert loaded.version == 2 and [(change.code, change.new) for change in loaded.changes] == [("L.1", "4321")]
    with reading(office) as connection:
        newest = read_loaded_plans(connection)[-1]
        (event,) = read_audit_events(connection, subject="plan v2")
        file = find_received_file(connection, sha256)
    assert (newest.effective, newest.reason, newest.source_name) == (date(2026, 1, 1), "Mid-term review", "review.xlsx")
    assert (event.action, event.actor, event.reason) == ("plan loaded", "admin", "Mid-term review")
    assert file is not None and file.data == data
    assert not load_stored_plan(office, sha256, replace(loading, expected_version=2)).is_new and list_versions(
        office
    ) == [
        1,
        2,
    ]


def test_a_check_lists_the_figures_of_the_centre_first_and_counts_those_beyond_its_limit(
    office: Engine, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(check_plan_file, "MAX_LISTED_CHANGES", 2)
    plan = copy_plan(tmp_path / "plan")
    edits = [Edit("targets", f"P.1/{site}/2025", "value", "77") for site in ("", "01", "N-2")]
    apply_edits(plan, *edits)
    append_row(plan, "plan", {"key": "effective_from", "value": "2024-01-01", "source": ""})
    edited_plan = read_plan(plan).plan
    assert edited_plan is not None
    sha256 = store_plan_workbook(office, "sites.xlsx", write_plan_workbook(edited_plan), actor="admin", now=now)
    figures = check_stored_plan(office, sha256, actor="admin", now=now).get_texts("en").figures
    assert len(figures) == 3 and figures[-1] == "... and 4 more"
    assert all(figure.startswith("P.1 Growers trained, ") for figure in figures[:2])


def test_of_two_loads_after_the_same_version_one_is_refused(office: Engine, now: datetime, tmp_path: Path):
    first, second = (
        store_plan_workbook(office, f"{target}.xlsx", make_workbook(tmp_path, target), actor="admin", now=now)
        for target in ("4321", "5432")
    )
    for sha256 in (first, second):
        check_stored_plan(office, sha256, actor="admin", now=now)
    loading = PlanLoadOptions(actor="admin", now=now, reason="review", expected_version=1, effective=date(2026, 1, 1))
    assert load_stored_plan(office, first, loading).version == 2
    with pytest.raises(PlanLoadError, match="Another plan"):
        load_stored_plan(office, second, loading)
    assert list_versions(office) == [1, 2]


@pytest.mark.parametrize("actor", ["mana", "nobody"])
def test_only_administrators_store_preview_or_load_a_plan(office: Engine, now: datetime, tmp_path: Path, actor: str):
    sha256 = store_plan_workbook(office, "review.xlsx", make_workbook(tmp_path, "4321"), actor="admin", now=now)
    for act in (
        lambda: store_plan_workbook(office, "x.xlsx", b"x", actor=actor, now=now),
        lambda: check_stored_plan(office, sha256, actor=actor, now=now),
        lambda: get_plan_check(office, sha256, actor=actor),
        lambda: load_stored_plan(office, sha256, PlanLoadOptions(actor=actor, now=now, reason="review")),
    ):
        with pytest.raises(TranslatableError):
            act()
    assert list_versions(office) == [1]
