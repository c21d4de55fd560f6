"""Pictures of the first screen of pages, in the sizes of the design's pictures, to lay beside them (`make gallery`)."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.page_sweep import PHONE, WIDE, Size
from tests.browser.served_app import ServedApp

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("GALLERY" not in os.environ, reason="pictures are taken in `make gallery` only"),
]

PICTURES: dict[str, tuple[str, Size]] = {
    "overview-1440": ("/staff/overview", WIDE),
    "overview-km-1440": ("/km/staff/overview", WIDE),
    "overview-390": ("/staff/overview", PHONE),
    "compare-1440": ("/staff/overview?period=2026&compare=2025", WIDE),
    "matrix-year-1440": ("/staff/overview", WIDE),
    "matrix-site-1440": ("/staff/overview?matrix=site", WIDE),
    "indicator-1440": ("/staff/indicator/{code}", WIDE),
    "indicator-390": ("/staff/indicator/{code}", PHONE),
    "drawer-1440": ("/staff/indicator/{code}#{code}.{quarter}", WIDE),
    "filters-390": ("/staff/overview", PHONE),
}
"""The addresses and the windows of the pictures, by the names of the design's."""


def show(page: Page, name: str) -> None:
    """Bring into view what a picture is about."""
    if name.startswith("matrix"):
        page.locator(".matrix").scroll_into_view_if_needed()
        page.evaluate("document.querySelector('#every-indicator').scrollIntoView({block: 'start'})")
    elif name.startswith("filters"):
        page.locator(".filters-toggle").click()
    elif name.startswith("drawer"):
        page.locator("#drawer h2, #drawer table").first.wait_for()


def test_pictures_of_the_design_have_their_counterparts(sample_site: ServedApp, pictures: Path) -> None:
    plan = sample_site.plan
    with_parts = next(indicator for indicator in plan.indicators if plan.list_parts(indicator.code))
    values = {"code": with_parts.code, "quarter": "2026Q3"}
    with sample_site.visit() as visitor:
        for name, (path, size) in PICTURES.items():
            visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
            visitor.page.goto("about:blank")
            visitor.open(path.format_map(values))
            show(visitor.page, name)
            visitor.page.screenshot(path=pictures / f"design-{name}.png", animations="disabled")
    assert len(list(pictures.glob("design-*.png"))) == len(PICTURES)
