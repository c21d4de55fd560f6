"""The files that pages load: the Khmer font, and no script on public pages."""

from urllib.parse import urlsplit

import pytest

from dashboard.front_end import read_front_end
from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser


def test_public_pages_load_no_script(sample_site: ServedApp) -> None:
    with sample_site.visit_signed_out() as visitor:
        for path in ("/", "/km/", "/sign-in", "/km/no-such-page"):
            visitor.page.goto(visitor.origin + path)
        assert not [request for request in visitor.requests if urlsplit(request).path.endswith(".js")]


def test_a_khmer_page_uses_the_served_font(sample_site: ServedApp) -> None:
    fonts = {name for purpose, name in read_front_end().files.items() if purpose.startswith("khmer-")}
    with sample_site.visit() as visitor:
        visitor.open("/km/staff/overview")
        visitor.page.wait_for_function("() => document.fonts.status === 'loaded'")
        assert visitor.page.evaluate("document.fonts.check('16px \"Noto Sans Khmer\"', 'ភាសាខ្មែរ')")
        requested_files = {urlsplit(request).path.rpartition("/")[2] for request in visitor.requests}
        assert fonts & requested_files
        visitor.open("/staff/overview")
