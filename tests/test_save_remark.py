"""Managers write remarks; every fault is told at once, every version stays, and nobody overwrites another unseen."""

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
    """A database with a plan of 2022 to 2026, a manager and an officer."""
    with writing(engine) as connection:
        store_plan(connection, make_plan(make_indicator("A-01"), years=(2022, 2026)), when=now)
    add_user(engine, "mana", Role.MANAGER, PASSWORD, now=now, actor="test")
    add_user(engine, "offi", Role.OFFICER, PASSWORD, now=now, actor="test")
    return engine


def faults_of(engine: Engine, written: RemarkInput, now: datetime, who: str = "mana") -> list[str]:
    """The fields that are complained of; nothing may have been stored."""
    with pytest.raises(RemarkError) as refused:
        write_remark(engine, written, actor=who, now=now)
    return [fault.field for fault in refused.value.faults]


def test_a_remark_is_stored_with_its_writer_and_its_trace(office: Engine, now: datetime):
    stored = write_remark(office, AGREED, actor="mana", now=now)
    with reading(office) as connection:
        assert read_remarks(connection) == (stored,)
        (event,) = read_audit_events(connection, subject="A-01 2025Q4")
    assert (stored.due, stored.written_by, stored.is_open) == (date(2026, 12, 31), "mana", True)
    assert (event.action, event.old) == ("remark written", "") and "Train again" in event.new


def test_a_newer_version_stands_and_the_older_one_stays_readable(office: Engine, now: datetime):
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


def test_the_same_words_again_store_nothing_new(office: Engine, now: datetime):
    first = write_remark(office, AGREED, actor="mana", now=now)
    with reading(office) as connection:
        before = read_data_version(connection)
    assert (
        write_remark(office, replace(AGREED, expected_version=first.id), actor="mana", now=now + timedelta(1)) == first
    )
    with reading(office) as connection:
        assert read_data_version(connection) == before


def test_who_did_not_see_the_newest_version_is_told_and_nothing_is_lost(office: Engine, now: datetime):
    first = write_remark(office, WRITTEN, actor="mana", now=now)
    assert faults_of(office, replace(AGREED, expected_version=0), now) == ["why"]
    with reading(office) as connection:
        assert read_remarks(connection) == (first,)


def test_every_fault_of_a_remark_is_told_at_once(office: Engine, now: datetime):
    faulty = replace(WRITTEN, reason=" ", agreed_action="x" * 1001, responsible="", due="tomorrow")
    assert faults_of(office, faulty, now) == ["agreed", "due", "why", "responsible"]


@pytest.mark.parametrize("fields", [{"responsible": "Sokha"}, {"due": "2026-12-31"}, {"is_done": True}])
def test_nothing_can_be_due_or_done_that_was_not_agreed(office: Engine, now: datetime, fields: dict[str, object]):
    assert faults_of(office, replace(WRITTEN, **fields), now) == ["agreed"]


def test_an_officer_or_a_stranger_writes_no_remark(office: Engine, now: datetime):
    assert faults_of(office, WRITTEN, now, who="offi") == faults_of(office, WRITTEN, now, who="nobody") == ["why"]


@pytest.mark.parametrize("place", [{"indicator": "B-01"}, {"quarter": Quarter(2027, 1)}, {"quarter": Quarter(2021, 4)}])
def test_a_remark_is_of_an_indicator_of_the_plan_and_a_quarter_that_has_begun(
    office: Engine, now: datetime, place: dict[str, object]
):
    assert faults_of(office, replace(WRITTEN, **place), now) == ["why"]


def test_what_no_person_types_is_left_out_and_lines_stay_lines(office: Engine, now: datetime):
    stored = write_remark(office, replace(WRITTEN, reason=" one\r\ntwo\x00\x07 ទឹក\u200bជំនន់ "), actor="mana", now=now)
    with reading(office) as connection:
        assert read_remarks(connection)[0].reason == stored.reason == "one\ntwo ទឹក\u200bជំនន់"
