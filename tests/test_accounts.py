"""Accounts on both databases: changes, one-time links, passwords, sessions and the audit log."""

import csv
import io
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from etl.database.authorization import COMMAND_LINE
from etl.database.connection import reading, writing
from etl.database.passwords import HASHER as REAL_HASHER
from etl.database.read.audit import count_audit_events, read_all_audit_events, read_audit_events
from etl.database.records import AuditEvent, AuditFilter
from etl.database.write.audit import write_audit_event
from etl.errors import TranslatableError
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.one_time_links import (
    LINK_LIFETIME,
    LinkError,
    find_invitation,
    make_first_link,
    make_link,
    set_password_by_link,
)
from etl.use_cases.accounts.own_account import (
    AccountError,
    change_own_password,
    end_own_sessions,
    find_own_language,
    list_own_sessions,
    save_own_language,
)
from etl.use_cases.accounts.sign_in import SignInOutcome, find_signed_in_user, sign_in
from etl.use_cases.accounts.users import (
    UserError,
    add_user,
    change_user,
    list_accounts,
    list_users,
    set_user_active,
)
from etl.use_cases.plans.load_plan import load_plan
from etl.use_cases.reporting.audit_export import export_audit_log
from tests.support.plan_edits import OTHER_PLAN, Edit, apply_edits, copy_plan, read_records

PASSWORD, OTHER = "a password of tests", "another one of tests"


def test_passwords_are_hashed_with_the_parameters_of_owasp():
    """Other tests replace the hasher by a cheap one after this import."""
    assert REAL_HASHER.hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.fixture
def staffed(engine: Engine, now: datetime) -> Engine:
    """Return a database with an administrator and an officer of one site."""
    add_user(engine, "boss", Role.ADMINISTRATOR, PASSWORD, now=now, actor="test")
    add_user(engine, "sok", Role.OFFICER, PASSWORD, ["one"], now=now, actor="test")
    return engine


def get_token(engine: Engine, name: str, password: str, now: datetime) -> str:
    attempt = sign_in(engine, username=name, password=password, address="10.0.0.1", pepper="p", now=now)
    assert attempt.outcome is SignInOutcome.SIGNED_IN
    return attempt.token


def list_actions(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as connection:
        return [(event.actor, event.action, event.subject) for event in read_audit_events(connection)]


def test_adding_an_account_reports_every_error(staffed: Engine, now: datetime) -> None:
    with pytest.raises(UserError) as raised:
        add_user(staffed, "a/b", Role.OFFICER, "short", [], now=now, actor="boss", display_name="x" * 61)
    assert [fault.field for fault in raised.value.errors] == ["name", "password", "display_name", "sites"]


@pytest.mark.parametrize("name", ["", " ", "command line", "first start", "a\nb", "..", "x" * 61, "<b>", 'a"b', "a&b"])
def test_an_ambiguous_name_is_refused(staffed: Engine, now: datetime, name: str) -> None:
    with pytest.raises(UserError, match="name"):
        add_user(staffed, name, Role.MANAGER, PASSWORD, now=now, actor="boss")


@pytest.mark.parametrize("name", ["sok.dara", "ដារ៉ា", "m&e".replace("&", "-"), "dara 2", "dara@cardec"])
def test_names_in_both_scripts_are_accepted(staffed: Engine, now: datetime, name: str) -> None:
    assert add_user(staffed, name, Role.MANAGER, None, now=now, actor="boss").name == name


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaa",
        "ababababababab",
        "x" * 257,
        "a long name here",
        "P@ssword2026!",
        "1234567890",
        "qwertyuiop",
        "password12",
        "Cambodia-2026",
    ],
)
def test_a_weak_password_is_refused(staffed: Engine, now: datetime, password: str) -> None:
    with pytest.raises(UserError, match="[Pp]assword"):
        add_user(staffed, "a long name here", Role.MANAGER, password, now=now, actor="boss")


@pytest.mark.parametrize("password", ["ខ្ញុំស្រលាញ់កសិកម្មអភិរក្ស", "ដំរីផ្កាឈូកទន្លេ៧៧", "សុខា-password-1", "три слова здесь"])
def test_a_password_in_another_script_is_accepted(staffed: Engine, now: datetime, password: str) -> None:
    assert add_user(staffed, "a long name here", Role.MANAGER, password, now=now, actor="boss").active


