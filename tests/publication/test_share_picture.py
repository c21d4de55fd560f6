"""The preview image of shared links has its letters on a server without system fonts."""

import pytest

from etl.locale import get_locale
from etl.publication import share_picture as module
from etl.publication.khmer_font import FontError
from etl.publication.share_picture import render_share_picture
from tests.support.random_editions import make_random_edition


@pytest.mark.parametrize("language", ["en", "km"])
def test_latin_letters_are_rendered_without_system_fonts(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    book = make_random_edition(1)
    whole = render_share_picture(book, get_locale(language), own_fonts_only=True)
    monkeypatch.setattr(module, "_LATIN", "A font that nobody has")
    without_latin = render_share_picture(book, get_locale(language), own_fonts_only=True)
    assert whole[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(whole) > 1.1 * len(without_latin)


def test_without_a_khmer_font_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_khmer_font_files", list)
    with pytest.raises(FontError, match="make setup"):
        render_share_picture(make_random_edition(1), get_locale("en"))
