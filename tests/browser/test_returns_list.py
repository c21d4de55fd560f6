"""The list of returns in the browser: pending decisions, the grid on a phone, and copied reminders."""

import pytest
from playwright.sync_api import expect

from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser


def test_a_manager_sees_pending_decisions(sample_site: ServedApp) -> None:
    with sample_site.visit(width=360) as visitor:
        visitor.open("/staff/returns")
        steps = visitor.page.locator("#next-steps li")
        step_texts = steps.all_inner_texts()
        waiting = visitor.page.locator("#returns .cell.submitted").count()
        assert (
            waiting
            and len(step_texts) == waiting
            and all("Approve or send back" in step_text for step_text in step_texts)
        )


def test_the_grid_shows_the_latest_quarter_first_on_a_phone_and_a_year_on_demand(sample_site: ServedApp) -> None:
    with sample_site.visit(width=360) as visitor:
        visitor.open("/staff/returns")
        page = visitor.page
        expect(page.locator("#returns thead th", has_text="2026 Q3")).to_be_in_viewport()
        page.click(".year-choice a:text-is('2024')")
        page.wait_for_url("**/staff/returns?period=2024")
        expect(page.locator("#returns thead th", has_text="2024 Q1")).to_be_attached()
        expect(page.locator("#returns thead th", has_text="2026 Q3")).to_have_count(0)


@pytest.mark.parametrize(("language", "words"), [("km", "ការរំលឹក"), ("en", "Reminder from CARDEC")])
def test_a_reminder_is_copied_in_its_language(sample_site: ServedApp, language: str, words: str) -> None:
    with sample_site.visit() as visitor:
        page = visitor.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visitor.open("/staff/returns")
        page.locator(".reminder summary").first.click()
        text = page.locator(f".reminder pre[lang={language}]").first
        text.locator("xpath=..").locator("button").click()
        page.wait_for_function("navigator.clipboard.readText().then(text => text.length > 0)")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == text.text_content()
        assert words in copied and visitor.origin in copied and "/staff/upload?site=" in copied
        summary_text = page.locator(".reminder summary").first.inner_text()
        assert str(copied.count("•")) in summary_text
