"""Tests with forged paths, headers, cookies and sizes, and of what responses reveal."""

import json
import re
import shutil

import pytest

from dashboard.access.permissions import Permission
from dashboard.app import create_app
from dashboard.front_end import VENDOR
from dashboard.static_files import make_static_url
from etl.queries.data_source import open_data_source
from etl.settings import Settings
from etl.use_cases.accounts.sign_in import find_signed_in_user
from tests.dashboard.app_constants import PASSWORD, PRIVATE, ROUTER
from tests.dashboard.expected_rights import ADDRESSES, EVERYBODY
from tests.dashboard.populated_app import SECRETS

ASSETS = VENDOR.parent / "assets"
ODD_PATHS = (
    "/staff//overview",
    "//staff/overview",
    "/STAFF/OVERVIEW",
    "/staff/overview/",
    "/staff/overview/..",
    "/staff/../staff/overview",
    "/staff/./overview",
    "/%73taff/overview",
    "/staff%2foverview",
    "/staff/overview%00",
    "/staff/overview;a=b",
    "/staff/overview.css",
    "/km/km/staff/overview",
    "/km//staff/overview",
    "/en/staff/overview",
    "/static/../staff/overview",
    "/static/..%2f..%2fapp.py",
    "/_dash-component-suites/../staff/overview",
    "/_dash-component-suites/..%2fetl/settings.py",
    "/_dash-layout/../admin/users",
    "/sign-in/../admin/users",
    "/health/../admin/users",
    "/admin/users/officer%2f..",
    "/_reload-hash",
    "/_favicon.ico",
    "/_alive_check",
    "/_config",
    "/_dash-update-component/x",
    "/mcp",
    "/_mcp",
)


def forward(address="203.0.113.9"):
    return {"X-Forwarded-For": address, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}


@pytest.fixture
def private_words(shared_populated_app):
    """Return titles, addresses, ids, people, files and remarks that only staff may see."""
    registry = shared_populated_app.staffed_app.registry
    pages = [page for page in registry.pages if page.permission is not Permission.PUBLIC]
    words = {PRIVATE, *SECRETS, "test-staff", "test-manage", "job-standing", "job-poll"}
    words |= {page.rule for page in pages} | {re.sub(r"<[^>]*>.*", "", page.rule) for page in pages}
    words |= {page.title for page in pages if " " in page.title}
    words |= {re.sub(r"<[^>]*>.*", "", address) for (address, _), people in ADDRESSES.items() if EVERYBODY - people}
    # The redirect target of sign-in is public.
    return {word for word in words if word not in ("/staff/", "/staff/overview", "/sign-out")}


@pytest.mark.parametrize("path", ODD_PATHS)
def test_an_odd_spelling_of_a_path_does_not_bypass_permissions(shared_populated_app, path):
    answer = shared_populated_app.make_client("nobody").get(path)
    assert answer.status_code in (301, 302, 308, 404, 405), path
    assert not [word for word in SECRETS if word in answer.text]
    # No spelling gives an officer the page of the administrator.
    officer = shared_populated_app.make_client("officer").get(path)
    assert SECRETS[3] not in officer.text and "Accounts" not in officer.text


@pytest.mark.parametrize("header", ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path", "X-Forwarded-Prefix"])
def test_a_header_cannot_replace_the_address(shared_populated_app, header):
    for value in ("/admin/users", "/staff/overview"):
        assert shared_populated_app.make_client("nobody").get("/health", headers={header: value}).text == "ok"
        assert (
            shared_populated_app.make_client("officer")
            .get("/admin/users", headers={header: "/staff/overview"})
            .status_code
            == 404
        )


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "CONNECT", "BREW"])
def test_only_a_post_closes_an_account(shared_populated_app, method):
    client = shared_populated_app.make_client("administrator")
    token = client.get_cookie("csrf").value
    headers = {"X-CSRFToken": token, "X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST"}
    client.open("/admin/users/officer/close", method=method, headers=headers)
    assert shared_populated_app.make_client("officer").get("/staff/account").status_code == 200


def test_a_forged_address_header_does_not_bypass_the_rate_limit(populated_app):
    client = populated_app.make_client("nobody")
    form = {"name": "officer", "password": "wrong"}
    codes = [client.post("/sign-in", data=form, headers=forward(f"203.0.113.{n}")).status_code for n in range(6)]
    assert codes == [403] * 5 + [429]


def test_a_one_time_link_ignores_the_forwarded_host(populated_app):
    client = populated_app.make_client("administrator")
    token = client.get_cookie("csrf").value
    answer = client.post("/admin/users/spare/link", data={"csrf": token}, headers=forward())
    assert answer.status_code == 200 and "evil.example" not in answer.text and "/set-password/" in answer.text


@pytest.mark.parametrize("name", ["session", "csrf"])
def test_a_changed_cookie_is_invalid(populated_app, name):
    client = populated_app.make_client("manager")
    value = client.get_cookie(name).value
    for changed in (value[:-1], value + "x", value.swapcase(), "", "0", "' OR 1=1 --", "ក", "x" * 3000):
        client.set_cookie(name, changed)
        if name == "session":
            assert client.get("/staff/account").status_code == 302, changed
        else:
            assert (
                populated_app.post(client, "/staff/account/language", language="km", token=changed).status_code == 403
            )


