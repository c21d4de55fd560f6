"""Signing in, being signed in, and signing out: what holds, for how long, and how often one may try."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

import etl.use_cases.accounts.sign_in
from etl.database.connection import reading
from etl.database.read.audit import read_audit_events
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.sign_in import (
    IDLE_TIMEOUT,
    MAX_SESSION_AGE,
    WINDOW,
    SignInOutcome,
    find_signed_in_user,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from etl.use_cases.accounts.users import UserError, add_user, set_user_active
from tests.dashboard.app_constants import PASSWORD


@pytest.fixture
def attempt(office, now):
    def attempt(name="officer", password=PASSWORD, *, address="10.0.0.1", at=now):
        return sign_in(office.source.engine, username=name, password=password, address=address, pepper="p", now=at)

    return attempt


def test_a_session_names_its_account(office, attempt, now):
    found = find_signed_in_user(office.source.engine, attempt().token, now=now)
    assert (found.name, found.role, found.sites) == ("officer", Role.OFFICER, None)


def test_an_officer_of_some_sites_is_known_by_them(office, attempt, now):
    add_user(office.source.engine, "Sok", Role.OFFICER, PASSWORD, ["N-2"], now=now, actor="test")
    assert find_signed_in_user(office.source.engine, attempt(" sok ").token, now=now).sites == {"N-2"}


@pytest.mark.parametrize(
    ("name", "password"), [("officer", "wrong"), ("nobody", PASSWORD), ("", ""), ("officer", PASSWORD + "x" * 300)]
)
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(attempt, name, password):
    assert attempt(name, password).outcome is SignInOutcome.REFUSED


def test_the_answer_for_an_unknown_name_is_the_same_page(office):
    def told(name: str) -> tuple[int, str]:
        answer = office.visitor().post("/sign-in", data={"name": name, "password": "wrong"})
        return answer.status_code, answer.text.replace(name, "NAME")

    assert told("officer") == told("nobody")


def test_guessing_at_an_account_is_stopped_for_its_address_and_not_for_its_owner(attempt):
    for _ in range(5):
        assert attempt(password="wrong").outcome is SignInOutcome.REFUSED
    assert attempt().outcome is SignInOutcome.RATE_LIMITED
    assert attempt(address="10.0.0.2").outcome is SignInOutcome.SIGNED_IN


def test_guessing_at_a_name_that_nobody_has_is_stopped_alike(attempt):
    outcomes = [attempt("nobody", "wrong").outcome for _ in range(6)]
    assert outcomes == [SignInOutcome.REFUSED] * 5 + [SignInOutcome.RATE_LIMITED]


def test_an_account_is_open_again_after_a_while(attempt, now):
    for _ in range(6):
        attempt(password="wrong")
    assert attempt(at=now + WINDOW + timedelta(seconds=1)).outcome is SignInOutcome.SIGNED_IN


def test_an_address_that_tries_many_names_is_stopped(attempt, monkeypatch):
    monkeypatch.setattr("etl.database.rate_limit.LIMITS", {"account at address": 5, "address": 8, "account": 40})
    outcomes = [attempt(f"name-{number}", "wrong").outcome for number in range(9)]
    assert outcomes[-2:] == [SignInOutcome.REFUSED, SignInOutcome.RATE_LIMITED]


def test_signing_in_forgets_the_attempts_of_its_account(attempt):
    for _ in range(3):
        assert [attempt(password="wrong").outcome for _ in range(4)] == [SignInOutcome.REFUSED] * 4
        assert attempt().outcome is SignInOutcome.SIGNED_IN


def test_the_brake_answers_over_the_web_too(office):
    client = office.visitor()
    codes = [client.post("/sign-in", data={"name": "officer", "password": "no"}).status_code for _ in range(6)]
    assert codes == [403] * 5 + [429]


@pytest.mark.parametrize(
    ("after", "holds"),
    [(IDLE_TIMEOUT, True), (IDLE_TIMEOUT + timedelta(seconds=1), False), (timedelta(minutes=1), True)],
)
def test_a_session_ends_when_it_is_not_used(office, attempt, now, after, holds):
    token = attempt().token
    assert (find_signed_in_user(office.source.engine, token, now=now + after) is not None) is holds


def test_a_session_ends_after_a_week_however_it_is_used(office, attempt, now):
    token, moment = attempt().token, now
    while moment < now + MAX_SESSION_AGE:
        assert find_signed_in_user(office.source.engine, token, now=moment) is not None
        moment += timedelta(hours=11)
    assert find_signed_in_user(office.source.engine, token, now=moment) is None


def test_signing_out_ends_the_session_on_the_server(office, now):
    client = office.visitor("manager")
    token = client.get_cookie("session").value
    answer = client.post("/sign-out", data={"csrf": client.get_cookie("csrf").value})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get_cookie("session") is None
    assert find_signed_in_user(office.source.engine, token, now=now) is None
    with reading(office.source.engine) as connection:
        last = read_audit_events(connection, subject="user manager")[0]
    assert (last.action, last.actor) == ("sign out", "manager")


def test_signing_out_of_a_session_that_had_ended_writes_nothing(office, attempt, now):
    token = attempt().token
    for _ in range(2):
        sign_out(office.source.engine, token, now=now)
    with reading(office.source.engine) as connection:
        acts = [one.action for one in read_audit_events(connection, subject="user officer")]
    assert acts.count("sign out") == 1


def test_signing_out_everywhere_ends_every_session(office, attempt, now):
    tokens = [attempt().token, attempt().token]
    sign_out(office.source.engine, tokens[0], now=now)
    assert find_signed_in_user(office.source.engine, tokens[1], now=now) is not None
    sign_out_everywhere(office.source.engine, "officer")
    assert find_signed_in_user(office.source.engine, tokens[1], now=now) is None


def test_the_session_s_cookie_is_out_of_reach_of_scripts(office):
    answer = office.visitor().post("/sign-in", data={"name": "officer", "password": PASSWORD})
    session, csrf = sorted(answer.headers.getlist("Set-Cookie"), reverse=True)
    assert session.startswith("session=") and "HttpOnly" in session and "SameSite=Lax" in session
    assert csrf.startswith("csrf=") and "HttpOnly" not in csrf


def test_a_public_page_sets_no_cookie(office):
    for path in ("/", "/km/", "/sign-in", "/health"):
        assert "Set-Cookie" not in office.visitor().get(path).headers


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/staff/test-staff?site=N1", "/staff/test-staff?site=N1"),
        ("/km/staff/overview", "/km/staff/overview"),
        ("", "/staff/overview"),
        ("//elsewhere.example/", "/staff/overview"),
        ("/\\elsewhere.example", "/staff/overview"),
        ("https://elsewhere.example/", "/staff/overview"),
        ("/\t/elsewhere.example", "/staff/overview"),
        ("/sign-in?next=/", "/staff/overview"),
    ],
)
def test_signing_in_leads_to_the_page_that_was_wanted_and_never_elsewhere(office, wanted, reached):
    form = {"name": "officer", "password": PASSWORD, "next": wanted}
    assert office.visitor().post("/sign-in", data=form).headers["Location"] == reached


def test_an_empty_form_names_each_field_and_links_to_it(office):
    answer = office.visitor().post("/km/sign-in", data={})
    assert answer.status_code == 422
    assert '<html lang="km">' in answer.text
    assert '<a href="#name">' in answer.text and '<a href="#password">' in answer.text


def test_what_was_typed_comes_back_as_text(office):
    answer = office.visitor().post("/sign-in", data={"name": '"><script>', "password": "x"})
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("password", ["short", "x" * 300])
def test_an_account_needs_a_password_of_fit_length(office, now, password):
    with pytest.raises(UserError):
        add_user(office.source.engine, "new", Role.OFFICER, password, now=now, actor="test")


def test_a_name_is_taken_once(office, now):
    with pytest.raises(UserError):
        add_user(office.source.engine, "Officer ", Role.OFFICER, PASSWORD, now=now, actor="test")


def test_as_much_is_done_for_a_name_that_nobody_has_as_for_one_that_somebody_has(office, attempt, now, monkeypatch):
    """The same hashing and the same writes, so that neither answer nor time tells who has an account."""
    add_user(office.source.engine, "unset", Role.MANAGER, None, now=now, actor="test")
    add_user(office.source.engine, "closed", Role.MANAGER, PASSWORD, now=now, actor="test")
    set_user_active(office.source.engine, "closed", False, actor="test", now=now)
    work = []
    verify, note = PasswordHasher.verify, etl.use_cases.accounts.sign_in._note
    monkeypatch.setattr(PasswordHasher, "verify", lambda *of: (work.append("hash"), verify(*of))[1])
    monkeypatch.setattr("etl.use_cases.accounts.sign_in._note", lambda *of: (work.append("written"), note(*of))[1])
    done = {}
    for name in ("officer", "nobody", "unset", "closed"):
        work.clear()
        assert attempt(name, "wrong").outcome is SignInOutcome.REFUSED
        done[name] = list(work)
    assert set(map(tuple, done.values())) == {("hash", "written")}
