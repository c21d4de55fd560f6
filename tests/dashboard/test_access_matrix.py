"""Role x page x callback x route x object: each cell asked for over the web and held against what stands by hand.

The table is in `expected_rights`, which says how to add a line or an object.
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
from tests.dashboard.app_constants import ROUTER
from tests.dashboard.expected_rights import (
    ADDRESSES,
    CALLBACKS,
    ELSEWHERE,
    GET,
    NOBODY,
    OFFICER,
    PEOPLE,
    POST,
    STAFF,
    TRIED,
)
from tests.dashboard.populated_app import SECRETS

import_modules()
UNKNOWN = "/staff/there-is-no-such-page"
LANGUAGES = ("", "/km")
PAGES = {page.rule for page in registry.pages}


def is_sent_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and "/sign-in?next=" in answer.headers["Location"]


def tried(world, template):
    return [world.address(one) for one in TRIED.get(template, (template,))]


def test_every_address_and_callback_has_its_line():
    there = {(page.rule, GET) for page in registry.pages}
    there |= {(route.rule, method) for route in registry.routes for method in route.methods}
    assert there == set(ADDRESSES)
    assert {template for template, _ in ADDRESSES if "<" in template} <= set(TRIED) <= {one for one, _ in ADDRESSES}


def test_every_callback_has_its_line(office):
    assert {key for key in office.registry.callback_permissions if not key.startswith("test-")} == set(CALLBACKS)


@pytest.mark.parametrize("who", PEOPLE)
def test_who_opens_an_address(world, who):
    client, wrong = world.visitor(who), []
    unknown = client.get(UNKNOWN).text if who != NOBODY else ""
    for (template, method), allowed in ADDRESSES.items():
        if method != GET:
            continue
        for address in tried(world, template):
            for prefix in LANGUAGES if template != "/health" else ("",):
                answer = client.get(prefix + address)
                if who in allowed:
                    good = answer.status_code in (200, 301, 302, 303, 308) and not is_sent_to_sign_in(answer)
                elif who == NOBODY:
                    good = is_sent_to_sign_in(answer)
                else:
                    same = answer.text == unknown or bool(prefix) or answer.data == b"Not found"
                    good = answer.status_code == 404 and same
                if not good:
                    wrong.append(f"{prefix}{address}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sends_something_to_an_address(world, who):
    client, wrong = world.visitor(who), []
    for (template, method), allowed in ADDRESSES.items():
        if method != POST or template in ("/sign-out", "/sign-in"):
            continue
        for address in tried(world, template):
            answer = world.post(client, address, seen="submitted", comment="x", language="en", evidence="1")
            if who in allowed:
                good = answer.status_code in (200, 303, 409, 422)
            else:
                good = is_sent_to_sign_in(answer) if who == NOBODY else answer.status_code == 404
            if not good:
                wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("who", sorted(STAFF))
def test_what_is_sent_without_the_session_s_own_token_is_refused(world, who):
    client, foreign = world.visitor(who), world.visitor(OFFICER).get_cookie("csrf").value
    for (template, method), allowed in ADDRESSES.items():
        if method != POST or NOBODY in allowed or who not in allowed:
            continue
        for address in tried(world, template):
            for token in ("", "0" * 64, foreign):
                answer = world.post(client, address, token=token, seen="submitted", comment="x")
                assert answer.status_code == 403, (address, token)


@pytest.mark.parametrize("who", PEOPLE)
def test_who_calls_a_callback(world, who):
    office, client = world.office, world.visitor(who)
    for key, allowed in CALLBACKS.items():
        if key == "page-shown.data":
            continue  # It runs in the browser; the server has nothing to run.
        values = ("/staff/overview", "") if key == ROUTER else (1, "/staff/overview")
        assert office.call(client, key, *values).status_code == (200 if who in allowed else 404), key


@pytest.mark.parametrize("who", PEOPLE)
def test_what_the_router_draws_is_what_the_address_opens(world, who):
    """The router is one public callback for all pages: nobody gets by it what they don't get by the address."""
    client = world.visitor(who)
    unknown = json.dumps(world.office.call(client, ROUTER, UNKNOWN, "").json).replace(UNKNOWN, "HERE")
    for template in PAGES:
        for address in tried(world, template):
            told = json.dumps(world.office.call(client, ROUTER, address, "").json).replace(address, "HERE")
            if who in ADDRESSES[template, GET]:
                assert told != unknown, address
            else:
                assert told == unknown, address


def test_an_officer_of_another_site_changes_nothing_by_any_address(world):
    number, client = world.names["submitted"], world.visitor(ELSEWHERE)
    with reading(world.office.source.engine) as connection:
        before = (find_return(connection, number), read_events(connection, number), read_evidence(connection, number))
    for (template, method), _ in ADDRESSES.items():
        if method == POST and "<number>" in template:
            for address in tried(world, template):
                world.post(client, address, seen="submitted", comment="x", evidence=str(world.names["evidence"]))
    with reading(world.office.source.engine) as connection:
        after = (find_return(connection, number), read_events(connection, number), read_evidence(connection, number))
        draft = find_return(connection, world.names["draft"])
    assert before == after
    assert draft is not None and draft.state is ReturnState.DRAFT


@pytest.mark.parametrize("who", [NOBODY, ELSEWHERE])
def test_no_answer_to_others_holds_what_is_a_site_s_own(world, who):
    """Every address with every object, and the router with every page, for the words in file name, evidence, thread."""
    client, leaks = world.visitor(who), []
    addresses = [
        prefix + address
        for template, method in ADDRESSES
        if method == GET
        for address in tried(world, template)
        for prefix in LANGUAGES
    ]
    addresses += ["/_dash-layout", "/_dash-dependencies"]
    answers = {address: client.get(address).get_data() for address in addresses if "set-password" not in address}
    for address in addresses:
        answers[f"router {address}"] = world.office.call(client, ROUTER, address, "").get_data()
    for address, data in answers.items():
        # What may be packed is looked at unpacked elsewhere; a workbook of figures holds no file's name.
        leaks += [f"{address}: {word}" for word in SECRETS if word.encode() in data]
    assert leaks == []


def test_the_words_that_must_not_leak_are_really_there(world):
    """The test above could not fail if nobody saw them."""
    client = world.visitor("one")
    text = client.get(world.address("/staff/returns/{draft}")).text
    text += client.get(world.address("/staff/returns/{submitted}")).text
    assert all(word in text for word in SECRETS[:3])
    assert SECRETS[3] in world.visitor("administrator").get("/admin/users").text


def test_numbers_of_others_are_seen_with_their_cell_and_without_a_way_to_their_return(world):
    client, numbers = world.visitor(ELSEWHERE), []
    for address in ("/staff/number/L.1/plan", "/staff/number/L.1/2025", "/staff/returns", "/staff/site/01"):
        told = json.dumps(world.office.call(client, ROUTER, address, "").json)
        numbers += [which for which in ("draft", "submitted") if world.address(f"/staff/returns/{{{which}}}") in told]
    assert numbers == []
    told = json.dumps(world.office.call(client, ROUTER, "/staff/number/L.1/2025", "").json)
    assert re.search(r"\bone\b.{0,110}2026", told), "who sent it is seen"
    own = json.dumps(world.office.call(world.visitor("one"), ROUTER, "/staff/returns", "").json)
    assert world.address("/staff/returns/{submitted}") in own, "or nothing was looked for"
