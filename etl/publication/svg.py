"""Draw small charts as inline SVG without scripts, fonts or other files: rating strip, bullet chart and sparkline.

The `label` of each chart describes it for screen readers. An amount without a number is a gap.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from markupsafe import Markup

from etl.indicators.results import Amount, Rating
from etl.publication.rating_styles import ACCENT, INK, RATING_STYLES, TRACK
from etl.publication.signs import draw_sign_at

_Locate = Callable[[int, float], tuple[str, str]]
"""Return the x and y coordinates of a period's value."""

_WIDEST = Decimal("1.5")
"""A bullet chart ends at one and a half times its target."""
_HALF_TARGET = 4
"""Half the length of a target's line in a sparkline."""


def draw_strip(counts: Sequence[tuple[Rating, int]], label: str, *, width: int = 240, height: int = 18) -> Markup:
    """Return one bar divided by rating. Each piece has the rating's sign and count if there is room."""
    present = [(rating, count) for rating, count in counts if count]
    total = sum(count for _, count in present)
    pieces: list[Markup] = []
    start = 0.0
    for rating, count in present:
        wide = width * count / total
        pieces.append(_render_segment(rating, count, start, wide, height))
        start += wide
    return _render_svg("strip", width, height, label, pieces)


def _render_segment(rating: Rating, count: int, start: float, wide: float, height: int) -> Markup:
    style = RATING_STYLES[rating]
    bar = Markup('<rect x="{}" y="0" width="{}" height="{}" rx="2" fill="{}"/>').format(
        format_coordinate(start + 0.75), format_coordinate(max(wide - 1.5, 1)), height, style.fill
    )
    if wide < 22:
        return bar
    size = height * 0.62
    middle = start + wide / 2
    sign = draw_sign_at(style.sign, middle - size, (height - size) / 2, size * 0.9, style.on_fill)
    text = Markup('<text x="{}" y="{}" font-size="{}" fill="{}">{}</text>').format(
        format_coordinate(middle + size * 0.2),
        format_coordinate(height * 0.74),
        format_coordinate(size),
        style.on_fill,
        count,
    )
    return bar + sign + text


def draw_bullet(
    actual: Amount, target: Amount, rating: Rating, label: str, *, width: int = 160, height: int = 16
) -> Markup:
    """Return the actual as a bar and the target as a line; blank without an actual or without a target above 0.

    Each chart has the scale of its own target.
    """
    if not isinstance(actual, Decimal) or not isinstance(target, Decimal) or target <= 0:
        return Markup("")
    widest = max(target, min(actual, target * _WIDEST)) * Decimal("1.05")
    filled_share = min(max(actual, Decimal(0)) / widest, Decimal(1))
    stroke = float(target / widest) * width
    return _render_svg(
        "bullet",
        width,
        height,
        label,
        [
            Markup('<rect x="0" y="1" width="{}" height="{}" fill="{}"/>').format(width, height - 2, TRACK),
            Markup('<rect x="0" y="{}" width="{}" height="{}" fill="{}"/>').format(
                format_coordinate(height * 0.31),
                format_coordinate(float(filled_share) * width),
                format_coordinate(height * 0.38),
                RATING_STYLES[rating].fill,
            ),
            Markup('<rect x="{}" y="0" width="2.5" height="{}" fill="{}"/>').format(
                format_coordinate(min(stroke, width - 2.5)), height, INK
            ),
        ],
    )


def draw_line(
    actuals: Sequence[Amount], targets: Sequence[Amount], label: str, *, width: int = 110, height: int = 30
) -> Markup:
    """Return a line of actuals with a short line for each target; blank without any number.

    Both cover the same periods. The axis includes zero.
    """
    values = [float(amount) for amount in (*actuals, *targets) if isinstance(amount, Decimal)]
    if not values:
        return Markup("")
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    step = (width - 8) / max(len(actuals) - 1, 1)

    def locate(index: int, value: float) -> tuple[str, str]:
        return format_coordinate(4 + index * step), format_coordinate(height - 4 - (value - low) / span * (height - 8))

    return _render_svg(
        "spark", width, height, label, [*_render_target_lines(targets, locate), *_render_lines(actuals, locate)]
    )


def _render_target_lines(targets: Sequence[Amount], locate: _Locate) -> list[Markup]:
    """Return the short lines of all targets as one path."""
    numbers = [(index, _convert_number(target)) for index, target in enumerate(targets)]
    places = [locate(index, value) for index, value in numbers if value is not None]
    if not places:
        return []
    moves = " ".join(f"M{format_coordinate(float(x) - _HALF_TARGET)},{y}h{2 * _HALF_TARGET}" for x, y in places)
    return [Markup('<path d="{}" stroke="{}" stroke-width="1.6"/>').format(moves, INK)]


def _render_lines(actuals: Sequence[Amount], locate: _Locate) -> list[Markup]:
    """Return a line for each run of numbers without a gap. The last number and single numbers are dots."""
    runs: list[list[tuple[str, str]]] = [[]]
    for index, actual in enumerate(actuals):
        value = _convert_number(actual)
        if value is None:
            runs.append([])
        else:
            runs[-1].append(locate(index, value))
    lines = []
    runs = [run for run in runs if run]
    for run in runs:
        if len(run) > 1:
            points = " ".join(f"{x},{y}" for x, y in run)
            line = Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>')
            lines.append(line.format(points, ACCENT))
    dots = [run[-1] for run in runs if len(run) == 1 or run is runs[-1]]
    circle = Markup('<circle cx="{}" cy="{}" r="2.6" fill="{}"/>')
    return lines + [circle.format(x, y, ACCENT) for x, y in dots]


def _convert_number(amount: Amount) -> float | None:
    return float(amount) if isinstance(amount, Decimal) else None


def format_coordinate(number: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")


def _render_svg(name: str, width: int, height: int, label: str, parts: Sequence[Markup]) -> Markup:
    frame = Markup(
        '<svg class="{0}" width="{1}" height="{2}" viewBox="0 0 {1} {2}" role="img" aria-label="{3}">{4}</svg>'
    )
    return frame.format(name, width, height, label, Markup("").join(parts))