def test_a_stolen_session_is_invalid_after_sign_out(populated_app, now):
    client, thief = populated_app.make_client("manager"), populated_app.make_client("nobody")
    session, csrf = client.get_cookie("session").value, client.get_cookie("csrf").value
    thief.set_cookie("session", session)
    thief.set_cookie("csrf", csrf)
    assert thief.get("/staff/account").status_code == 200
    assert populated_app.post(client, "/sign-out").status_code == 303
    assert thief.get("/staff/account").status_code == 302
    assert populated_app.post(thief, "/admin/users", token=csrf).status_code == 302
    assert populated_app.staffed_app.call_callback(thief, "test-staff.children", 1, token=csrf).status_code == 404
    assert find_signed_in_user(populated_app.staffed_app.source.engine, session, now=now) is None
    # The token of the ended session is invalid for other sessions too.
    again = populated_app.make_client("manager")
    assert populated_app.post(again, "/staff/account/language", token=csrf, language="km").status_code == 403


def test_signing_in_replaces_a_given_session_cookie(populated_app):
    client = populated_app.make_client("nobody")
    client.set_cookie("session", "chosen-by-somebody-else")
    client.post("/sign-in", data={"name": "officer", "password": PASSWORD})
    assert client.get_cookie("session").value != "chosen-by-somebody-else"


def test_anonymous_responses_of_every_kind_contain_no_private_words(shared_populated_app, private_words):
    """It covers documents, layout, callbacks, errors, redirects, headers and cookies."""
    client = shared_populated_app.make_client("nobody")
    answers = {
        path: client.get(path) for path in ("/", "/km/", "/sign-in", "/km/sign-in", "/set-password/x", "/health")
    }
    for path in ("/_dash-layout", "/_dash-dependencies", "/editions/none", "/indicators/none", "/km/objectives/none"):
        answers[path] = client.get(path)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        answers[method] = client.open("/", method=method)
    answers["too large"] = client.post("/sign-in", data={"name": "x" * 400_000})
    answers["no json"] = client.post("/_dash-update-component", data="{", content_type="application/json")
    answers["no such"] = shared_populated_app.staffed_app.call_callback(client, "none.children", 1)
    answers["private"] = shared_populated_app.staffed_app.call_callback(client, "test-staff.children", 1)
    answers["empty form"] = client.post("/sign-in", data={})
    answers["wrong"] = client.post("/sign-in", data={"name": "one", "password": "x"})
    for path in ("/", "/x", "/staff/test-staff", "/admin/users", "/km/staff/returns/1"):
        answers[f"router {path}"] = shared_populated_app.staffed_app.call_callback(client, ROUTER, path, "")
        answers[f"redirect {path}"] = client.get(f"{path}?a=1") if path != "/" else client.get("/?a=1")
    leaks = []
    for request_name, answer in answers.items():
        text = answer.get_data(as_text=True).replace("\\u002f", "/") + json.dumps(list(answer.headers))
        path = request_name.partition(" ")[2]
        text = text.replace(path, "") if path.startswith("/") and len(path) > 1 else text
        leaks += [f"{request_name}: {word}" for word in private_words if word and word in text.replace("%2F", "/")]
    assert leaks == []


@pytest.mark.parametrize("path", sorted(ASSETS.iterdir()), ids=lambda path: path.name)
def test_static_files_contain_no_private_words(shared_populated_app, private_words, path):
    data = path.read_text(encoding="utf-8", errors="replace")
    assert not [word for word in private_words if word in data]
    assert shared_populated_app.make_client("nobody").get(make_static_url(path.name)).status_code == 200


def test_an_error_page_shows_nothing_of_the_error(populated_app, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError(f"{PRIVATE} SELECT * FROM user")

    monkeypatch.setattr("dashboard.documents.set_password.find_invitation", fail)
    answer = populated_app.make_client("nobody").get("/set-password/x")
    assert answer.status_code == 500
    assert PRIVATE not in answer.text and "SELECT" not in answer.text and "Traceback" not in answer.text
    assert PRIVATE in caplog.text, "whoever runs the server can read it"


@pytest.mark.parametrize("address", ["/sign-in", "/set-password/x"])
def test_an_oversized_public_form_is_refused(shared_populated_app, address):
    assert shared_populated_app.make_client("nobody").post(address, data={"name": "x" * 400_000}).status_code in (
        404,
        413,
    )


def test_a_form_with_ten_thousand_fields_is_refused(shared_populated_app):
    data = "&".join(f"a{n}=1" for n in range(10_000))
    answer = shared_populated_app.make_client("nobody").post(
        "/sign-in", data=data, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (413, 422)


@pytest.mark.parametrize(("proxies", "codes"), [(0, [403] * 5 + [429]), (1, [403] * 6)])
def test_the_forwarded_address_is_used_only_behind_known_proxies(private_database, tmp_path, now, proxies, codes):
    """The last address counts, which the proxy itself added."""
    shutil.copyfile(private_database[0], tmp_path / "proxied.db")
    source = open_data_source(f"sqlite:///{tmp_path / 'proxied.db'}")
    settings = Settings(secret_key="a secret of tests only, long enough", fixed_now=now, proxies=proxies)
    client = create_app(settings, source).server.test_client()

    def attempt(forwarded: str) -> int:
        form = {"name": "officer", "password": "wrong"}
        return client.post("/sign-in", data=form, headers={"X-Forwarded-For": forwarded}).status_code

    assert [attempt(f"203.0.113.{number}") for number in range(6)] == codes
    if proxies:
        spoofed = [attempt(f"198.51.100.{number}, 203.0.113.99") for number in range(6)]
        assert spoofed == [403] * 5 + [429]
    source.engine.dispose()
