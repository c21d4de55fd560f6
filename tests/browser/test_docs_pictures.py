"""The pictures of the documentation show the pages as they are today."""

import json

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import open_visitor
from tests.browser.docs_pictures import HEIGHT, PICTURES, STRUCTURE, WIDTH, read_structure
from tests.browser.public_site import PublicSite, public_site
from tests.browser.served_app import ServedApp

__all__ = ["public_site"]
pytestmark = pytest.mark.browser

ADVICE = "run make pictures, and look at the pictures before you commit them"


def test_the_picture_of_the_overview_has_the_structure_of_the_page(sample_site: ServedApp) -> None:
    with sample_site.visit(width=WIDTH, height=HEIGHT) as visitor:
        visitor.open(PICTURES["overview.jpg"])
        assert json.loads(STRUCTURE.read_text())["overview.jpg"] == read_structure(visitor.page), ADVICE


def test_the_picture_of_the_public_page_has_the_structure_of_the_page(
    browser: Browser, public_site: PublicSite
) -> None:
    with open_visitor(browser, public_site.origin, width=WIDTH, height=HEIGHT) as visitor:
        visitor.open(PICTURES["public.jpg"])
        assert json.loads(STRUCTURE.read_text())["public.jpg"] == read_structure(visitor.page), ADVICE
