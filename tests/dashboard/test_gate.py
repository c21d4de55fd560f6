"""Nobody gets past the gate: every page, route and callback against every visitor, with nothing leaking on the way."""

import json
import re

import dash
import pytest

from dashboard.access.permissions import PERMISSIONS, Permission
from dashboard.access.registry import RegistryError
from etl.indicators.vocabulary import Role
from tests.dashboard.app_constants import PRIVATE, ROUTER

VISITORS = {None: {Permission.PUBLIC}, **{role.value: set(PERMISSIONS[role]) for role in Role}}
"""What each visitor may do, by the name of the account; None is nobody in particular."""


def address_of_template(template: str) -> str:
    return re.sub(r"<[^>]*>", "X1", template)


@pytest.mark.parametrize("name", VISITORS)
def test_a_page_answers_only_who_may_see_it(office, name):
    client = office.visitor(name)
    for page in office.registry.pages:
        for prefix in ("", "/km"):
            answer = client.get(prefix + address_of_template(page.rule))
            expected = 200 if page.permission in VISITORS[name] else (302 if name is None else 404)
            assert answer.status_code == expected, page.rule


@pytest.mark.parametrize("name", VISITORS)
def test_a_route_answers_only_who_may_use_it(office, name):
    client = office.visitor(name)
    for route in office.registry.routes:
        if route.rule == "/sign-out" or "GET" not in route.methods:
            continue
        answer = client.get(address_of_template(route.rule))
        if route.permission in VISITORS[name]:
            assert answer.status_code in (200, 301, 303, 404) and "/sign-in?" not in answer.headers.get("Location", "")
        else:
            assert answer.status_code == (302 if name is None else 404), route.rule


@pytest.mark.parametrize("name", VISITORS)
def test_a_callback_answers_only_who_may_call_it(office, name):
    client = office.visitor(name)
    for key, permission in office.registry.callback_permissions.items():
        if key == "page-shown.data":
            continue  # It runs in the browser; the server has nothing to run.
        values = ("/staff/overview", "") if key == ROUTER else ("anything",)
        answer = office.call(client, key, *values)
        assert answer.status_code == (200 if permission in VISITORS[name] else 404), key


@pytest.mark.parametrize("name", VISITORS)
def test_the_list_of_callbacks_holds_what_its_visitor_may_call(office, name):
    listed = {one["output"] for one in office.visitor(name).get("/_dash-dependencies").json}
    may = {key for key, permission in office.registry.callback_permissions.items() if permission in VISITORS[name]}
    assert listed == may


@pytest.mark.parametrize(
    ("private", "unknown"),
    [
        ("/staff/overview", "/staff/nothing"),
        ("/staff/test-staff", "/staff/test-nothing"),
        ("/staff/test-staff/ABC", "/other/test-staff/ABC"),
        ("/km/staff/file-manage", "/km/staff/file-nothing"),
        ("/staff/overview?site=X", "/staff/nothing?site=X"),
    ],
)
def test_anybody_is_told_the_same_of_a_private_and_an_unknown_address(office, private, unknown):
    def told(path: str) -> tuple[int, str, str]:
        answer = office.visitor().get(path)
        place = path.partition("?")[0]
        return answer.status_code, answer.headers["Location"].replace(place, "HERE"), answer.text.replace(place, "HERE")

    assert told(private) == told(unknown)
    assert told(private)[0] == 302


@pytest.mark.parametrize("path", ["/staff/test-administer", "/staff/file-administer", "/staff/test-administer/X"])
def test_who_lacks_the_right_is_told_the_same_as_of_an_unknown_address(office, path):
    client = office.visitor("officer")
    assert client.get(path).status_code == 404
    assert client.get(path).text == client.get("/staff/nothing-there").text


@pytest.mark.parametrize("path", ["/indicators/X9", "/objectives/X", "/editions/2025-Q3", "/km/programmes/none"])
def test_an_unknown_public_address_is_a_404_with_the_way_back(office, path):
    answer = office.visitor().get(path)
    assert answer.status_code == 404
    assert f'href="{"/km/" if path.startswith("/km") else "/"}"' in answer.text


def test_a_private_callback_and_one_that_does_not_exist_are_refused_alike(office):
    client = office.visitor()
    answers = {
        (one.status_code, one.text, one.headers.get("X-Signed-Out"))
        for one in (office.call(client, "test-staff.children", 1), office.call(client, "nothing.children", 1))
    }
    assert answers == {(404, "Not found", "1")}


def test_the_router_tells_anybody_where_to_sign_in_and_nothing_else(office):
    def told(path: str) -> str:
        return json.dumps(office.call(office.visitor(), ROUTER, path, "").json).replace(path, "HERE")

    assert told("/staff/test-staff") == told("/staff/nothing") == told("/staff/indicator/none")
    assert json.loads(told("/staff/test-staff"))["response"]["page"] == {"children": None}


def test_the_router_tells_staff_the_same_of_another_role_s_page_and_an_unknown_one(office):
    client = office.visitor("officer")
    one, other = (
        json.dumps(office.call(client, ROUTER, path, "").json).replace(path, "HERE")
        for path in ("/staff/test-manage", "/x")
    )
    assert PRIVATE not in one
    assert one == other


