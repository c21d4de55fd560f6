"""Test stored users, sessions, sign-in attempts and audit events."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from etl.database.connection import reading, writing
from etl.database.read.audit import read_audit_events
from etl.database.read.sessions import count_sign_in_attempts, find_session
from etl.database.read.users import find_user, has_sample_users, read_users
from etl.database.records import AuditEvent, Session, User
from etl.database.write.audit import write_audit_event
from etl.database.write.sessions import (
    delete_session,
    delete_sessions_unused_since,
    delete_sign_in_attempts_before,
    delete_user_sessions,
    insert_session,
    record_sign_in_attempt,
    touch_session,
)
from etl.database.write.users import delete_sample_users, insert_user, update_user
from etl.indicators.vocabulary import Role

OFFICER = User(name="sok", display_name="Sok សុខ", role=Role.OFFICER, sites=frozenset({"one", "two"}))
VISITOR = User(name="sample", display_name="Sample", role=Role.MANAGER, password_hash="hash", is_sample=True)


def _make_session(token: str, now: datetime) -> Session:
    return Session(token_hash=token, user="sok", created_at=now, last_seen_at=now, csrf_seed="seed")


def test_user_is_read_with_their_sites(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        insert_user(connection, OFFICER, when=now)
        insert_user(connection, VISITOR, when=now)
    with reading(engine) as connection:
        assert find_user(connection, "sok") == OFFICER
        assert find_user(connection, "nobody") is None
        assert read_users(connection) == (VISITOR, OFFICER)
    assert OFFICER.can_submit_for("one") and not OFFICER.can_submit_for("three")


def test_duplicate_username_is_refused(engine: Engine, now: datetime) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        insert_user(connection, OFFICER, when=now)
        insert_user(connection, OFFICER, when=now)


def test_updated_user_has_only_the_new_role_and_sites(engine: Engine, now: datetime) -> None:
    promoted = replace(OFFICER, role=Role.MANAGER, sites=frozenset({"three"}), active=False)
    with writing(engine) as connection:
        insert_user(connection, OFFICER, when=now)
        assert update_user(connection, promoted)
        assert not update_user(connection, VISITOR)
    with reading(engine) as connection:
        assert read_users(connection) == (promoted,)


def test_sample_users_are_deleted_with_their_sessions(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        insert_user(connection, OFFICER, when=now)
        insert_user(connection, replace(VISITOR, sites=frozenset({"one"})), when=now)
        insert_session(connection, replace(_make_session("t", now), user="sample"))
        assert has_sample_users(connection)
        delete_sample_users(connection)
        assert not has_sample_users(connection)
        assert find_session(connection, "t") is None
        assert read_users(connection) == (OFFICER,)


def test_session_exists_until_it_is_deleted_or_expires(engine: Engine, now: datetime) -> None:
    later = now + timedelta(hours=1)
    with writing(engine) as connection:
        insert_user(connection, OFFICER, when=now)
        for token in ("a", "b", "c"):
            insert_session(connection, _make_session(token, now))
        touch_session(connection, "a", when=later)
        assert find_session(connection, "a") == replace(_make_session("a", now), last_seen_at=later)
        delete_session(connection, "b")
        assert find_session(connection, "b") is None
        delete_sessions_unused_since(connection, later)
        assert find_session(connection, "c") is None
        delete_user_sessions(connection, "sok")
        assert find_session(connection, "a") is None


def test_attempts_are_counted_by_account_and_time(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        for minutes in (0, 10, 20):
            record_sign_in_attempt(connection, "me", when=now + timedelta(minutes=minutes))
        record_sign_in_attempt(connection, "you", when=now)
        assert count_sign_in_attempts(connection, "me", since=now + timedelta(minutes=10)) == 2
        delete_sign_in_attempts_before(connection, now + timedelta(minutes=15))
        assert count_sign_in_attempts(connection, "me", since=now) == 1
        assert count_sign_in_attempts(connection, "you", since=now) == 0


def test_audit_log_is_read_newest_first_and_by_subject(engine: Engine, now: datetime) -> None:
    first = AuditEvent(at=now, actor="admin", action="lock quarter", subject="quarter 2025Q3", reason="closed")
    second = AuditEvent(at=now, actor="sok", action="submit", subject="return 1", old="draft", new="submitted")
    with writing(engine) as connection:
        write_audit_event(connection, first)
        write_audit_event(connection, second)
    with reading(engine) as connection:
        assert read_audit_events(connection) == (second, first)
        assert read_audit_events(connection, subject="return 1") == (second,)
        assert read_audit_events(connection, limit=1) == (second,)
