"""Draw the years of an indicator as inline SVG: bars of actuals and lines of targets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from etl.indicators.results import Rating
from etl.publication.rating_styles import INK, RATING_STYLES, SOFT
from etl.publication.signs import draw_sign_at
from etl.publication.svg import format_coordinate

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 640, 230, 26, 34
_SIGN = 14
SIGNED_RATINGS = frozenset(rating for rating in Rating if rating.is_rated) | {Rating.INCOMPLETE}
"""The ratings whose sign stands before the year of a bar; the others have no bar of their own colour."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One year. `actual_label` is the text above its bar."""

    name: str
    actual: Decimal | None
    actual_label: str
    target: Decimal | None
    rating: Rating | None
    """Gives the colour of the bar, and the sign before the year; None: no rating, or a withheld one."""
    is_unfinished: bool = False


def draw_years(bars: Sequence[Bar], label: str) -> Markup:
    """Return the bars on one scale that includes zero. A year without a number has its label instead of a bar."""
    numbers = [float(number) for bar in bars for number in (bar.actual, bar.target) if number is not None]
    high, low = max([0.0, *numbers]), min([0.0, *numbers])
    span = (high - low) or 1.0
    width = _WIDTH / max(len(bars), 1)

    def locate(value: float) -> float:
        return _TOP + (high - value) / span * (_HEIGHT - _TOP - _BOTTOM)

    shapes = [_render_bar(bar, index * width, width, locate) for index, bar in enumerate(bars)]
    level = format_coordinate(locate(0))
    zero = Markup('<line x1="0" x2="{}" y1="{}" y2="{}" stroke="{}"/>').format(_WIDTH, level, level, SOFT)
    frame = (
        '<svg class="years" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}" font-size="14">'
    )
    return Markup(frame + "{3}{4}</svg>").format(_WIDTH, _HEIGHT, label, zero, Markup("").join(shapes))


def _render_bar(bar: Bar, left: float, width: float, locate: Callable[[float], float]) -> Markup:
    middle = left + width / 2
    style = RATING_STYLES[bar.rating or Rating.NO_DATA]
    parts = [_render_text(middle, _HEIGHT - 12, bar.name, SOFT)]
    if bar.rating in SIGNED_RATINGS:
        parts.append(draw_sign_at(style.sign, middle - 28 - _SIGN, _HEIGHT - 12 - _SIGN, _SIGN, style.text))
    if bar.actual is None:
        parts.append(_render_text(middle, locate(0) - 6, bar.actual_label, SOFT))
    else:
        top, zero = locate(float(bar.actual)), locate(0)
        shape = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>')
        pale = Markup(' fill-opacity=".55" stroke="{}" stroke-dasharray="3 2"').format(style.fill)
        sizes = (left + width * 0.2, min(top, zero), width * 0.6, max(abs(zero - top), 1))
        parts.append(shape.format(*map(format_coordinate, sizes), style.fill, pale if bar.is_unfinished else ""))
        over = min(top, zero, *([] if bar.target is None else [locate(float(bar.target))]))
        near = over if abs(over - min(top, zero)) < 18 else min(top, zero)
        parts.append(_render_text(middle, near - 6, bar.actual_label, INK, weight="600"))
    if bar.target is not None:
        y = locate(float(bar.target))
        stroke = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="2.5"/>')
        parts.append(
            stroke.format(
                format_coordinate(left + width * 0.12),
                format_coordinate(left + width * 0.88),
                format_coordinate(y),
                format_coordinate(y),
                INK,
            )
        )
    return Markup("").join(parts)


def _render_text(x: float, y: float, text: str, fill: str, *, weight: str = "400") -> Markup:
    mark = Markup('<text x="{}" y="{}" text-anchor="middle" fill="{}" font-weight="{}">{}</text>')
    return mark.format(format_coordinate(x), format_coordinate(y), fill, weight, text)
