"""Drawings put each number where it belongs, leave gaps as gaps, and carry no text as markup."""

import xml.etree.ElementTree as ElementTree
from decimal import Decimal

import pytest

from etl.indicators.results import NoValue, Rating
from etl.publication.rating_styles import RATING_STYLES
from etl.publication.svg import draw_bullet, draw_line, draw_strip

GAP = NoValue.NOTHING_REPORTED


def parts(drawn: str, name: str) -> list[dict[str, str]]:
    return [dict(one.attrib) for one in ElementTree.fromstring(drawn).iter(name)]


def test_a_strip_gives_each_rating_its_share_of_the_width():
    drawn = draw_strip([(Rating.ACHIEVED, 1), (Rating.ON_TRACK, 0), (Rating.OFF_TRACK, 3)], "1 achieved", width=400)
    bars = parts(drawn, "rect")
    assert [float(one["width"]) for one in bars] == [98.5, 298.5]
    assert [one["fill"] for one in bars] == [RATING_STYLES[one].fill for one in (Rating.ACHIEVED, Rating.OFF_TRACK)]
    assert [one.text for one in ElementTree.fromstring(drawn).iter("text")] == ["✓ 1", "■ 3"]


@pytest.mark.parametrize(("actual", "width"), [("50", 76.2), ("100", 152.4), ("500", 160.0), ("-5", 0.0)])
def test_a_bullet_s_bar_is_as_long_as_its_actual_and_ends_at_the_edge(actual, width):
    drawn = draw_bullet(Decimal(actual), Decimal(100), Rating.ON_TRACK, "words", width=160)
    _, bar, stroke = parts(drawn, "rect")
    assert float(bar["width"]) == pytest.approx(width, abs=0.06)
    if actual != "500":
        assert float(stroke["x"]) == pytest.approx(152.4, abs=0.06)


@pytest.mark.parametrize("target", [GAP, Decimal(0), Decimal(-1)])
def test_there_is_no_bullet_without_a_target_above_zero(target):
    assert draw_bullet(Decimal(1), target, Rating.NO_TARGET, "words") == ""
    assert draw_bullet(GAP, Decimal(1), Rating.NO_DATA, "words") == ""


def test_a_line_is_broken_where_a_number_is_not_there():
    drawn = draw_line([Decimal(1), Decimal(2), GAP, Decimal(4)], [GAP, GAP, GAP, Decimal(4)], "words", width=98)
    assert [one["points"].count(",") for one in parts(drawn, "polyline")] == [2]
    assert [one["cx"] for one in parts(drawn, "circle")] == ["94"]
    (target,) = parts(drawn, "line")
    assert (target["x1"], target["x2"], target["y1"]) == ("90", "98", "4")


def test_a_line_begins_at_zero_or_below_it_where_a_number_is():
    (only,) = parts(draw_line([Decimal(-5), Decimal(5)], [], "words", height=28), "polyline")
    assert [point.split(",")[1] for point in only["points"].split()] == ["24", "4"]
    assert draw_line([GAP, GAP], [GAP], "words") == ""


def test_words_never_become_markup():
    for drawn in (
        draw_strip([(Rating.NO_DATA, 1)], '"><script>'),
        draw_bullet(Decimal(1), Decimal(2), Rating.AT_RISK, '"><script>'),
        draw_line([Decimal(1)], [Decimal(2)], '"><script>'),
    ):
        assert ElementTree.fromstring(drawn).attrib["aria-label"] == '"><script>'
        assert "<script" not in drawn
