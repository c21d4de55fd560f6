"""Tests of the gate: every page, route and callback for every kind of visitor."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import dash
import pytest

from dashboard.access.permissions import PERMISSIONS, Permission
from dashboard.access.registry import RegistryError
from etl.indicators.vocabulary import Role
from tests.dashboard.app_constants import PASSWORD, PRIVATE, ROUTER

VISITORS = {None: {Permission.PUBLIC}, **{role.value: set(PERMISSIONS[role]) for role in Role}}
"""Permissions of each visitor by account; None is the anonymous visitor."""


def get_address_of_template(template: str) -> str:
    return re.sub(r"<[^>]*>", "X1", template)


@pytest.mark.parametrize("name", VISITORS)
def test_a_page_is_served_only_to_visitors_with_its_permission(shared_staffed_app, name):
    client = shared_staffed_app.make_client(name)
    for page in shared_staffed_app.registry.pages:
        for prefix in ("", "/km"):
            answer = client.get(prefix + get_address_of_template(page.rule))
            expected = 200 if page.permission in VISITORS[name] else (302 if name is None else 404)
            assert answer.status_code == expected, page.rule


@pytest.mark.parametrize("name", VISITORS)
def test_a_route_is_served_only_to_visitors_with_its_permission(shared_staffed_app, name):
    client = shared_staffed_app.make_client(name)
    for route in shared_staffed_app.registry.routes:
        if route.rule == "/sign-out" or "GET" not in route.methods:
            continue
        answer = client.get(get_address_of_template(route.rule))
        if route.permission in VISITORS[name]:
            assert answer.status_code in (200, 301, 303, 404) and "/sign-in?" not in answer.headers.get("Location", "")
        else:
            # Programs get an answer that asks for a token, people the way to sign in.
            refusal = 404 if name is not None else 401 if route.accepts_tokens else 302
            assert answer.status_code == refusal, route.rule


@pytest.mark.parametrize("name", VISITORS)
def test_a_callback_runs_only_for_visitors_with_its_permission(shared_staffed_app, name):
    client = shared_staffed_app.make_client(name)
    for key, permission in shared_staffed_app.registry.callback_permissions.items():
        if "callback" not in shared_staffed_app.app.callback_map[key]:
            continue  # It runs in the browser; the server has nothing to run.
        values = ("/staff/overview", "") if key == ROUTER else ("anything",)
        answer = shared_staffed_app.call_callback(client, key, *values)
        assert answer.status_code == (200 if permission in VISITORS[name] else 404), key


@pytest.mark.parametrize("name", VISITORS)
def test_the_list_of_callbacks_contains_only_permitted_ones(shared_staffed_app, name):
    keys = {callback["output"] for callback in shared_staffed_app.make_client(name).get("/_dash-dependencies").json}
    may = {
        key
        for key, permission in shared_staffed_app.registry.callback_permissions.items()
        if permission in VISITORS[name]
    }
    assert keys == may


@pytest.mark.parametrize(
    ("private", "unknown"),
    [
        ("/staff/overview", "/staff/nothing"),
        ("/staff/test-staff", "/staff/test-nothing"),
        ("/staff/test-staff/ABC", "/staff/other/ABC"),
        ("/km/staff/file-manage", "/km/staff/file-nothing"),
        ("/staff/overview?site=X", "/staff/nothing?site=X"),
    ],
)
def test_anonymous_visitors_cannot_tell_private_from_unknown_addresses(shared_staffed_app, private, unknown):
    def ask(path: str) -> tuple[int, str, str]:
        answer = shared_staffed_app.make_client().get(path)
        place = path.partition("?")[0]
        return answer.status_code, answer.headers["Location"].replace(place, "HERE"), answer.text.replace(place, "HERE")

    assert ask(private) == ask(unknown)
    assert ask(private)[0] == 302


@pytest.mark.parametrize("path", ["/staff/test-administer", "/staff/file-administer", "/staff/test-administer/X"])
def test_a_visitor_without_permission_gets_the_same_404_as_for_an_unknown_address(shared_staffed_app, path):
    client = shared_staffed_app.make_client("officer")
    assert client.get(path).status_code == 404
    assert client.get(path).text == client.get("/staff/nothing-there").text


@pytest.mark.parametrize("path", ["/indicators/X9", "/objectives/X", "/editions/2025-Q3", "/km/programmes/none"])
def test_an_unknown_public_address_is_a_404_with_the_way_back(shared_staffed_app, path):
    answer = shared_staffed_app.make_client().get(path)
    assert answer.status_code == 404
    assert f'href="{"/km/" if path.startswith("/km") else "/"}"' in answer.text


def test_private_and_unknown_callbacks_are_refused_alike(shared_staffed_app):
    client = shared_staffed_app.make_client()
    answers = {
        (response.status_code, response.text, response.headers.get("X-Signed-Out"))
        for response in (
            shared_staffed_app.call_callback(client, "test-staff.children", 1),
            shared_staffed_app.call_callback(client, "nothing.children", 1),
        )
    }
    assert answers == {(404, "Not found", "1")}


def test_the_page_callback_tells_anonymous_visitors_only_where_to_sign_in(staffed_app):
    def ask(path: str) -> str:
        return json.dumps(staffed_app.call_callback(staffed_app.make_client(), ROUTER, path, "").json).replace(
            path, "HERE"
        )

    assert ask("/staff/test-staff") == ask("/staff/nothing") == ask("/staff/indicator/none")
    assert json.loads(ask("/staff/test-staff"))["response"]["page"] == {"children": None}


def test_the_page_callback_treats_pages_of_other_roles_as_unknown(staffed_app):
    client = staffed_app.make_client("officer")
    private, unknown = (
        json.dumps(staffed_app.call_callback(client, ROUTER, path, "").json).replace(path, "HERE")
        for path in ("/staff/test-manage", "/x")
    )
    assert PRIVATE not in private
    assert private == unknown


def test_anonymous_responses_contain_no_private_words(shared_staffed_app):
    client = shared_staffed_app.make_client()
    private = [PRIVATE, "test-staff", "test-manage", "test-administer", "file-staff"]
    private += [page.title for page in shared_staffed_app.registry.pages if page.permission is not Permission.PUBLIC]
    private += [page.rule for page in shared_staffed_app.registry.pages if page.permission is not Permission.PUBLIC]
    for path in ("/", "/km/", "/sign-in", "/km/sign-in", "/_dash-layout", "/_dash-dependencies", "/indicators/X"):
        text = client.get(path).text
        assert not [word for word in private if word in text], path
    for path in ("/", "/staff/test-staff", "/staff/indicator/X1"):
        text = json.dumps(shared_staffed_app.call_callback(client, ROUTER, path, "").json).replace(path, "")
        assert not [word for word in private if word in text], path
        assert client.get(path).text.replace(path, "").count(PRIVATE) == 0


@pytest.mark.parametrize(
    "body", [[], "text", 3, None, {}, {"output": None}, {"output": ["page.children"]}, {"output": {"a": 1}}]
)
def test_a_callback_request_that_names_no_callback_is_not_found(shared_staffed_app, body):
    for name in (None, "manager"):
        assert shared_staffed_app.make_client(name).post("/_dash-update-component", json=body).status_code == 404


def test_a_staff_callback_without_the_session_s_token_is_refused(staffed_app):
    client, other_client = staffed_app.make_client("manager"), staffed_app.make_client("manager")
    foreign = other_client.get_cookie("csrf").value
    assert staffed_app.call_callback(client, "test-staff.children", 1).status_code == 200
    for token in ("", "0" * 64, foreign):
        assert staffed_app.call_callback(client, "test-staff.children", 1, token=token).status_code == 403


def test_a_form_without_the_session_s_token_changes_nothing(staffed_app):
    client = staffed_app.make_client("manager")
    assert client.post("/staff/file-staff").status_code == 403
    token = client.get_cookie("csrf").value
    assert client.post("/staff/file-staff", data={"csrf": token}).status_code == 200
    assert client.post("/sign-out").status_code == 403
    assert client.get("/staff/overview").status_code == 200


FORM_PAGES = {
    "/staff/returns/109/comment": "/staff/returns/109",
    "/km/staff/returns/109/send-back": "/km/staff/returns/109",
    "/staff/returns/109/again": "/staff/returns/109",
    "/staff/account/password": "/staff/account",
    "/staff/remarks/L.1/2026Q3": "/staff/remarks/L.1/2026Q3",
    "/admin/own-approval": "/staff/overview",
}


@pytest.mark.parametrize("action", FORM_PAGES)
def test_signing_in_after_a_form_was_refused_leads_to_the_page_of_the_form(staffed_app, action):
    client = staffed_app.make_client()
    refused = client.post(action, data={"comment": "Typed"})
    assert refused.status_code == 302
    assert "so nothing was saved. Sign in" in client.get(refused.location.replace("/km/", "/")).text
    address = parse_qs(urlsplit(refused.location).query)["next"][0]
    signed_in = client.post("/sign-in", data={"name": "manager", "password": PASSWORD, "next": address})
    assert urlsplit(signed_in.location).path == FORM_PAGES[action]


def test_a_refused_form_names_its_own_page_before_the_address_that_takes_it(staffed_app):
    def read_next(referrer: str) -> str:
        refused = staffed_app.make_client().post("/admin/own-approval", headers={"Referer": referrer})
        return parse_qs(urlsplit(refused.location).query)["next"][0]

    assert read_next("http://localhost/km/admin/users?q=1&notice=added") == "/km/admin/users?q=1&notice=signed-out"
    assert read_next("http://elsewhere.example/admin/users") == "/admin/own-approval?notice=signed-out"
    assert read_next("http://localhost/sign-in") == "/admin/own-approval?notice=signed-out"


def test_the_page_after_signing_in_again_says_that_nothing_was_saved(staffed_app):
    client = staffed_app.make_client("manager")
    assert "so nothing was saved. Check" in client.get("/staff/remarks/L.1/2026Q3?notice=signed-out").text
    assert "so nothing was saved" not in client.get("/staff/remarks/L.1/2026Q3").text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_cross_site_post_is_refused(shared_staffed_app, site):
    client = shared_staffed_app.make_client("manager")
    headers = {"Sec-Fetch-Site": site}
    assert shared_staffed_app.call_callback(client, "test-staff.children", 1, **headers).status_code == 403
    assert shared_staffed_app.call_callback(client, ROUTER, "/", "", **headers).status_code == 403
    assert client.post("/sign-in", data={"name": "officer"}, headers=headers).status_code == 403
    assert client.post("/sign-in", data={}, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_a_cross_site_link_opens_the_page(shared_staffed_app):
    answer = shared_staffed_app.make_client("manager").get("/staff/overview", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_open_no_page(shared_staffed_app, method):
    for name in (None, "manager"):
        assert shared_staffed_app.make_client(name).open("/staff/test-staff", method=method).status_code in (302, 404)


def test_a_callback_checks_its_permission_without_the_gate_too(staffed_app):
    staffed_app.app.server.before_request_funcs[None].pop(0)
    answer = staffed_app.call_callback(staffed_app.make_client(), "test-staff.children", 1)
    assert PRIVATE not in answer.text
    assert answer.status_code == 404


def test_an_undeclared_callback_prevents_the_start(staffed_app):
    staffed_app.app.callback(dash.Output("bare", "children"), dash.Input("in", "value"))(lambda value: value)
    with pytest.raises(RegistryError, match="bare.children"):
        staffed_app.registry.check_callbacks(staffed_app.app)


def test_an_undeclared_callback_is_not_served(staffed_app):
    staffed_app.app.callback(dash.Output("bare", "children"), dash.Input("in", "value"))(lambda value: PRIVATE)
    assert staffed_app.call_callback(staffed_app.make_client("administrator"), "bare.children", 1).status_code == 404


def test_a_page_or_callback_without_a_permission_cannot_be_declared(staffed_app):
    with pytest.raises(TypeError):
        staffed_app.registry.page("/staff/free", title="x")
    with pytest.raises(TypeError):
        staffed_app.registry.callback(dash.Output("a", "children"), dash.Input("b", "value"))
    with pytest.raises(ValueError):
        staffed_app.registry.page("/staff/free", title="x", permission="everybody")


def test_every_response_has_the_security_headers(shared_staffed_app):
    for name, path in ((None, "/"), (None, "/nothing"), ("manager", "/staff/overview"), ("manager", "/_dash-layout")):
        headers = shared_staffed_app.make_client(name).get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "script-src 'self' 'sha256-" in policy
        assert "unsafe-eval" not in policy and "http" not in policy


def test_subresources_have_only_the_headers_that_apply_to_them(shared_staffed_app):
    page = shared_staffed_app.make_client("manager").get("/staff/overview").text
    addresses = {
        kind: re.search(pattern, page)[1]
        for kind, pattern in {
            "css": r'href="([^"]+\.css)"',
            "js": r'src="([^"]+\.js)"',
            "svg": r'href="([^"]+\.svg)"',
        }.items()
    }
    headers = {kind: shared_staffed_app.make_client(None).get(path).headers for kind, path in addresses.items()}
    for kind in ("css", "js"):
        assert headers[kind]["X-Content-Type-Options"] == "nosniff"
        assert headers[kind]["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Content-Security-Policy" not in headers[kind]
    assert "frame-ancestors 'none'" in headers["svg"]["Content-Security-Policy"]


def test_private_responses_are_not_cached(shared_staffed_app):
    client = shared_staffed_app.make_client("manager")
    for path in ("/staff/overview", "/_dash-layout", "/_dash-dependencies", "/sign-in", "/staff/file-staff"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    assert (
        shared_staffed_app.call_callback(client, ROUTER, "/staff/overview", "").headers["Cache-Control"] == "no-store"
    )
