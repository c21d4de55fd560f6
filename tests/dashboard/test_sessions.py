"""Tests of signing in, sessions, signing out and the rate limit."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

import etl.use_cases.accounts.sign_in
from etl.database.connection import reading
from etl.database.rate_limit import LIMITS
from etl.database.read.audit import read_audit_events
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.own_account import end_own_sessions
from etl.use_cases.accounts.sign_in import (
    IDLE_TIMEOUT,
    MAX_SESSION_AGE,
    WINDOW,
    SignInOutcome,
    find_signed_in_user,
    sign_in,
    sign_out,
)
from etl.use_cases.accounts.users import UserError, add_user, set_user_active
from tests.dashboard.app_constants import PASSWORD


@pytest.fixture
def attempt(staffed_app, now):
    def attempt(name="officer", password=PASSWORD, *, address="10.0.0.1", at=now):
        return sign_in(staffed_app.source.engine, username=name, password=password, address=address, pepper="p", now=at)

    return attempt


def test_a_session_names_its_account(staffed_app, attempt, now):
    user = find_signed_in_user(staffed_app.source.engine, attempt().token, now=now)
    assert (user.name, user.role, user.sites) == ("officer", Role.OFFICER, None)


def test_the_session_of_an_officer_has_their_sites(staffed_app, attempt, now):
    add_user(staffed_app.source.engine, "Sok", Role.OFFICER, PASSWORD, ["N-2"], now=now, actor="test")
    assert find_signed_in_user(staffed_app.source.engine, attempt(" sok ").token, now=now).sites == {"N-2"}


@pytest.mark.parametrize(
    ("name", "password"), [("officer", "wrong"), ("nobody", PASSWORD), ("", ""), ("officer", PASSWORD + "x" * 300)]
)
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(attempt, name, password):
    assert attempt(name, password).outcome is SignInOutcome.REFUSED


def test_an_unknown_name_gets_the_same_page_as_a_wrong_password(staffed_app):
    def sign_in_page(name: str) -> tuple[int, str]:
        answer = staffed_app.make_client().post("/sign-in", data={"name": name, "password": "wrong"})
        return answer.status_code, answer.text.replace(name, "NAME")

    assert sign_in_page("officer") == sign_in_page("nobody")


def test_failed_attempts_lock_an_account_for_their_address_only(attempt):
    for _ in range(5):
        assert attempt(password="wrong").outcome is SignInOutcome.REFUSED
    assert attempt().outcome is SignInOutcome.RATE_LIMITED
    assert attempt(address="10.0.0.2").outcome is SignInOutcome.SIGNED_IN


def test_failed_attempts_on_an_unknown_name_are_limited_too(attempt):
    outcomes = [attempt("nobody", "wrong").outcome for _ in range(6)]
    assert outcomes == [SignInOutcome.REFUSED] * 5 + [SignInOutcome.RATE_LIMITED]


def test_the_rate_limit_ends_after_its_window(attempt, now):
    for _ in range(6):
        attempt(password="wrong")
    assert attempt(at=now + WINDOW + timedelta(seconds=1)).outcome is SignInOutcome.SIGNED_IN


def test_an_address_that_tries_many_names_is_limited(attempt, monkeypatch):
    monkeypatch.setattr("etl.database.rate_limit.LIMITS", {"account at address": 5, "address": 8, "account": 40})
    outcomes = [attempt(f"name-{number}", "wrong").outcome for number in range(9)]
    assert outcomes[-2:] == [SignInOutcome.REFUSED, SignInOutcome.RATE_LIMITED]


def test_signing_in_resets_the_failed_attempts_of_the_account(attempt):
    for _ in range(3):
        assert [attempt(password="wrong").outcome for _ in range(4)] == [SignInOutcome.REFUSED] * 4
        assert attempt().outcome is SignInOutcome.SIGNED_IN


def test_attempts_from_many_addresses_do_not_lock_out_the_owner_on_a_known_device(staffed_app, monkeypatch):
    limits = {**LIMITS, "account": 6}
    monkeypatch.setattr("etl.database.rate_limit.LIMITS", limits)
    client = staffed_app.make_client()
    assert client.post("/sign-in", data={"name": "officer", "password": PASSWORD}).status_code == 303
    engine = staffed_app.source.engine

    def attack(number: int) -> SignInOutcome:
        return sign_in(
            engine,
            username="officer",
            password="wrong",
            address=f"203.0.113.{number % 8}",
            pepper=staffed_app.settings.secret_key,
            now=staffed_app.settings.now(),
        ).outcome

    outcomes = [attack(number) for number in range(9)]
    assert outcomes == [SignInOutcome.REFUSED] * 6 + [SignInOutcome.RATE_LIMITED] * 3
    stranger = staffed_app.make_client().post("/sign-in", data={"name": "officer", "password": PASSWORD})
    assert stranger.status_code == 429
    client.delete_cookie("session")
    assert client.post("/sign-in", data={"name": "officer", "password": PASSWORD}).status_code == 303


def test_a_known_device_has_a_limit_of_its_own_and_knows_its_account_only(staffed_app):
    client = staffed_app.make_client()
    client.post("/sign-in", data={"name": "officer", "password": PASSWORD})
    client.delete_cookie("session")
    codes = [client.post("/sign-in", data={"name": "officer", "password": "no"}).status_code for _ in range(6)]
    assert codes == [403] * 5 + [429]
    codes = [client.post("/sign-in", data={"name": "manager", "password": "no"}).status_code for _ in range(6)]
    assert codes == [403] * 5 + [429]


def test_right_sign_ins_do_not_count_against_their_address(attempt, monkeypatch):
    monkeypatch.setattr("etl.database.rate_limit.LIMITS", {"account at address": 5, "address": 3, "account": 40})
    assert [attempt().outcome for _ in range(6)] == [SignInOutcome.SIGNED_IN] * 6


def test_the_sign_in_page_returns_429_at_the_rate_limit(staffed_app):
    client = staffed_app.make_client()
    codes = [client.post("/sign-in", data={"name": "officer", "password": "no"}).status_code for _ in range(6)]
    assert codes == [403] * 5 + [429]


@pytest.mark.parametrize(
    ("after", "holds"),
    [(IDLE_TIMEOUT, True), (IDLE_TIMEOUT + timedelta(seconds=1), False), (timedelta(minutes=1), True)],
)
def test_a_session_ends_when_it_is_not_used(staffed_app, attempt, now, after, holds):
    token = attempt().token
    assert (find_signed_in_user(staffed_app.source.engine, token, now=now + after) is not None) is holds


def test_a_session_ends_after_a_week_however_it_is_used(staffed_app, attempt, now):
    token, moment = attempt().token, now
    while moment < now + MAX_SESSION_AGE:
        assert find_signed_in_user(staffed_app.source.engine, token, now=moment) is not None
        moment += timedelta(hours=11)
    assert find_signed_in_user(staffed_app.source.engine, token, now=moment) is None


def test_signing_out_ends_the_session_on_the_server(staffed_app, now):
    client = staffed_app.make_client("manager")
    token = client.get_cookie("session").value
    answer = client.post("/sign-out", data={"csrf": client.get_cookie("csrf").value})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get_cookie("session") is None
    assert find_signed_in_user(staffed_app.source.engine, token, now=now) is None
    with reading(staffed_app.source.engine) as connection:
        last = read_audit_events(connection, subject="user manager")[0]
    assert (last.action, last.actor) == ("sign out", "manager")


def test_signing_out_twice_records_one_event(staffed_app, attempt, now):
    token = attempt().token
    for _ in range(2):
        sign_out(staffed_app.source.engine, token, now=now)
    with reading(staffed_app.source.engine) as connection:
        acts = [event.action for event in read_audit_events(connection, subject="user officer")]
    assert acts.count("sign out") == 1


def test_signing_out_everywhere_ends_every_session(staffed_app, attempt, now):
    tokens = [attempt().token, attempt().token]
    sign_out(staffed_app.source.engine, tokens[0], now=now)
    assert find_signed_in_user(staffed_app.source.engine, tokens[1], now=now) is not None
    end_own_sessions(staffed_app.source.engine, "officer", now=now)
    assert find_signed_in_user(staffed_app.source.engine, tokens[1], now=now) is None


def test_the_session_cookie_is_http_only(staffed_app):
    answer = staffed_app.make_client().post("/sign-in", data={"name": "officer", "password": PASSWORD})
    session, device, csrf = sorted(answer.headers.getlist("Set-Cookie"), reverse=True)
    assert session.startswith("session=") and "HttpOnly" in session and "SameSite=Lax" in session
    assert device.startswith("device=") and "HttpOnly" in device and "SameSite=Lax" in device
    assert csrf.startswith("csrf=") and "HttpOnly" not in csrf


def test_a_public_page_sets_no_cookie(staffed_app):
    for path in ("/", "/km/", "/sign-in", "/health"):
        assert "Set-Cookie" not in staffed_app.make_client().get(path).headers


@pytest.mark.parametrize(
    ("requested", "target"),
    [
        ("/staff/test-staff?site=N1", "/staff/test-staff?site=N1"),
        ("/km/staff/overview", "/km/staff/overview"),
        ("", "/staff/returns"),
        ("//elsewhere.example/", "/staff/overview"),
        ("/\\elsewhere.example", "/staff/overview"),
        ("https://elsewhere.example/", "/staff/overview"),
        ("/\t/elsewhere.example", "/staff/overview"),
        ("/sign-in?next=/", "/staff/overview"),
    ],
)
def test_signing_in_redirects_to_the_requested_page_on_this_server_only(staffed_app, requested, target):
    form = {"name": "officer", "password": PASSWORD, "next": requested}
    assert staffed_app.make_client().post("/sign-in", data=form).headers["Location"] == target


def test_an_empty_form_names_each_field_and_links_to_it(staffed_app):
    answer = staffed_app.make_client().post("/km/sign-in", data={})
    assert answer.status_code == 422
    assert '<html lang="km">' in answer.text
    assert '<a href="#name">' in answer.text and '<a href="#password">' in answer.text


def test_the_name_is_escaped_when_the_form_is_shown_again(staffed_app):
    answer = staffed_app.make_client().post("/sign-in", data={"name": '"><script>', "password": "x"})
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("password", ["short", "x" * 300])
def test_an_account_needs_a_password_of_valid_length(staffed_app, now, password):
    with pytest.raises(UserError):
        add_user(staffed_app.source.engine, "new", Role.OFFICER, password, now=now, actor="test")


def test_usernames_are_unique(staffed_app, now):
    with pytest.raises(UserError):
        add_user(staffed_app.source.engine, "Officer ", Role.OFFICER, PASSWORD, now=now, actor="test")


def test_signing_in_does_the_same_work_for_unknown_names(staffed_app, attempt, now, monkeypatch):
    """The same hashing and writes hide which accounts exist."""
    add_user(staffed_app.source.engine, "unset", Role.MANAGER, None, now=now, actor="test")
    add_user(staffed_app.source.engine, "closed", Role.MANAGER, PASSWORD, now=now, actor="test")
    set_user_active(staffed_app.source.engine, "closed", False, actor="test", now=now)
    work = []
    verify, write_event = PasswordHasher.verify, etl.use_cases.accounts.sign_in._write_event
    monkeypatch.setattr(PasswordHasher, "verify", lambda *of: (work.append("hash"), verify(*of))[1])
    monkeypatch.setattr(
        "etl.use_cases.accounts.sign_in._write_event", lambda *of: (work.append("written"), write_event(*of))[1]
    )
    work_by_name = {}
    for name in ("officer", "nobody", "unset", "closed"):
        work.clear()
        assert attempt(name, "wrong").outcome is SignInOutcome.REFUSED
        work_by_name[name] = list(work)
    assert set(map(tuple, work_by_name.values())) == {("hash", "written")}
