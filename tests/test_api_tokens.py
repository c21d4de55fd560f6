"""API tokens on both databases: what ends them, what is stored of them, and the limit of invalid ones."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text

from etl.database.account_tables import api_tokens
from etl.database.connection import reading
from etl.database.copies import delete_sign_ins
from etl.database.rate_limit import LIMITS, WINDOW
from etl.database.read.audit import read_all_audit_events
from etl.database.records import AuditFilter
from etl.errors import TranslatableError
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.api_tokens import (
    LIFETIMES,
    MAX_TOKENS,
    TokenError,
    TokenOutcome,
    check_api_token,
    list_api_tokens,
    make_api_token,
    revoke_api_token,
)
from etl.use_cases.accounts.one_time_links import make_link, set_password_by_link
from etl.use_cases.accounts.own_account import AccountError, change_own_password, end_own_sessions
from etl.use_cases.accounts.sign_in import SignedInUser
from etl.use_cases.accounts.users import add_user, change_user, remove_sample_accounts, set_user_active

PASSWORD, OTHER = "a password of tests", "another one of tests"
ADDRESS, PEPPER = "10.0.0.1", "pepper"


@pytest.fixture
def staffed(engine: Engine, now: datetime) -> Engine:
    """Return a database with an administrator and an officer of one site."""
    add_user(engine, "boss", Role.ADMINISTRATOR, PASSWORD, now=now, actor="test")
    add_user(engine, "sok", Role.OFFICER, PASSWORD, ["one"], now=now, actor="test")
    return engine


def make(engine: Engine, now: datetime, *, name: str = "Excel", days: int = 30, password: str = PASSWORD) -> str:
    return make_api_token(
        engine, "sok", name=name, days=days, password=password, address=ADDRESS, pepper=PEPPER, now=now
    )


def check(engine: Engine, token: str, now: datetime, address: str = ADDRESS) -> SignedInUser | TokenOutcome:
    """Return the user of a valid token; else the outcome."""
    result = check_api_token(engine, token, address=address, pepper=PEPPER, now=now)
    return result.user or result.outcome


def list_events(engine: Engine) -> list[tuple[str, str, str, str, str]]:
    with reading(engine) as connection:
        return [
            (event.action, event.actor, event.subject, event.old, event.new)
            for page in read_all_audit_events(connection, AuditFilter())
            for event in (numbered.event for numbered in reversed(page))
            if event.action.startswith("API token")
        ]


def test_a_token_is_valid_for_the_chosen_days(staffed: Engine, now: datetime) -> None:
    for days in LIFETIMES:
        token, end = make(staffed, now, name=f"{days} days", days=days), now + timedelta(days=days)
        user = check(staffed, token, end - timedelta(seconds=1))
        assert isinstance(user, SignedInUser)
        assert (user.name, user.role, user.sites, user.csrf_seed) == ("sok", Role.OFFICER, {"one"}, "")
        assert check(staffed, token, end) is TokenOutcome.REFUSED


def test_only_the_hash_of_a_token_is_stored(staffed: Engine, now: datetime) -> None:
    token = make(staffed, now)
    with reading(staffed) as connection:
        rows = [str(row) for row in connection.execute(select(api_tokens))]
        rows += [str(row) for row in connection.execute(text("select * from audit_event"))]
    assert len(token) > 43 and not any(token.removeprefix("cardec_") in row for row in rows)


def test_the_last_use_is_recorded_and_the_first_use_of_a_day_is_logged(staffed: Engine, now: datetime) -> None:
    token = make(staffed, now)
    assert [stored.last_used_at for stored in list_api_tokens(staffed, "sok")] == [None]
    for later in (timedelta(0), timedelta(minutes=1), timedelta(minutes=6), timedelta(days=1)):
        check(staffed, token, now + later)
    assert [stored.last_used_at for stored in list_api_tokens(staffed, "sok")] == [now + timedelta(days=1)]
    until = (now + timedelta(days=30)).date()
    assert list_events(staffed) == [
        ("API token created", "sok", "user sok", "", f"token Excel until {until}"),
        *[("API token used", "sok", "user sok", "", "token Excel")] * 2,
    ]


def test_a_new_role_applies_to_a_token_at_once(staffed: Engine, now: datetime) -> None:
    token = make(staffed, now)
    change_user(staffed, "sok", role=Role.MANAGER, sites=None, actor="boss", now=now)
    user = check(staffed, token, now)
    assert isinstance(user, SignedInUser) and (user.role, user.sites) == (Role.MANAGER, None)


def close_and_reopen(engine: Engine, now: datetime) -> None:
    for active in (False, True):
        set_user_active(engine, "sok", active, actor="boss", now=now)


def change_password(engine: Engine, now: datetime) -> None:
    change_own_password(engine, "sok", old=PASSWORD, new=OTHER, address=ADDRESS, pepper=PEPPER, now=now)


def set_password_by_new_link(engine: Engine, now: datetime) -> None:
    set_password_by_link(engine, make_link(engine, "sok", actor="boss", now=now), OTHER, now=now)


def revoke_as_administrator(engine: Engine, now: datetime) -> None:
    (token,) = list_api_tokens(engine, "sok")
    revoke_api_token(engine, str(token.id), user="sok", actor="boss", now=now)


def restore_a_backup(engine: Engine, now: datetime) -> None:
    """Do what a restored copy goes through: a token may have been revoked since the copy was made."""
    delete_sign_ins(engine)


@pytest.mark.parametrize(
    "end",
    [close_and_reopen, change_password, set_password_by_new_link, revoke_as_administrator, restore_a_backup],
    ids=lambda end: end.__name__,
)
def test_a_token_ends_at_once_with_its_account_or_password(staffed: Engine, now: datetime, end) -> None:
    token = make(staffed, now)
    assert isinstance(check(staffed, token, now), SignedInUser)
    end(staffed, now)
    assert check(staffed, token, now) is TokenOutcome.REFUSED
    assert list_api_tokens(staffed, "sok") == ()


def test_signing_out_everywhere_leaves_tokens_which_are_revoked_by_themselves(staffed: Engine, now: datetime) -> None:
    token = make(staffed, now)
    end_own_sessions(staffed, "sok", now=now)
    assert isinstance(check(staffed, token, now), SignedInUser)


def test_only_tokens_of_the_named_user_can_be_revoked(staffed: Engine, now: datetime) -> None:
    token = make(staffed, now)
    (stored,) = list_api_tokens(staffed, "sok")
    for token_id, user in ((str(stored.id), "boss"), ("", "sok"), ("x", "sok"), (str(stored.id + 1), "sok")):
        with pytest.raises(TokenError):
            revoke_api_token(staffed, token_id, user=user, actor=user, now=now)
    assert isinstance(check(staffed, token, now), SignedInUser)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, TokenError),
        ({"name": "x" * 61}, TokenError),
        ({"name": "a\nb"}, TokenError),
        ({"days": 3650}, TokenError),
        ({"password": OTHER}, AccountError),
    ],
)
def test_a_wrong_name_time_or_password_makes_no_token(
    staffed: Engine, now: datetime, fields: dict[str, object], error: type[TranslatableError]
) -> None:
    with pytest.raises(error):
        make(staffed, now, **fields)
    assert list_api_tokens(staffed, "sok") == ()


def test_a_person_has_a_limited_number_of_tokens_with_different_names(staffed: Engine, now: datetime) -> None:
    for number in range(MAX_TOKENS):
        make(staffed, now, name=str(number))
    with pytest.raises(TokenError, match="0"):
        make(staffed, now, name="0")
    with pytest.raises(TokenError, match=str(MAX_TOKENS)):
        make(staffed, now, name="one more")
    make(staffed, now + timedelta(days=30), name="0")
    assert [token.name for token in list_api_tokens(staffed, "sok")] == ["0"], "expired ones make room"


def test_the_password_for_a_token_is_rate_limited_like_signing_in(staffed: Engine, now: datetime) -> None:
    for _ in range(LIMITS["account at address"]):
        with pytest.raises(AccountError, match="incorrect"):
            make(staffed, now, password=OTHER)
    with pytest.raises(AccountError, match="15 minutes"):
        make(staffed, now)


def test_invalid_tokens_are_limited_by_address_and_valid_ones_go_on(staffed: Engine, now: datetime) -> None:
    token, limit = make(staffed, now), LIMITS["token at address"]
    outcomes = [check(staffed, f"cardec_{number}", now) for number in range(limit + 2)]
    assert outcomes == [TokenOutcome.REFUSED] * limit + [TokenOutcome.RATE_LIMITED] * 2
    assert isinstance(check(staffed, token, now), SignedInUser)
    assert check(staffed, "", now, address="10.0.0.2") is TokenOutcome.REFUSED
    assert check(staffed, "", now + WINDOW + timedelta(seconds=1)) is TokenOutcome.REFUSED
    refusals = [event for event in list_events(staffed) if event[0] == "API token refused"]
    assert refusals == [("API token refused", "", "API token", "", f"from {ADDRESS}; no more for a quarter of an hour")]


def test_the_requests_of_a_valid_token_are_limited_on_all_hosts_and_others_go_on(
    staffed: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "token", 3)
    token, other = make(staffed, now), make(staffed, now, name="other")
    addresses = [f"10.0.0.{number}" for number in range(5)]
    results = [check(staffed, token, now, address=address) for address in addresses]
    assert [isinstance(result, SignedInUser) for result in results] == [True] * 3 + [False] * 2
    assert results[3:] == [TokenOutcome.OVERUSED] * 2
    assert isinstance(check(staffed, other, now), SignedInUser)
    assert isinstance(check(staffed, token, now + WINDOW + timedelta(seconds=1)), SignedInUser)


def test_accounts_of_the_sample_are_removed_with_their_tokens(engine: Engine, now: datetime) -> None:
    add_user(engine, "sok", Role.OFFICER, PASSWORD, now=now, actor="sample", is_sample=True)
    make(engine, now)
    remove_sample_accounts(engine)
    assert list_api_tokens(engine, "sok") == ()
