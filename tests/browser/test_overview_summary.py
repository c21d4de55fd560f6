"""The overview at 1440 x 900 shows indicators off track, the most behind, and overdue returns without scrolling."""

import pytest

from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser

_VISIBLE = """() => ['#answer-off-track', '#answer-worst', '#answer-owed'].map(name => {
  const box = document.querySelector(name).getBoundingClientRect();
  const place = document.elementFromPoint(box.left + 10, box.top + 10);
  const inside = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  return inside && box.height > 20 && document.querySelector(name).contains(place);
})"""


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_first_screen_shows_the_summary_without_scrolling(sample_site: ServedApp, language: str) -> None:
    with sample_site.visit(height=900) as visitor:
        visitor.open(f"{'' if language == 'en' else '/km'}/staff/overview")
        assert visitor.page.evaluate("scrollY") == 0
        assert visitor.page.evaluate(_VISIBLE) == [True, True, True]
