"""The picture that a shared link shows has its letters on a server without any font of its own."""

import pytest

from etl.locale import get_locale
from etl.publication import share_picture as drawing
from etl.publication.khmer_font import FontError
from etl.publication.share_picture import render_share_picture
from tests.support.random_editions import make_random_edition


@pytest.mark.parametrize("language", ["en", "km"])
def test_latin_letters_are_drawn_on_a_server_that_has_no_font(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    book = make_random_edition(1)
    whole = render_share_picture(book, get_locale(language), own_fonts_only=True)
    monkeypatch.setattr(drawing, "_LATIN", "A font that nobody has")
    without_latin = render_share_picture(book, get_locale(language), own_fonts_only=True)
    assert whole[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(whole) > 1.1 * len(without_latin)


def test_a_picture_without_any_font_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "find_khmer_font_files", list)
    with pytest.raises(FontError, match="make setup"):
        render_share_picture(make_random_edition(1), get_locale("en"))
