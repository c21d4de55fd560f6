"""Public pages load no script. `test_without_npm` checks the fonts of pages."""

from urllib.parse import urlsplit

import pytest

from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser


def test_public_pages_load_no_script(sample_site: ServedApp) -> None:
    with sample_site.visit_signed_out() as visitor:
        for path in ("/", "/km/", "/sign-in", "/km/no-such-page"):
            visitor.page.goto(visitor.origin + path)
        assert not [request for request in visitor.requests if urlsplit(request).path.endswith(".js")]
