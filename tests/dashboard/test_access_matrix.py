"""Tests of permissions: every person against every page, route, callback and object.

`expected_rights` has the expected permissions and says how to add a line or an object.
"""

import json
import re

import pytest

from dashboard.access.registry import registry
from dashboard.app import import_modules
from etl.database.connection import reading
from etl.database.read.evidence import read_evidence
from etl.database.read.returns import find_return, read_events
from etl.indicators.vocabulary import ReturnState
from etl.use_cases.accounts.api_tokens import make_api_token
from tests.dashboard.app_constants import PASSWORD, ROUTER
from tests.dashboard.expected_rights import (
    ADDRESS_EXAMPLES,
    ADDRESSES,
    CALLBACKS,
    ELSEWHERE,
    FOR_TOKENS,
    GET,
    IN_BROWSER,
    NOBODY,
    OFFICER,
    PEOPLE,
    POST,
    STAFF,
)
from tests.dashboard.populated_app import SECRETS

import_modules()
UNKNOWN = "/staff/there-is-no-such-page"
LANGUAGES = ("", "/km")


def select_languages(position: int, *, is_whole: bool) -> tuple[str, ...]:
    """Return both prefixes, or one of them in turn: the gate removes it before it looks at rights."""
    return LANGUAGES if is_whole else (LANGUAGES[position % 2],)


PAGES = {page.rule for page in registry.pages}


def is_sent_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and "/sign-in?next=" in answer.headers["Location"]


def list_examples(populated_app, template):
    return [populated_app.address(address) for address in ADDRESS_EXAMPLES.get(template, (template,))]


def test_every_address_is_in_the_table():
    there = {(page.rule, GET) for page in registry.pages}
    there |= {(route.rule, method) for route in registry.routes for method in route.methods}
    assert there == set(ADDRESSES)
    assert (
        {template for template, _ in ADDRESSES if "<" in template}
        <= set(ADDRESS_EXAMPLES)
        <= {address for address, _ in ADDRESSES}
    )


def test_every_callback_is_in_the_table(staffed_app):
    assert {key for key in staffed_app.registry.callback_permissions if not key.startswith("test-")} == set(CALLBACKS)


@pytest.mark.parametrize("person", PEOPLE)
def test_only_permitted_people_can_get_an_address(shared_populated_app, person, is_soak):
    client, wrong = shared_populated_app.make_client(person), []
    unknown = client.get(UNKNOWN).text if person != NOBODY else ""
    for position, ((template, method), allowed) in enumerate(ADDRESSES.items()):
        if method != GET:
            continue
        # Refusals are quick, and are tested in both languages.
        prefixes = select_languages(position, is_whole=is_soak or person not in allowed)
        for address in list_examples(shared_populated_app, template):
            for prefix in prefixes if template != "/health" else ("",):
                answer = client.get(prefix + address)
                if person in allowed:
                    good = answer.status_code in (200, 301, 302, 303, 308) and not is_sent_to_sign_in(answer)
                elif person == NOBODY:
                    good = answer.status_code == 401 if template in FOR_TOKENS else is_sent_to_sign_in(answer)
                else:
                    same = answer.text == unknown or bool(prefix) or answer.data == b"Not found"
                    good = answer.status_code == 404 and same
                if not good:
                    wrong.append(f"{prefix}{address}: {answer.status_code}")
    assert wrong == []


def test_a_token_opens_only_the_addresses_for_programs(populated_app):
    """It is an administrator's, who may open everything else with a session."""
    staffed_app = populated_app.staffed_app
    token = make_api_token(
        staffed_app.source.engine,
        "administrator",
        name="matrix",
        days=7,
        password=PASSWORD,
        address="",
        pepper="",
        now=staffed_app.settings.now(),
    )
    client, wrong = staffed_app.app.server.test_client(), []
    headers = {"Authorization": f"Bearer {token}"}
    for template, method in ADDRESSES:
        allowed = ADDRESSES[template, method]
        for address in list_examples(populated_app, template) if NOBODY not in allowed else ():
            answer = client.open(address, method=method, headers=headers)
            good = answer.status_code == 200 if template in FOR_TOKENS else is_sent_to_sign_in(answer)
            if not good:
                wrong.append(f"{method} {address}: {answer.status_code}")
    for address in FOR_TOKENS:
        wrong += [
            f"{method} {address}"
            for method in ("POST", "PUT", "DELETE")
            if client.open(address, method=method, headers=headers).status_code != 404
        ]
    for key, allowed in CALLBACKS.items():
        if NOBODY not in allowed and staffed_app.call_callback(client, key, 1, **headers).status_code != 404:
            wrong.append(key)
    assert wrong == []


@pytest.mark.parametrize("person", PEOPLE)
def test_only_permitted_people_can_post_to_an_address(populated_app, person):
    client, wrong = populated_app.make_client(person), []
    for (template, method), allowed in ADDRESSES.items():
        if method != POST or template in ("/sign-out", "/sign-in"):
            continue
        for address in list_examples(populated_app, template):
            answer = populated_app.post(client, address, seen="submitted", comment="x", language="en", evidence="1")
            if person in allowed:
                good = answer.status_code in (200, 303, 409, 422)
            else:
                good = is_sent_to_sign_in(answer) if person == NOBODY else answer.status_code == 404
            if not good:
                wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("person", sorted(STAFF))
