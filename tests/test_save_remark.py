"""Saving remarks: permissions, every error at once, versions, and no overwriting of unseen changes."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from etl.database.connection import reading, writing
from etl.database.read.audit import read_audit_events
from etl.database.read.data_version import read_data_version
from etl.database.read.remarks import read_remark_versions, read_remarks
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from etl.use_cases.reporting.remarks import RemarkError, RemarkInput, write_remark
from tests.support.builders import make_indicator, make_plan
from tests.support.stored_returns import store_plan

PASSWORD = "long enough to pass"
WRITTEN = RemarkInput(indicator="A-01", quarter=Quarter(2025, 4), reason="Floods in August")
AGREED = replace(WRITTEN, agreed_action="Train again", responsible="Sokha", due="2026-12-31")


@pytest.fixture
def office(engine: Engine, now: datetime) -> Engine:
    """Return a database with a plan of 2022 to 2026, a manager and an officer."""
    with writing(engine) as connection:
        store_plan(connection, make_plan(make_indicator("A-01"), years=(2022, 2026)), when=now)
    add_user(engine, "mana", Role.MANAGER, PASSWORD, now=now, actor="test")
    add_user(engine, "offi", Role.OFFICER, PASSWORD, now=now, actor="test")
    return engine


def list_faulty_fields(engine: Engine, remark_input: RemarkInput, now: datetime, actor: str = "mana") -> list[str]:
    """Return the fields with errors."""
    with pytest.raises(RemarkError) as refused:
        write_remark(engine, remark_input, actor=actor, now=now)
    return [fault.field for fault in refused.value.errors]


def test_a_remark_is_stored_with_its_writer_and_logged(office: Engine, now: datetime):
    stored = write_remark(office, AGREED, actor="mana", now=now)
    with reading(office) as connection:
        assert read_remarks(connection) == (stored,)
        (event,) = read_audit_events(connection, subject="A-01 2025Q4")
    assert (stored.due, stored.written_by, stored.is_open) == (date(2026, 12, 31), "mana", True)
    assert (event.action, event.old) == ("remark written", "") and "Train again" in event.new


def test_a_new_version_replaces_the_older_one_which_stays_readable(office: Engine, now: datetime):
    first = write_remark(office, AGREED, actor="mana", now=now)
    second = write_remark(
        office, replace(AGREED, is_done=True, expected_version=first.id), actor="mana", now=now + timedelta(1)
    )
    with reading(office) as connection:
        assert read_remarks(connection) == (second,)
        assert read_remark_versions(connection, indicator="A-01", quarter=Quarter(2025, 4)) == (first, second)
        event = read_audit_events(connection, subject="A-01 2025Q4")[0]
    assert second.replaces == first.id and not second.is_open
    assert event.new.endswith(", done") and not event.old.endswith(", done")


def test_an_unchanged_remark_is_not_stored_again(office: Engine, now: datetime):
    first = write_remark(office, AGREED, actor="mana", now=now)
    with reading(office) as connection:
        before = read_data_version(connection)
    assert (
        write_remark(office, replace(AGREED, expected_version=first.id), actor="mana", now=now + timedelta(1)) == first
    )
    with reading(office) as connection:
        assert read_data_version(connection) == before


def test_a_stale_version_is_refused_and_nothing_is_lost(office: Engine, now: datetime):
    first = write_remark(office, WRITTEN, actor="mana", now=now)
    assert list_faulty_fields(office, replace(AGREED, expected_version=0), now) == ["why"]
    with reading(office) as connection:
        assert read_remarks(connection) == (first,)


def test_saving_a_remark_reports_every_error(office: Engine, now: datetime):
    faulty = replace(WRITTEN, reason=" ", agreed_action="x" * 1001, responsible="", due="tomorrow")
    assert list_faulty_fields(office, faulty, now) == ["agreed", "due", "why", "responsible"]


@pytest.mark.parametrize("fields", [{"responsible": "Sokha"}, {"due": "2026-12-31"}, {"is_done": True}])
def test_a_person_due_date_or_status_needs_an_action(office: Engine, now: datetime, fields: dict[str, object]):
    assert list_faulty_fields(office, replace(WRITTEN, **fields), now) == ["agreed"]


def test_officers_and_unknown_users_cannot_write_remarks(office: Engine, now: datetime):
    assert (
        list_faulty_fields(office, WRITTEN, now, actor="offi")
        == list_faulty_fields(office, WRITTEN, now, actor="nobody")
        == ["why"]
    )


@pytest.mark.parametrize("place", [{"indicator": "B-01"}, {"quarter": Quarter(2027, 1)}, {"quarter": Quarter(2021, 4)}])
def test_a_remark_needs_a_known_indicator_and_a_quarter_that_has_started(
    office: Engine, now: datetime, place: dict[str, object]
):
    assert list_faulty_fields(office, replace(WRITTEN, **place), now) == ["why"]


def test_control_characters_are_removed_and_line_breaks_kept(office: Engine, now: datetime):
    stored = write_remark(office, replace(WRITTEN, reason=" one\r\ntwo\x00\x07 ទឹក\u200bជំនន់ "), actor="mana", now=now)
    with reading(office) as connection:
        assert read_remarks(connection)[0].reason == stored.reason == "one\ntwo ទឹក\u200bជំនន់"


def test_a_new_action_is_not_due_in_the_past_unless_it_is_completed(office: Engine, now: datetime):
    past = replace(AGREED, due=(now.date() - timedelta(1)).isoformat())
    assert list_faulty_fields(office, past, now) == ["due"]
    write_remark(office, replace(past, is_done=True), actor="mana", now=now)


def test_an_action_that_became_overdue_can_be_edited(office: Engine, now: datetime):
    first = write_remark(office, AGREED, actor="mana", now=now)
    edited = replace(AGREED, reason="Floods until October", expected_version=first.id)
    later = now.replace(year=2027)
    assert write_remark(office, edited, actor="mana", now=later).reason == "Floods until October"
