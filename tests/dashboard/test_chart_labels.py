"""Tests that texts in charts have room: names above rows, values beside them, and names at the ends of lines."""

import pytest

from dashboard.charts.end_labels import LineEnd, make_end_labels
from dashboard.charts.labels import NAME_SIZE, find_margin, make_row_name, measure_text

KHMER_NAME = "ចំនួនប្រព័ន្ធដាំដុះ ឬបច្ចេកវិទ្យាកសិអេកូឡូស៊ីដែលបានវាយតម្លៃជោគជ័យ"


@pytest.mark.parametrize("name", [KHMER_NAME, "Agroecological systems or technologies validated", "Short"])
def test_the_name_of_a_row_breaks_into_lines_that_fit(name: str) -> None:
    annotation, count = make_row_name(name, "A", lift=10)
    lines = annotation["text"].split("<br>")
    assert len(lines) == count <= 2
    assert all(measure_text(line, NAME_SIZE) <= 310 for line in lines)
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")


def test_markup_in_a_name_is_text() -> None:
    assert make_row_name("<b>x</b> & y", "A", lift=10)[0]["text"] == "&lt;b>x&lt;/b> &amp; y"


def test_the_margin_has_room_for_the_widest_value() -> None:
    texts = ["<b>7</b> / 12", "<b>123,456</b> / 234,567  52.6 %"]
    assert find_margin(texts, 12) >= measure_text("123,456 / 234,567  52.6 %", 12)
    assert find_margin(texts, 12) > find_margin(texts[:1], 12)


def make_ends(*names: str) -> list[LineEnd]:
    return [LineEnd(50, name, "50 %", "#000000") for name in names]


def test_lines_that_end_together_have_labels_apart_below_the_top() -> None:
    labels = make_end_labels(
        [*make_ends("A", "B", "C"), LineEnd(99, "D", "99 %", "#000000")], span=100, top=100, plot_height=200
    )
    places = sorted(annotation["y"] for annotation in labels.annotations)
    assert all(later - earlier >= 7.5 for earlier, later in zip(places, places[1:], strict=False))
    assert places[-1] <= 100 and not labels.with_legend
    assert labels.annotations[0]["text"] == "<b>A</b> 50 %"


def test_names_without_room_stand_in_the_legend_and_the_values_stay() -> None:
    labels = make_end_labels(make_ends("A", KHMER_NAME), span=100, top=100, plot_height=200)
    assert labels.with_legend
    assert [annotation["text"] for annotation in labels.annotations] == ["50 %", "50 %"]


def test_too_many_lines_for_the_height_have_a_legend_alone() -> None:
    labels = make_end_labels(make_ends(*"ABCDEFGHIJ"), span=100, top=100, plot_height=100)
    assert labels.with_legend and not labels.annotations
