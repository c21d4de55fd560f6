"""The public pages, the static files, and what is said when something breaks."""

import re

import pytest

from dashboard.static_files import static_url
from dashboard.theme import RATING_STYLES
from etl.indicators.results import Rating


@pytest.mark.parametrize(("path", "language"), [("/", "en"), ("/km/", "km"), ("/sign-in", "en"), ("/km/sign-in", "km")])
def test_a_page_says_its_language_and_offers_the_other(office, path, language):
    text = office.visitor().get(path).text
    assert f'<html lang="{language}">' in text
    assert text.count("hreflang=") >= 3
    assert "<script" not in text


def test_the_front_page_says_what_the_plan_is_and_that_nothing_is_published(office):
    plan = office.source.get_snapshot().plans.latest
    text = office.visitor().get("/").text
    assert plan.settings.name.en in text and "No results have been published yet" in text
    assert all(f'<p class="code">{one.code}</p>' in text for one in plan.objectives)


def test_a_front_page_that_did_not_change_is_not_sent_again(office):
    client = office.visitor()
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304


def test_every_address_in_a_page_is_ours(office):
    for path in ("/", "/km/", "/sign-in", "/indicators/none"):
        addresses = re.findall(r'(?:href|src|action)="([^"]*)"', office.visitor().get(path).text)
        assert addresses and all(one.startswith(("/", "#")) and not one.startswith("//") for one in addresses)


@pytest.mark.parametrize("purpose", ["base.css", "staff.css", "staff.js", "icon.svg", "plotly.js", "fonts.css"])
def test_a_static_file_may_be_kept_for_ever_under_its_own_name(office, purpose):
    answer = office.visitor().get(static_url(purpose))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert re.fullmatch(r"/static/[a-z0-9-]+(\.js)?\.[0-9a-f]{16}\.\w+", static_url(purpose))


def test_third_parties_files_come_as_small_as_they_were_made(office):
    client = office.visitor()
    plain = client.get(static_url("bootstrap.css"))
    pressed = client.get(static_url("bootstrap.css"), headers={"Accept-Encoding": "br, gzip"})
    assert pressed.headers["Content-Encoding"] == "br"
    assert len(pressed.data) * 5 < len(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_dash_s_own_scripts_come_compressed_and_may_be_kept(office):
    page = office.visitor("manager").get("/staff/overview").text
    script = re.search(r'src="(/_dash-component-suites/[^"]*react-dom[^"]*)"', page)[1]
    answer = office.visitor().get(script, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/static/none.css", "/static/../app.py", "/static/%2e%2e/wsgi.py", "/static/manifest.json"]
)
def test_only_files_that_were_given_out_are_served(office, path):
    assert office.visitor().get(path).status_code in (302, 404)


def test_health_is_one_word(office):
    assert office.visitor().get("/health").text == "ok"


def test_a_fault_is_told_without_a_traceback(office, monkeypatch):
    def break_down() -> None:
        raise RuntimeError("a secret inside")

    monkeypatch.setattr(office.source, "find_snapshot", break_down)
    answer = office.visitor().get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.text and "Traceback" not in answer.text


def test_every_rating_has_a_style_of_its_own_and_a_shape():
    assert set(RATING_STYLES) == set(Rating)
    assert len({style.name for style in RATING_STYLES.values()}) == len(Rating)
    assert all(style.shape for style in RATING_STYLES.values())


@pytest.mark.parametrize("rating", Rating)
def test_a_rating_s_word_can_be_read_on_white(rating):
    text = RATING_STYLES[rating].text
    channels = [int(text[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5
