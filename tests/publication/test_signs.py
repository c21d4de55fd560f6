"""Signs are SVG inside their square, in the colour of the text, and pages have no characters in their place."""

import xml.etree.ElementTree as ElementTree
from itertools import combinations
from pathlib import Path

import pytest

from etl.publication.signs import SIGN_SIZE, Sign, draw_sign, draw_sign_at

CHARACTERS = "✓✗✕●■▲◌◑◷○✎↩⇢"
ROOT = Path(__file__).parents[2]
BARS = Path("etl/publication/rating_styles.py")
"""The bars of plotly's charts take texts only, so each rating has a character too."""


@pytest.mark.parametrize("sign", Sign)
def test_a_sign_is_an_image_in_the_colour_of_the_text_that_screen_readers_skip(sign: Sign) -> None:
    image = ElementTree.fromstring(draw_sign(sign))
    assert image.attrib == {"class": "sign", "viewBox": f"0 0 {SIGN_SIZE} {SIGN_SIZE}", "aria-hidden": "true"}
    assert len(image) > 0
    for shape in image:
        assert set(shape.attrib.get("stroke", "currentColor").split()) == {"currentColor"}
        assert shape.attrib.get("fill", "none") == "none"


def test_signs_differ_from_each_other() -> None:
    for first, second in combinations(Sign, 2):
        assert draw_sign(first) != draw_sign(second)


def test_a_sign_inside_an_image_has_the_size_and_colour_asked_for() -> None:
    group = ElementTree.fromstring(draw_sign_at(Sign.TICK, 10, 2.5, 6, "#ffffff"))
    assert group.attrib == {"transform": "translate(10.0 2.5) scale(0.500)", "fill": "#ffffff", "color": "#ffffff"}
    assert len(group) == 1


def test_no_page_uses_a_character_as_a_sign() -> None:
    files = [path for folder in ("etl", "dashboard") for path in (ROOT / folder).rglob("*")]
    texts = {
        path.relative_to(ROOT): path.read_text(encoding="utf-8")
        for path in files
        if path.suffix in {".py", ".html", ".css", ".js"} and "vendor" not in path.parts
    }
    with_characters = {path for path, text in texts.items() if any(sign in text for sign in CHARACTERS)}
    assert with_characters == {BARS}
