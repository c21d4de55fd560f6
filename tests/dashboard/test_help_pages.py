"""Guides open from a help link on each page, at the section that fits it; strangers see the public one only."""

import re

import pytest

from dashboard.components.help_links import CARD_PATH, HELP_PATH, PUBLIC_HELP_PATH
from etl.publication.guides import PUBLIC_GUIDE, STAFF_GUIDES, read_guide
from tests.dashboard.app_constants import ROUTER
from tests.support.rendered_pages import find_elements

HELP_LINK = re.compile(r'<a[^>]*href="([^"]*/help/[^"]*)"[^>]*>(?:Help|ជំនួយ)</a>')


@pytest.mark.parametrize(
    ("path", "person", "expected"),
    [
        ("/staff/upload", "officer", "/staff/help/send-a-return#fill-in-the-excel-form"),
        ("/km/staff/account", "officer", "/km/staff/help/when-something-goes-wrong#i-cannot-sign-in"),
        ("/admin/editions", "administrator", "/staff/help/publish-an-edition#preview"),
        ("/sign-in", None, PUBLIC_HELP_PATH),
        ("/km/", None, f"/km{PUBLIC_HELP_PATH}"),
    ],
)
def test_a_document_links_to_the_guide_and_section_that_fit_it(staffed_app, path, person, expected):
    client = staffed_app.make_client(person)
    addresses = set(HELP_LINK.findall(client.get(path).text))
    assert addresses == {expected}
    guide_path, _, section = expected.partition("#")
    assert section == "" or f'id="{section}"' in client.get(guide_path).text


@pytest.mark.parametrize(
    ("path", "person", "expected"),
    [
        ("/staff/returns", "officer", "/staff/help/send-a-return#find-your-return"),
        ("/staff/returns", "manager", "/staff/help/review-and-approve#find-what-waits"),
        ("/km/staff/overview", "manager", "/km/staff/help/review-and-approve#read-the-figures"),
    ],
)
def test_the_head_of_a_page_names_the_help_of_its_reader(staffed_app, path, person, expected):
    client = staffed_app.make_client(person)
    head = staffed_app.call_callback(client, ROUTER, path, "").json["response"]["page-head"]["data"]
    assert head["help"] == expected
    header = staffed_app.call_callback(client, "header.children", "/staff", path, "").json["response"]["header"]
    links = [link for link in find_elements(header["children"], "NavLink") if "help" in str(link["props"].get("id"))]
    assert {link["props"]["href"] for link in links} == {expected} and len(links) == 2


def test_every_guide_opens_in_both_languages(staffed_app):
    client = staffed_app.make_client("officer")
    for prefix, language in (("", "en"), ("/km", "km")):
        contents = client.get(prefix + HELP_PATH).text
        for name in STAFF_GUIDES:
            assert f'href="{prefix}{HELP_PATH}/{name}"' in contents
            assert read_guide(name, language).title in client.get(f"{prefix}{HELP_PATH}/{name}").text
        assert f'href="{prefix}{PUBLIC_HELP_PATH}"' in contents
        assert read_guide(PUBLIC_GUIDE, language).title in staffed_app.make_client().get(prefix + PUBLIC_HELP_PATH).text
    assert client.get(f"{HELP_PATH}/../plan").status_code == client.get(f"{HELP_PATH}/no-guide").status_code == 404


def test_the_card_names_the_buttons_in_both_languages_and_when_returns_are_due(staffed_app):
    text = staffed_app.make_client("officer").get(CARD_PATH).text
    due_days = staffed_app.source.get_snapshot().plans.latest.settings.due_days
    for words in ("“Upload and check”", "«ផ្ទុកឡើង និងពិនិត្យ»", f"due {due_days} days after", f"ក្នុង {due_days} ថ្ងៃ"):
        assert words in text
    assert "<script" not in text
