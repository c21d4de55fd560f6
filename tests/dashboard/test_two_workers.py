"""What one gunicorn worker knows of a session or an attempt the other knows; an empty server gives nothing away."""

import re
from datetime import datetime

import pytest

from etl.indicators.vocabulary import Role
from etl.queries.data_source import open_data_source
from etl.use_cases.accounts.users import add_user, list_users
from tests.dashboard.two_workers import two_workers

PASSWORD = "a password of tests"
pytestmark = pytest.mark.slow


@pytest.fixture
def staffed_url(database_url, now):
    source = open_data_source(database_url)
    for name, role in (("boss", Role.ADMINISTRATOR), ("officer", Role.OFFICER), ("manager", Role.MANAGER)):
        add_user(source.engine, name, role, PASSWORD, now=now, actor="test")
    source.engine.dispose()
    return database_url


def test_sign_in_sign_out_and_attempts_are_the_same_on_both_workers(staffed_url: str, now: datetime, tmp_path) -> None:
    with two_workers(staffed_url, tmp_path, now.isoformat()) as server:
        one, other = server.lines()
        # Five wrong passwords, spread over both, are five.
        wrong = {"name": "officer", "password": "wrong"}
        told = [line.ask("POST", "/sign-in", wrong)[0] for line in (one, other, one, other, one)]
        assert told == [403] * 5
        right = {"name": "officer", "password": PASSWORD}
        assert [line.ask("POST", "/sign-in", right)[0] for line in (other, one)] == [429, 429]
        # A sign-in on one is known to the other.
        assert one.ask("POST", "/sign-in", {"name": "manager", "password": PASSWORD})[0] == 303
        other.cookies = dict(one.cookies)
        assert [line.ask("GET", "/staff/account")[0] for line in (one, other)] == [200, 200]
        # A sign-out on the other is at once on both.
        session = dict(one.cookies)
        assert other.ask("POST", "/sign-out", {"csrf": session["csrf"]})[0] == 303
        one.cookies = session
        assert one.ask("GET", "/staff/account") == (302, "/sign-in?next=/staff/account")
        # So is the closing of an account.
        assert one.ask("POST", "/sign-in", {"name": "manager", "password": PASSWORD})[0] == 303
        assert other.ask("POST", "/sign-in", {"name": "boss", "password": PASSWORD})[0] == 303
        closed = other.ask("POST", "/admin/users/manager/close", {"csrf": other.cookies["csrf"]})
        assert closed[0] == 303
        assert one.ask("GET", "/staff/account")[0] == 302


def test_whoever_opens_an_empty_server_first_becomes_nobody(empty_database_url: str, now: datetime, tmp_path) -> None:
    with two_workers(empty_database_url, tmp_path, now.isoformat()) as server:
        stranger, _ = server.lines()
        for path in ("/", "/km/", "/staff/overview", "/admin/users", "/sign-in", "/set-password/x"):
            stranger.ask("GET", path)
        form = {"name": "thief", "password": PASSWORD, "again": PASSWORD, "role": "administrator", "sites": "all"}
        told = {path: stranger.ask("POST", path, form)[0] for path in ("/admin/users", "/set-password/x", "/sign-in")}
        assert told == {"/admin/users": 302, "/set-password/x": 404, "/sign-in": 403}
        source = open_data_source(empty_database_url)
        assert list_users(source.engine) == ()
        # The link that the start printed, once for both workers, makes the first administrator, once.
        links = re.findall(r"/set-password/([\w-]{43})", server.log.read_text())
        assert len(links) == 1
        owner, again = server.lines()
        wanted = {"name": "Boss", "password": PASSWORD, "again": PASSWORD}
        assert owner.ask("POST", f"/set-password/{links[0]}", wanted) == (303, "/sign-in?told=password")
        assert again.ask("POST", f"/set-password/{links[0]}", {**wanted, "name": "thief"})[0] == 404
        assert [(one.name, one.role) for one in list_users(source.engine)] == [("boss", Role.ADMINISTRATOR)]
        assert owner.ask("POST", "/sign-in", {"name": "boss", "password": PASSWORD}) == (303, "/staff/overview")
        source.engine.dispose()
