"""An indicator year by year as inline SVG: bars of actuals, strokes of targets, each with its number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from etl.publication.rating_styles import INK, SOFT

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 640, 230, 26, 34


@dataclass(frozen=True, slots=True)
class Bar:
    """One year: its name, what is shown above its bar, and where its target's stroke lies."""

    name: str
    actual: Decimal | None
    actual_label: str
    target: Decimal | None
    fill: str
    is_unfinished: bool = False


def draw_years(bars: Sequence[Bar], label: str) -> Markup:
    """Bars on one scale that begins at zero; a year without a number has the reason in its place."""
    numbers = [float(one) for bar in bars for one in (bar.actual, bar.target) if one is not None]
    high, low = max([0.0, *numbers]), min([0.0, *numbers])
    span = (high - low) or 1.0
    wide = _WIDTH / max(len(bars), 1)

    def at(value: float) -> float:
        return _TOP + (high - value) / span * (_HEIGHT - _TOP - _BOTTOM)

    drawn = [_bar(bar, index * wide, wide, at) for index, bar in enumerate(bars)]
    level = _place(at(0))
    zero = Markup('<line x1="0" x2="{}" y1="{}" y2="{}" stroke="{}"/>').format(_WIDTH, level, level, SOFT)
    frame = (
        '<svg class="years" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}" font-size="14">'
    )
    return Markup(frame + "{3}{4}</svg>").format(_WIDTH, _HEIGHT, label, zero, Markup("").join(drawn))


def _bar(bar: Bar, left: float, wide: float, place: Callable[[float], float]) -> Markup:
    middle = left + wide / 2
    parts = [_text(middle, _HEIGHT - 12, bar.name, SOFT)]
    if bar.actual is None:
        parts.append(_text(middle, place(0) - 6, bar.actual_label, SOFT))
    else:
        top, zero = place(float(bar.actual)), place(0)
        shape = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>')
        pale = Markup(' fill-opacity=".55" stroke="{}" stroke-dasharray="3 2"').format(bar.fill)
        sizes = (left + wide * 0.2, min(top, zero), wide * 0.6, max(abs(zero - top), 1))
        parts.append(shape.format(*map(_place, sizes), bar.fill, pale if bar.is_unfinished else ""))
        over = min(top, zero, *([] if bar.target is None else [place(float(bar.target))]))
        near = over if abs(over - min(top, zero)) < 18 else min(top, zero)
        parts.append(_text(middle, near - 6, bar.actual_label, INK, weight="600"))
    if bar.target is not None:
        y = place(float(bar.target))
        stroke = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="2.5"/>')
        parts.append(stroke.format(_place(left + wide * 0.12), _place(left + wide * 0.88), _place(y), _place(y), INK))
    return Markup("").join(parts)


def _text(x: float, y: float, words: str, fill: str, *, weight: str = "400") -> Markup:
    mark = Markup('<text x="{}" y="{}" text-anchor="middle" fill="{}" font-weight="{}">{}</text>')
    return mark.format(_place(x), _place(y), fill, weight, words)


def _place(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
