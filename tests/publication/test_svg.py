"""SVG charts place numbers correctly, keep gaps, and escape text."""

import xml.etree.ElementTree as ElementTree
from decimal import Decimal

import pytest

from etl.indicators.results import NoValue, Rating
from etl.publication.rating_styles import RATING_STYLES
from etl.publication.svg import draw_bullet, draw_line, draw_strip

GAP = NoValue.NOTHING_REPORTED


def find_elements(svg: str, name: str) -> list[dict[str, str]]:
    return [dict(element.attrib) for element in ElementTree.fromstring(svg).iter(name)]


def test_a_strip_gives_each_rating_its_share_of_the_width():
    svg = draw_strip([(Rating.ACHIEVED, 1), (Rating.ON_TRACK, 0), (Rating.OFF_TRACK, 3)], "1 achieved", width=400)
    bars = find_elements(svg, "rect")
    assert [float(bar["width"]) for bar in bars] == [98.5, 298.5]
    assert [bar["fill"] for bar in bars] == [
        RATING_STYLES[rating].fill for rating in (Rating.ACHIEVED, Rating.OFF_TRACK)
    ]
    assert [text.text for text in ElementTree.fromstring(svg).iter("text")] == ["1", "3"]
    assert [sign["fill"] for sign in find_elements(svg, "g")] == [
        RATING_STYLES[rating].on_fill for rating in (Rating.ACHIEVED, Rating.OFF_TRACK)
    ]


@pytest.mark.parametrize(("actual", "width"), [("50", 76.2), ("100", 152.4), ("500", 160.0), ("-5", 0.0)])
def test_the_bar_of_a_bullet_chart_ends_at_the_edge(actual, width):
    svg = draw_bullet(Decimal(actual), Decimal(100), Rating.ON_TRACK, "words", width=160)
    _, bar, stroke = find_elements(svg, "rect")
    assert float(bar["width"]) == pytest.approx(width, abs=0.06)
    if actual != "500":
        assert float(stroke["x"]) == pytest.approx(152.4, abs=0.06)


@pytest.mark.parametrize("target", [GAP, Decimal(0), Decimal(-1)])
def test_there_is_no_bullet_chart_without_a_target_above_zero(target):
    assert draw_bullet(Decimal(1), target, Rating.NO_TARGET, "words") == ""
    assert draw_bullet(GAP, Decimal(1), Rating.NO_DATA, "words") == ""


def test_a_line_is_interrupted_where_a_number_is_missing():
    svg = draw_line([Decimal(1), Decimal(2), GAP, Decimal(4)], [GAP, GAP, GAP, Decimal(4)], "words", width=98)
    assert [amount["points"].count(",") for amount in find_elements(svg, "polyline")] == [2]
    assert [amount["cx"] for amount in find_elements(svg, "circle")] == ["94"]
    (targets,) = find_elements(svg, "path")
    assert targets["d"] == "M90,4h8"


def test_all_targets_of_a_line_are_one_path():
    svg = draw_line([Decimal(1), GAP, Decimal(4)], [Decimal(2), GAP, Decimal(4)], "words", width=98)
    assert [path["d"] for path in find_elements(svg, "path")] == ["M0,15h8 M90,4h8"]


def test_the_axis_of_a_line_includes_zero():
    (only,) = find_elements(draw_line([Decimal(-5), Decimal(5)], [], "words", height=28), "polyline")
    assert [point.split(",")[1] for point in only["points"].split()] == ["24", "4"]
    assert draw_line([GAP, GAP], [GAP], "words") == ""


def test_labels_are_escaped():
    for svg in (
        draw_strip([(Rating.NO_DATA, 1)], '"><script>'),
        draw_bullet(Decimal(1), Decimal(2), Rating.AT_RISK, '"><script>'),
        draw_line([Decimal(1)], [Decimal(2)], '"><script>'),
    ):
        assert ElementTree.fromstring(svg).attrib["aria-label"] == '"><script>'
        assert "<script" not in svg