def test_an_anonymous_crawl_finds_no_private_word(office):
    client = office.visitor()
    private = [PRIVATE, "test-staff", "test-manage", "test-administer", "file-staff"]
    private += [page.title for page in office.registry.pages if page.permission is not Permission.PUBLIC]
    private += [page.rule for page in office.registry.pages if page.permission is not Permission.PUBLIC]
    for path in ("/", "/km/", "/sign-in", "/km/sign-in", "/_dash-layout", "/_dash-dependencies", "/indicators/X"):
        text = client.get(path).text
        assert not [word for word in private if word in text], path
    for path in ("/", "/staff/test-staff", "/staff/indicator/X1"):
        text = json.dumps(office.call(client, ROUTER, path, "").json).replace(path, "")
        assert not [word for word in private if word in text], path
        assert client.get(path).text.replace(path, "").count(PRIVATE) == 0


@pytest.mark.parametrize(
    "body", [[], "text", 3, None, {}, {"output": None}, {"output": ["page.children"]}, {"output": {"a": 1}}]
)
def test_a_callback_request_that_names_no_callback_is_not_found(office, body):
    for name in (None, "manager"):
        assert office.visitor(name).post("/_dash-update-component", json=body).status_code == 404


def test_a_staff_callback_without_the_session_s_token_is_refused(office):
    client, other = office.visitor("manager"), office.visitor("manager")
    foreign = other.get_cookie("csrf").value
    assert office.call(client, "test-staff.children", 1).status_code == 200
    for token in ("", "0" * 64, foreign):
        assert office.call(client, "test-staff.children", 1, token=token).status_code == 403


def test_a_form_without_the_session_s_token_changes_nothing(office):
    client = office.visitor("manager")
    assert client.post("/staff/file-staff").status_code == 403
    token = client.get_cookie("csrf").value
    assert client.post("/staff/file-staff", data={"csrf": token}).status_code == 200
    assert client.post("/sign-out").status_code == 403
    assert client.get("/staff/overview").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_sends_is_refused(office, site):
    client = office.visitor("manager")
    headers = {"Sec-Fetch-Site": site}
    assert office.call(client, "test-staff.children", 1, **headers).status_code == 403
    assert office.call(client, ROUTER, "/", "", **headers).status_code == 403
    assert client.post("/sign-in", data={"name": "officer"}, headers=headers).status_code == 403
    assert client.post("/sign-in", data={}, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_a_link_from_another_site_leads_to_the_page(office):
    answer = office.visitor("manager").get("/staff/overview", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_reach_no_page(office, method):
    for name in (None, "manager"):
        assert office.visitor(name).open("/staff/test-staff", method=method).status_code in (302, 404)


def test_the_wrapped_callback_refuses_even_without_a_gate(office):
    office.app.server.before_request_funcs[None].pop(0)
    answer = office.call(office.visitor(), "test-staff.children", 1)
    assert PRIVATE not in answer.text
    assert answer.status_code == 404


def test_a_bare_callback_keeps_the_server_from_starting(office):
    office.app.callback(dash.Output("bare", "children"), dash.Input("in", "value"))(lambda value: value)
    with pytest.raises(RegistryError, match="bare.children"):
        office.registry.check_callbacks(office.app)


def test_a_bare_callback_added_later_is_not_served(office):
    office.app.callback(dash.Output("bare", "children"), dash.Input("in", "value"))(lambda value: PRIVATE)
    assert office.call(office.visitor("administrator"), "bare.children", 1).status_code == 404


def test_a_page_or_callback_without_a_permission_cannot_be_declared(office):
    with pytest.raises(TypeError):
        office.registry.page("/staff/free", title="x")
    with pytest.raises(TypeError):
        office.registry.callback(dash.Output("a", "children"), dash.Input("b", "value"))
    with pytest.raises(ValueError):
        office.registry.page("/staff/free", title="x", permission="everybody")


def test_every_answer_carries_the_headers_that_keep_it_in_its_place(office):
    for name, path in ((None, "/"), (None, "/nothing"), ("manager", "/staff/overview"), ("manager", "/_dash-layout")):
        headers = office.visitor(name).get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "script-src 'self' 'sha256-" in policy
        assert "unsafe-eval" not in policy and "http" not in policy


def test_parts_of_a_page_carry_only_the_headers_that_a_browser_heeds_on_them(office):
    page = office.visitor("manager").get("/staff/overview").text
    addresses = {
        kind: re.search(pattern, page)[1]
        for kind, pattern in {
            "css": r'href="([^"]+\.css)"',
            "js": r'src="([^"]+\.js)"',
            "svg": r'href="([^"]+\.svg)"',
        }.items()
    }
    headers = {kind: office.visitor(None).get(path).headers for kind, path in addresses.items()}
    for kind in ("css", "js"):
        assert headers[kind]["X-Content-Type-Options"] == "nosniff"
        assert headers[kind]["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Content-Security-Policy" not in headers[kind]
    assert "frame-ancestors 'none'" in headers["svg"]["Content-Security-Policy"]


def test_what_is_private_is_never_stored_by_a_cache(office):
    client = office.visitor("manager")
    for path in ("/staff/overview", "/_dash-layout", "/_dash-dependencies", "/sign-in", "/staff/file-staff"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    assert office.call(client, ROUTER, "/staff/overview", "").headers["Cache-Control"] == "no-store"
