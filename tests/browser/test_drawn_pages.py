"""Chromium shows the tables, charts and facts that the page callback returns, for each kind of page with figures.

`tests/journeys/test_figures_on_pages.py` compares what the callback returns with the command line.
"""

import pytest

from tests.browser.page_reader import read_page
from tests.browser.served_app import ServedApp
from tests.support.staff_pages import StaffPages

pytestmark = pytest.mark.browser


def test_chromium_shows_what_the_page_callback_returns(sample_site: ServedApp, sample_pages: StaffPages) -> None:
    plan = sample_site.plan
    with_parts = next(indicator.code for indicator in plan.indicators if plan.list_parts(indicator.code))
    addresses = (
        "/staff/overview?period=2024",
        f"/km/staff/objective/{plan.objectives[0].code}",
        f"/staff/objective/{plan.objectives[-1].code}?view=table",
        f"/staff/objective/{plan.objectives[-1].code}?view=site",
        f"/staff/indicator/{with_parts}",
        f"/km/staff/site/{plan.sites[0].code}?unapproved=no",
        f"/staff/programme/{plan.linked_programmes[0].code}",
        "/km/staff/tracking-table?columns=all",
        f"/staff/number/{with_parts}/plan",
    )
    with sample_site.visit() as visitor:
        for address in addresses:
            visitor.open(address)
            content = read_page(visitor.page)
            assert content.tables, address
            assert content == sample_pages.read(address), address