@pytest.mark.parametrize("password", ["១២៣៤៥៦៧៨៩០", "password១២៣៤", "២០២៦២០២៦-២០២៦"])
def test_digits_of_another_script_do_not_make_a_password_strong(staffed: Engine, now: datetime, password: str) -> None:
    with pytest.raises(UserError, match="[Pp]assword"):
        add_user(staffed, "a long name here", Role.MANAGER, password, now=now, actor="boss")


def test_a_new_role_applies_from_the_next_request(staffed: Engine, now: datetime) -> None:
    token = get_token(staffed, "sok", PASSWORD, now)
    change_user(staffed, "sok", role=Role.MANAGER, sites=None, actor="boss", now=now)
    user = find_signed_in_user(staffed, token, now=now)
    assert user is not None and (user.role, user.sites) == (Role.MANAGER, None)
    with reading(staffed) as connection:
        event = read_audit_events(connection)[0]
    assert (event.action, event.old, event.new) == ("change user", "officer for one", "manager")


def test_deactivating_an_account_ends_its_sessions_and_links(staffed: Engine, now: datetime) -> None:
    token, link = get_token(staffed, "sok", PASSWORD, now), make_link(staffed, "sok", actor="boss", now=now)
    set_user_active(staffed, "sok", False, actor="boss", now=now)
    assert find_signed_in_user(staffed, token, now=now) is None
    assert find_invitation(staffed, link, now=now) is None
    again = sign_in(staffed, username="sok", password=PASSWORD, address="a", pepper="p", now=now)
    assert again.outcome is SignInOutcome.REFUSED
    set_user_active(staffed, "sok", True, actor="boss", now=now)
    assert find_signed_in_user(staffed, token, now=now) is None
    assert get_token(staffed, "sok", PASSWORD, now)
    assert find_invitation(staffed, link, now=now) is None


def test_the_last_administrator_cannot_be_removed(staffed: Engine, now: datetime) -> None:
    for remove_administrator in (
        lambda: set_user_active(staffed, "boss", False, actor="sok", now=now),
        lambda: change_user(staffed, "boss", role=Role.OFFICER, sites=["one"], actor="sok", now=now),
    ):
        with pytest.raises(UserError, match="last administrator"):
            remove_administrator()
    add_user(staffed, "second", Role.ADMINISTRATOR, PASSWORD, now=now, actor="boss")
    set_user_active(staffed, "boss", False, actor="second", now=now)
    active = [account.user for account in list_accounts(staffed, now=now) if account.user.active]
    assert [user.name for user in active if user.role is Role.ADMINISTRATOR] == ["second"]


def test_a_link_sets_a_password_once_and_ends_every_session(staffed: Engine, now: datetime) -> None:
    old = get_token(staffed, "sok", PASSWORD, now)
    link = make_link(staffed, "sok", actor="boss", now=now)
    for _ in range(3):
        assert find_invitation(staffed, link, now=now) is not None
    with pytest.raises(LinkError, match="characters"):
        set_password_by_link(staffed, link, "short", now=now)
    assert set_password_by_link(staffed, link, OTHER, now=now) == "sok"
    assert find_signed_in_user(staffed, old, now=now) is None
    assert get_token(staffed, "sok", OTHER, now)
    with pytest.raises(LinkError, match="has been used"):
        set_password_by_link(staffed, link, PASSWORD, now=now)
    assert ("sok", "password set", "user sok") in list_actions(staffed)


def test_an_expired_or_replaced_link_is_invalid(staffed: Engine, now: datetime) -> None:
    first = make_link(staffed, "sok", actor="boss", now=now)
    second = make_link(staffed, "sok", actor="boss", now=now)
    assert find_invitation(staffed, first, now=now) is None
    assert find_invitation(staffed, second, now=now + LINK_LIFETIME - timedelta(seconds=1)) is not None
    for token, moment in ((first, now), (second, now + LINK_LIFETIME), ("", now), ("x" * 43, now)):
        with pytest.raises(LinkError, match="has been used"):
            set_password_by_link(staffed, token, OTHER, now=moment)


