"""Fixed files come in the copies that set-up compressed, and pages announce the fonts that they need."""

import re

import brotli
import pytest

BROTLI = {"Accept-Encoding": "br, gzip"}


def test_the_scripts_of_dash_come_in_the_copy_that_set_up_compressed(staffed_app):
    page = staffed_app.make_client("manager").get("/staff/overview").text
    client = staffed_app.make_client()
    scripts = re.findall(r'src="(/_dash-component-suites/[^"]*)"', page)
    assert scripts
    for script in scripts:
        compressed = client.get(script, headers=BROTLI)
        assert compressed.headers["Content-Encoding"] == "br", script
        assert brotli.decompress(compressed.data) == client.get(script).data


@pytest.mark.parametrize(
    ("path", "fonts"),
    [
        ("/sign-in", {"latin-400", "latin-700"}),
        ("/km/sign-in", {"latin-400", "latin-700", "khmer-400", "khmer-700"}),
        # On a slow line the bold fonts would delay the scripts that draw this page.
        ("/km/staff/overview", {"latin-400", "khmer-400"}),
    ],
)
def test_a_page_preloads_the_fonts_of_its_language(staffed_app, path, fonts):
    client = staffed_app.make_client("manager" if "staff" in path else None)
    header = client.get(path).headers.get("Link", "")
    addresses = re.findall(r"<([^>]+)>; rel=preload; as=font; type=font/woff2; crossorigin", header)
    # Without npm, one large font file serves all scripts and is not preloaded.
    if addresses:
        assert {address.removeprefix("/static/").partition(".")[0] for address in addresses} == fonts
    assert all(client.get(address).status_code == 200 for address in addresses)


def test_a_page_that_scripts_draw_preloads_what_dash_asks_for_first(staffed_app):
    client = staffed_app.make_client("manager")
    html = client.get("/staff/overview").text
    addresses = re.findall(r'<link rel="preload" as="fetch" crossorigin href="([^"]+)">', html)
    assert addresses == ["/_dash-layout", "/_dash-dependencies"]
    assert all(client.get(address).status_code == 200 for address in addresses)


def test_a_response_without_our_fonts_preloads_none(staffed_app):
    client = staffed_app.make_client()
    assert "Link" not in client.get("/health").headers
    assert "Link" not in client.get("/static/none.css").headers
