"""Labels at the right ends of lines. Names that are too long for a phone stand in the legend instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.charts.frame import ChartDict
from dashboard.charts.labels import escape_markup, measure_text, wrap_text

_SIZE, _LINE = 12, 15
"""The size of the letters and the height of a line, in pixels."""
_ROOM, _MOST_LINES = 92, 3
"""The widest label in pixels, which leaves a phone enough of a chart by year, and the lines of a name."""
_GAP = 12
"""The pixels between the plot and the labels."""


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The last point of a line."""

    height: float
    name: str
    value: str
    colour: str


@dataclass(frozen=True, slots=True)
class EndLabels:
    """The labels of a chart, its right margin, and whether the names need a legend."""

    annotations: list[ChartDict]
    margin: int
    with_legend: bool


def make_end_labels(
    ends: Sequence[LineEnd], *, span: float, top: float, plot_height: int, room: int = _ROOM
) -> EndLabels:
    """Return a label for each line, moved apart where lines end together.

    `span` is the length of the value axis, whose end is `top`, and `plot_height` the same length in pixels. Without
    room for the names, the labels are the values alone, and without room for these there are none. `room` is the
    width of the widest label.
    """
    with_legend = not _have_room(ends, plot_height, room)
    if with_legend:
        ends = [replace(end, name="") for end in ends]
    ends = sorted((end for end in ends if end.name or end.value), key=lambda end: (end.height, end.name))
    if not ends or len(ends) * _LINE > plot_height:
        return EndLabels([], 24, with_legend)
    labels = [_wrap_label(end, room) for end in ends]
    places = _move_apart(
        [end.height for end in ends], [len(lines) for lines in labels], _LINE * span / plot_height, top
    )
    widest = max(measure_text(line, _SIZE) for lines in labels for line in lines)
    annotations = [_make_label(end, lines, place) for end, lines, place in zip(ends, labels, places, strict=True)]
    return EndLabels(annotations, round(widest) + 2 * _GAP, with_legend)


def _have_room(ends: Sequence[LineEnd], plot_height: int, room: int) -> bool:
    labels = [_wrap_label(end, room) for end in ends]
    is_narrow = all(measure_text(line, _SIZE) <= room for lines in labels for line in lines)
    is_whole = not any(line.endswith("…") for lines in labels for line in lines)
    return is_narrow and is_whole and sum(map(len, labels)) * _LINE <= plot_height


def _wrap_label(end: LineEnd, room: int) -> list[str]:
    """Return the lines of the name, with the value on the last one where it has room there."""
    lines = wrap_text(end.name, room, _SIZE, most=_MOST_LINES)
    last = f"{lines[-1]} {end.value}".strip()
    return [*lines[:-1], last] if measure_text(last, _SIZE) <= room else [*lines, end.value]


def _move_apart(heights: Sequence[float], line_counts: Sequence[int], line: float, top: float) -> list[float]:
    """Return the middle of each label, from the lowest; each stands above the one before, and none above the top."""
    places: list[float] = []
    for index, height in enumerate(heights):
        lowest = places[-1] + line * (line_counts[index - 1] + line_counts[index] + 0.4) / 2 if places else height
        places.append(max(height, lowest))
    overshoot = max(places[-1] + line * (line_counts[-1] - 1) / 2 - top, 0.0)
    return [place - overshoot for place in places]


def _make_label(end: LineEnd, lines: Sequence[str], place: float) -> ChartDict:
    text = "<br>".join(map(escape_markup, lines))
    if end.name and end.value and text.endswith(end.value):
        text = f"<b>{text.removesuffix(end.value).rstrip()}</b> {end.value}".replace("<br></b> ", "</b><br>")
    return {
        "x": 1,
        "xref": "paper",
        "xanchor": "left",
        "xshift": _GAP,
        "y": place,
        "yref": "y",
        "showarrow": False,
        "align": "left",
        "font": {"size": _SIZE, "color": end.colour},
        "text": text,
    }
