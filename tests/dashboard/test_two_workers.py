"""Tests with two gunicorn workers on one database."""

import re
from datetime import datetime

import pytest
from sqlalchemy import Engine

from etl.indicators.vocabulary import Role
from etl.queries.data_source import open_data_source
from etl.use_cases.accounts.users import add_user, list_users
from tests.dashboard.two_workers import TwoWorkers, open_two_workers

PASSWORD = "a password of tests"
pytestmark = pytest.mark.slow


def test_two_workers_share_the_first_account_sessions_and_failed_attempts(
    empty_database_url: str, now: datetime, tmp_path
) -> None:
    """Start one server on an empty database, which takes the time of the whole test."""
    with open_two_workers(empty_database_url, tmp_path, now.isoformat()) as server:
        source = open_data_source(empty_database_url)
        check_first_account(server, source.engine)
        for name, role in (("officer", Role.OFFICER), ("manager", Role.MANAGER)):
            add_user(source.engine, name, role, PASSWORD, now=now, actor="test")
        check_sessions(server)
        source.engine.dispose()


def check_sessions(server: TwoWorkers) -> None:
    """Check that both workers share sessions and failed attempts to sign in."""
    first, second = server.connect()
    # Both workers count the same failed attempts.
    wrong = {"name": "officer", "password": "wrong"}
    statuses = [line.ask("POST", "/sign-in", wrong)[0] for line in (first, second, first, second, first)]
    assert statuses == [403] * 5
    right = {"name": "officer", "password": PASSWORD}
    assert [line.ask("POST", "/sign-in", right)[0] for line in (second, first)] == [429, 429]
    # Both workers know the session.
    assert first.ask("POST", "/sign-in", {"name": "manager", "password": PASSWORD})[0] == 303
    second.cookies = dict(first.cookies)
    assert [line.ask("GET", "/staff/account")[0] for line in (first, second)] == [200, 200]
    # Signing out ends the session on both workers.
    session = dict(first.cookies)
    assert second.ask("POST", "/sign-out", {"csrf": session["csrf"]})[0] == 303
    first.cookies = session
    assert first.ask("GET", "/staff/account") == (302, "/sign-in?next=/staff/account")
    # Closing the account ends its sessions on both workers.
    assert first.ask("POST", "/sign-in", {"name": "manager", "password": PASSWORD})[0] == 303
    assert second.ask("POST", "/sign-in", {"name": "boss", "password": PASSWORD})[0] == 303
    closed = second.ask("POST", "/admin/users/manager/close", {"csrf": second.cookies["csrf"]})
    assert closed[0] == 303
    assert first.ask("GET", "/staff/account")[0] == 302


def check_first_account(server: TwoWorkers, engine: Engine) -> None:
    """Check that the first visitor of an empty server gets no account, but the owner by the printed link."""
    stranger, _ = server.connect()
    for path in ("/", "/km/", "/staff/overview", "/admin/users", "/sign-in", "/set-password/x"):
        stranger.ask("GET", path)
    form = {"name": "thief", "password": PASSWORD, "again": PASSWORD, "role": "administrator", "sites": "all"}
    statuses = {path: stranger.ask("POST", path, form)[0] for path in ("/admin/users", "/set-password/x", "/sign-in")}
    assert statuses == {"/admin/users": 302, "/set-password/x": 404, "/sign-in": 403}
    assert list_users(engine) == ()
    # The start prints one link for both workers, which creates the first administrator once.
    links = re.findall(r"/set-password/([\w-]{43})", server.log.read_text())
    assert len(links) == 1
    owner, again = server.connect()
    form_of_owner = {"name": "Boss", "password": PASSWORD, "again": PASSWORD}
    assert owner.ask("POST", f"/set-password/{links[0]}", form_of_owner) == (303, "/sign-in?notice=password")
    assert again.ask("POST", f"/set-password/{links[0]}", {**form_of_owner, "name": "thief"})[0] == 404
    assert [(user.name, user.role) for user in list_users(engine)] == [("boss", Role.ADMINISTRATOR)]
    assert owner.ask("POST", "/sign-in", {"name": "boss", "password": PASSWORD}) == (303, "/staff/overview")