def test_a_post_without_the_session_s_csrf_token_is_refused(populated_app, person):
    client, foreign = populated_app.make_client(person), populated_app.make_client(OFFICER).get_cookie("csrf").value
    for (template, method), allowed in ADDRESSES.items():
        if method != POST or NOBODY in allowed or person not in allowed:
            continue
        for address in list_examples(populated_app, template):
            for token in ("", "0" * 64, foreign):
                answer = populated_app.post(client, address, token=token, seen="submitted", comment="x")
                assert answer.status_code == 403, (address, token)


@pytest.mark.parametrize("person", PEOPLE)
def test_only_permitted_people_can_call_a_callback(populated_app, person):
    staffed_app, client = populated_app.staffed_app, populated_app.make_client(person)
    for key, allowed in CALLBACKS.items():
        if key in IN_BROWSER:
            continue  # The server has nothing to run.
        values = ("/staff/overview", "") if key == ROUTER else (1, "/staff/overview")
        callback = staffed_app.app.callback_map[key]
        values = values[: len(callback["inputs"]) + len(callback["state"])]
        assert staffed_app.call_callback(client, key, *values).status_code == (200 if person in allowed else 404), key


@pytest.mark.parametrize("person", PEOPLE)
def test_the_page_callback_returns_only_pages_that_the_address_opens(shared_populated_app, person):
    """The page callback is public, so it has to check the permission of every page."""
    client = shared_populated_app.make_client(person)
    unknown = json.dumps(shared_populated_app.staffed_app.call_callback(client, ROUTER, UNKNOWN, "").json).replace(
        UNKNOWN, "HERE"
    )
    for template in PAGES:
        for address in list_examples(shared_populated_app, template):
            response = json.dumps(
                shared_populated_app.staffed_app.call_callback(client, ROUTER, address, "").json
            ).replace(address, "HERE")
            if person in ADDRESSES[template, GET]:
                assert response != unknown, address
            else:
                assert response == unknown, address


def test_an_officer_of_another_site_cannot_change_a_return(populated_app):
    number, client = populated_app.names["submitted"], populated_app.make_client(ELSEWHERE)
    with reading(populated_app.staffed_app.source.engine) as connection:
        before = (find_return(connection, number), read_events(connection, number), read_evidence(connection, number))
    for (template, method), _ in ADDRESSES.items():
        if method == POST and "<number>" in template:
            for address in list_examples(populated_app, template):
                populated_app.post(
                    client, address, seen="submitted", comment="x", evidence=str(populated_app.names["evidence"])
                )
    with reading(populated_app.staffed_app.source.engine) as connection:
        after = (find_return(connection, number), read_events(connection, number), read_evidence(connection, number))
        draft = find_return(connection, populated_app.names["draft"])
    assert before == after
    assert draft is not None and draft.state is ReturnState.DRAFT


@pytest.mark.parametrize("person", [NOBODY, ELSEWHERE])
def test_no_response_to_other_people_contains_private_words_of_a_site(shared_populated_app, person, is_soak):
    """It requests every address, and every page through the page callback, in both languages or in turn."""
    client, leaks = shared_populated_app.make_client(person), []
    examples = [
        address
        for template, method in ADDRESSES
        if method == GET
        for address in list_examples(shared_populated_app, template)
    ]
    addresses = ["/_dash-layout", "/_dash-dependencies"]
    pages = []
    for position, address in enumerate(examples):
        addresses += [prefix + address for prefix in select_languages(position, is_whole=is_soak)]
        pages += [prefix + address for prefix in select_languages(position + 1, is_whole=is_soak)]
    answers = {address: client.get(address).get_data() for address in addresses if "set-password" not in address}
    for address in pages:
        answer = shared_populated_app.staffed_app.call_callback(client, ROUTER, address, "")
        answers[f"router {address}"] = answer.get_data()
    for address, data in answers.items():
        # Compressed files are tested elsewhere; a workbook of figures has no file names.
        leaks += [f"{address}: {word}" for word in SECRETS if word.encode() in data]
    assert leaks == []


def test_people_with_access_see_the_private_words(populated_app):
    """Otherwise the tests for private words could not fail."""
    client = populated_app.make_client("one")
    text = client.get(populated_app.address("/staff/returns/{draft}")).text
    text += client.get(populated_app.address("/staff/returns/{submitted}")).text
    assert all(word in text for word in SECRETS[:3])
    assert SECRETS[3] in populated_app.make_client("administrator").get("/admin/users").text


def test_sources_of_other_sites_are_shown_without_links_to_their_returns(populated_app):
    client, numbers = populated_app.make_client(ELSEWHERE), []
    for address in ("/staff/number/L.1/plan", "/staff/number/L.1/2025", "/staff/returns", "/staff/site/01"):
        response = json.dumps(populated_app.staffed_app.call_callback(client, ROUTER, address, "").json)
        numbers += [
            which
            for which in ("draft", "submitted")
            if populated_app.address(f"/staff/returns/{{{which}}}") in response
        ]
    assert numbers == []
    response = json.dumps(populated_app.staffed_app.call_callback(client, ROUTER, "/staff/number/L.1/2025", "").json)
    assert re.search(r"\bone\b.{0,110}2026", response), "who sent it is seen"
    own_response = json.dumps(
        populated_app.staffed_app.call_callback(populated_app.make_client("one"), ROUTER, "/staff/returns", "").json
    )
    assert populated_app.address("/staff/returns/{submitted}") in own_response, "or nothing was looked for"
