"""Tests of public pages, static files and error pages."""

import re

import pytest

from dashboard.static_files import make_static_url
from dashboard.theme import RATING_STYLES
from etl.indicators.results import Rating


@pytest.mark.parametrize(("path", "language"), [("/", "en"), ("/km/", "km"), ("/sign-in", "en"), ("/km/sign-in", "km")])
def test_a_page_declares_its_language_and_links_to_the_other(staffed_app, path, language):
    text = staffed_app.make_client().get(path).text
    assert f'<html lang="{language}">' in text
    assert text.count("hreflang=") >= 3
    assert "<script" not in text


def test_the_unpublished_home_page_shows_the_plan(staffed_app):
    plan = staffed_app.source.get_snapshot().plans.latest
    text = staffed_app.make_client().get("/").text
    assert plan.settings.name.en in text and "No results have been published yet" in text
    assert "Questions? Contact CARDEC at Bos Khnor" in text
    assert all(f'<p class="code">{objective.code}</p>' in text for objective in plan.objectives)


def test_an_unchanged_home_page_is_answered_with_304(staffed_app):
    client = staffed_app.make_client()
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304


def test_public_pages_link_only_to_this_server(staffed_app):
    for path in ("/", "/km/", "/sign-in", "/indicators/none"):
        addresses = re.findall(r'(?:href|src|action)="([^"]*)"', staffed_app.make_client().get(path).text)
        assert addresses and all(
            address.startswith(("/", "#")) and not address.startswith("//") for address in addresses
        )


@pytest.mark.parametrize(
    "purpose", ["base.css", "staff.css", "staff.js", "icon.svg", "plotly.js", "fonts.css", "app.css"]
)
def test_static_files_are_immutable_under_hashed_names(staffed_app, purpose):
    answer = staffed_app.make_client().get(make_static_url(purpose))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert re.fullmatch(r"/static/[a-z0-9-]+(\.js)?\.[0-9a-f]{16}\.\w+", make_static_url(purpose))


def test_vendor_files_are_served_with_brotli(staffed_app):
    client = staffed_app.make_client()
    plain = client.get(make_static_url("bootstrap.css"))
    compressed = client.get(make_static_url("bootstrap.css"), headers={"Accept-Encoding": "br, gzip"})
    assert compressed.headers["Content-Encoding"] == "br"
    assert len(compressed.data) * 5 < len(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_the_scripts_of_dash_are_compressed_and_cacheable(staffed_app):
    page = staffed_app.make_client("manager").get("/staff/overview").text
    script = re.search(r'src="(/_dash-component-suites/[^"]*react-dom[^"]*)"', page)[1]
    answer = staffed_app.make_client().get(script, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/static/none.css", "/static/../app.py", "/static/%2e%2e/wsgi.py", "/static/manifest.json"]
)
def test_unknown_static_files_are_not_served(staffed_app, path):
    assert staffed_app.make_client().get(path).status_code in (302, 404)


def test_the_health_check_returns_ok(staffed_app):
    assert staffed_app.make_client().get("/health").text == "ok"


def test_an_error_page_shows_no_traceback(staffed_app, monkeypatch):
    def break_down() -> None:
        raise RuntimeError("a secret inside")

    monkeypatch.setattr(staffed_app.source, "find_snapshot", break_down)
    answer = staffed_app.make_client().get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.text and "Traceback" not in answer.text


def test_every_rating_has_its_own_style_and_rated_ones_their_own_sign():
    assert set(RATING_STYLES) == set(Rating)
    assert len({style.name for style in RATING_STYLES.values()}) == len(Rating)
    rated = [style for rating, style in RATING_STYLES.items() if rating.is_rated]
    assert len({style.sign for style in rated}) == len({style.shape for style in rated}) == len(rated)


@pytest.mark.parametrize("rating", Rating)
def test_rating_labels_have_enough_contrast_on_white(rating):
    text = RATING_STYLES[rating].text
    channels = [int(text[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


@pytest.mark.parametrize(("prefix", "other"), [("", "/km"), ("/km", "")])
def test_the_explorer_leads_visitors_without_scripts_to_the_same_figures(staffed_app, prefix, other):
    text = staffed_app.make_client().get(f"{prefix}/explore").text
    without_scripts = text.partition("<noscript>")[2].partition("</noscript>")[0]
    addresses = re.findall(r'href="([^"]*)"', without_scripts)
    assert {f"{prefix}/", f"{prefix}/editions", f"{prefix}/downloads.html", f"{other}/explore"} <= set(addresses)
    assert f"{prefix}/explore" not in addresses
    staff_text = staffed_app.make_client().get("/sign-in").text
    assert "<noscript>" not in staff_text
