"""Use the filter bar as a person does."""

import re

from playwright.sync_api import Locator, Page, expect

_BAR = "#filter-bar"


def choose_period(page: Page, label: str) -> None:
    """Press the button of a year, or of the plan."""
    page.locator(f"{_BAR} .segment").get_by_text(label, exact=True).click()
    expect(page.locator(f"{_BAR} .segment.active")).to_have_text(label)


def find_selected_period(page: Page) -> Locator:
    """Return the pressed button of the period."""
    return page.locator(f"{_BAR} .segment.active")


def toggle_option(page: Page, name: str, label: str) -> None:
    """Open the menu of sites or objectives and tick or untick the option whose label begins so."""
    menu = find_menu(page, name)
    if menu.get_attribute("open") is None:
        menu.locator("summary").click()
    menu.get_by_label(re.compile(f"^{re.escape(label)}")).click()


def find_menu(page: Page, name: str) -> Locator:
    """Return the menu with a name of the address."""
    return page.locator(f"{_BAR} .filter-menu").filter(has=page.locator(f"[data-filter-text={name}]"))


def select_value(page: Page, label: str, value: str) -> None:
    """Select a value in one of the bar's selects."""
    page.locator(_BAR).get_by_label(re.compile(label)).select_option(value)


def toggle_pending_returns(page: Page) -> None:
    """Include or exclude the returns pending approval."""
    page.locator(f"{_BAR} .approval input").click()