def test_twenty_concurrent_uses_of_a_link_set_one_password(staffed: Engine, now: datetime) -> None:
    link = make_link(staffed, "sok", actor="boss", now=now)
    set_passwords: list[str] = []

    def follow(number: int) -> None:
        password = f"password number {number:02}"
        try:
            set_password_by_link(staffed, link, password, now=now)
            set_passwords.append(password)
        except TranslatableError:
            pass

    threads = [threading.Thread(target=follow, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set_passwords) == 1
    assert get_token(staffed, "sok", set_passwords[0], now)


def test_a_link_is_stored_as_a_hash_only(staffed: Engine, now: datetime) -> None:
    link = make_link(staffed, "sok", actor="boss", now=now)
    with staffed.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM one_time_link").all()
        trail = connection.exec_driver_sql("SELECT * FROM audit_event").all()
    assert rows and link not in str(rows) and link not in str(trail)


def test_the_link_of_the_first_start_adds_the_first_administrator(engine: Engine, now: datetime) -> None:
    link = make_first_link(engine, now=now)
    assert link is not None
    assert make_first_link(engine, now=now) is None, "a second worker of the same start prints none"
    newer = make_first_link(engine, now=now + timedelta(minutes=2))
    assert newer is not None and find_invitation(engine, link, now=now) is None
    with pytest.raises(LinkError, match="name"):
        set_password_by_link(engine, newer, OTHER, name="a/b", now=now)
    assert set_password_by_link(engine, newer, OTHER, name=" Boss ", now=now) == "boss"
    assert [(user.name, user.role) for user in list_users(engine)] == [("boss", Role.ADMINISTRATOR)]
    assert make_first_link(engine, now=now + timedelta(days=9)) is None


def test_the_first_link_is_invalid_once_an_administrator_exists(engine: Engine, now: datetime) -> None:
    link = make_first_link(engine, now=now)
    assert link is not None
    add_user(engine, "boss", Role.ADMINISTRATOR, PASSWORD, now=now, actor="command line")
    assert find_invitation(engine, link, now=now) is None
    with pytest.raises(LinkError):
        set_password_by_link(engine, link, OTHER, name="thief", now=now)
    assert [user.name for user in list_users(engine)] == ["boss"]


def test_changing_the_own_password_ends_every_session(staffed: Engine, now: datetime) -> None:
    tokens = [get_token(staffed, "sok", PASSWORD, now) for _ in range(2)]

    def change(old: str, new: str) -> None:
        change_own_password(staffed, "sok", old=old, new=new, address="10.0.0.1", pepper="p", now=now)

    with pytest.raises(AccountError, match="incorrect"):
        change("wrong", OTHER)
    with pytest.raises(AccountError, match="characters"):
        change(PASSWORD, "short")
    assert len(list_own_sessions(staffed, "sok", tokens[0])) == 2
    change(PASSWORD, OTHER)
    assert [find_signed_in_user(staffed, token, now=now) for token in tokens] == [None, None]
    assert get_token(staffed, "sok", OTHER, now)


def test_checking_the_old_password_is_rate_limited(staffed: Engine, now: datetime) -> None:
    for _ in range(5):
        with pytest.raises(AccountError, match="incorrect"):
            change_own_password(staffed, "sok", old="x", new=OTHER, address="a", pepper="p", now=now)
    with pytest.raises(AccountError, match="Too many"):
        change_own_password(staffed, "sok", old=PASSWORD, new=OTHER, address="a", pepper="p", now=now)
    attempt = sign_in(staffed, username="sok", password=PASSWORD, address="a", pepper="p", now=now)
    assert attempt.outcome is SignInOutcome.RATE_LIMITED


def test_signing_out_everywhere_and_saving_the_language_work(staffed: Engine, now: datetime) -> None:
    token = get_token(staffed, "sok", PASSWORD, now)
    assert [session.is_current for session in list_own_sessions(staffed, "sok", token)] == [True]
    end_own_sessions(staffed, "sok", now=now)
    assert find_signed_in_user(staffed, token, now=now) is None
    assert find_own_language(staffed, "sok") is None
    for language in ("km", "en", "km"):
        save_own_language(staffed, "sok", language)
    assert find_own_language(staffed, " Sok") == "km"
    with pytest.raises(AccountError):
        save_own_language(staffed, "sok", "fr")


def test_sign_ins_are_logged_without_the_entered_texts(staffed: Engine, now: datetime) -> None:
    get_token(staffed, "sok", PASSWORD, now)
    for name in ("sok", "my secret password"):
        for _ in range(5):
            sign_in(staffed, username=name, password="wrong guess", address="10.9.9.9", pepper="p", now=now)
    with reading(staffed) as connection:
        events = read_audit_events(connection, limit=11)
    assert [(event.actor, event.subject) for event in events if event.action == "sign in"] == [("sok", "user sok")]
    refused = [(event.actor, event.subject) for event in events if event.action == "sign in refused"]
    assert refused == [("", "unknown name")] * 5 + [("sok", "user sok")] * 5
    assert sum("quarter of an hour" in event.new for event in events) == 2
    assert not [event for event in events if "secret" in str(event) or "guess" in str(event)]


def test_the_list_of_accounts_shows_passwords_sessions_and_links(staffed: Engine, now: datetime) -> None:
    add_user(staffed, "new", Role.MANAGER, None, now=now, actor="boss")
    make_link(staffed, "new", actor="boss", now=now)
    get_token(staffed, "sok", PASSWORD, now)
    accounts = {
        account.user.name: (account.has_password, account.last_seen, account.link_expires_at)
        for account in list_accounts(staffed, now=now)
    }
    assert accounts == {
        "boss": (True, None, None),
        "new": (False, None, now + LINK_LIFETIME),
        "sok": (True, now, None),
    }


def test_each_change_of_a_new_plan_is_logged_with_its_reason(engine: Engine, now: datetime, tmp_path: Path) -> None:
    load_plan(engine, OTHER_PLAN, actor=COMMAND_LINE, now=now)
    plan = copy_plan(tmp_path / "plan")
    rows = [record for record in read_records(plan, "targets") if record["indicator"] == "L.1" and record["value"]]
    row = max(rows, key=lambda row: row["year"])
    where = f"L.1/{row['site']}/{row['year']}"
    apply_edits(plan, Edit("targets", where, "value", "77777"), Edit("sites", "01", "name_en", "Another name"))
    loaded = load_plan(engine, plan, actor=COMMAND_LINE, now=now, effective=now.date(), reason="mid-term review")
    assert loaded.version == 2, loaded.issues
    with reading(engine) as connection:
        events = {event.action: event for event in read_audit_events(connection, limit=3)}
    target = events["target changed"]
    assert "L.1" in target.subject and (target.old, target.new, target.reason) == (
        row["value"],
        "77777",
        "mid-term review",
    )
    assert events["plan changed"].new == "Another name"
    assert events["plan loaded"].new.startswith("2 changes")


@pytest.mark.parametrize(
    "entry", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")', "=cmd|' /C calc'!A0"]
)
def test_the_audit_log_csv_contains_no_formula(staffed: Engine, now: datetime, entry: str) -> None:
    event = AuditEvent(at=now, actor="sok", action="return decided", subject="one 2025Q3", new=entry, reason=entry)
    with writing(staffed) as connection:
        write_audit_event(connection, event)
    text = export_audit_log(staffed, AuditFilter(action="return decided"), actor="boss", now=now).text
    (row,) = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    for cell in (row["new"], row["why"]):
        assert cell.lstrip()[0] not in "=+-@" and entry in cell


def test_the_audit_log_is_filtered_and_paginated_in_the_database(staffed: Engine, now: datetime) -> None:
    for number in range(7):
        event = AuditEvent(at=now + timedelta(days=number), actor="sok", action="x", subject=f"Site_{number} 100%")
        with writing(staffed) as connection:
            write_audit_event(connection, event)
    with reading(staffed) as connection:
        digits = [
            event.event.subject[5]
            for batch in read_all_audit_events(connection, AuditFilter(action="x"), batch_size=3)
            for event in batch
        ]
        assert digits == list("6543210")
        for audit_filter, count in (
            (AuditFilter(subject="site_3"), 1),
            (AuditFilter(subject="e_3 100%"), 1),
            (AuditFilter(subject="site%3"), 0),
            (AuditFilter(actor="sok", since=now + timedelta(days=2), before=now + timedelta(days=5)), 3),
            (AuditFilter(actor="so"), 0),
        ):
            assert count_audit_events(connection, audit_filter) == count, audit_filter
