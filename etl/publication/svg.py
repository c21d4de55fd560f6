"""Small drawings of figures as inline SVG: a strip of ratings, a bullet, a line; no script, no font, no other file.

Each says in words what it shows, for those who can't see it. Numbers come as the core's exact amounts and become
places on the drawing here, at the last moment; a reason in the place of a number is a gap.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from markupsafe import Markup

from etl.indicators.results import Amount, Rating
from etl.publication.rating_styles import ACCENT, INK, RATING_STYLES, TRACK

_At = Callable[[int, float], tuple[str, str]]
"""Where the value of a period lies: across and down."""

_WIDEST = Decimal("1.5")
"""A bullet shows up to one and a half times its target; what goes past that ends at the edge."""


def draw_strip(counts: Sequence[tuple[Rating, int]], label: str, *, width: int = 240, height: int = 18) -> Markup:
    """One bar cut by how many there are of each rating, with shape and count in each piece that has room for them."""
    there = [(rating, count) for rating, count in counts if count]
    total = sum(count for _, count in there)
    pieces: list[Markup] = []
    start = 0.0
    for rating, count in there:
        wide = width * count / total
        pieces.append(_piece(rating, count, start, wide, height))
        start += wide
    return _svg("strip", width, height, label, pieces)


def _piece(rating: Rating, count: int, start: float, wide: float, height: int) -> Markup:
    style = RATING_STYLES[rating]
    bar = Markup('<rect x="{}" y="0" width="{}" height="{}" rx="2" fill="{}"/>').format(
        _place(start + 0.75), _place(max(wide - 1.5, 1)), height, style.fill
    )
    if wide < 22:
        return bar
    label = Markup('<text x="{}" y="{}" text-anchor="middle" font-size="{}" fill="{}">{} {}</text>').format(
        _place(start + wide / 2), _place(height * 0.74), _place(height * 0.62), style.on_fill, style.shape, count
    )
    return bar + label


def draw_bullet(
    actual: Amount, target: Amount, rating: Rating, label: str, *, width: int = 160, height: int = 16
) -> Markup:
    """The actual as a bar, the target as a stroke; nothing where one of them is not there or the target isn't above 0.

    Bars of one table share no scale: each is its own target's length.
    """
    if not isinstance(actual, Decimal) or not isinstance(target, Decimal) or target <= 0:
        return Markup("")
    widest = max(target, min(actual, target * _WIDEST)) * Decimal("1.05")
    filled = min(max(actual, Decimal(0)) / widest, Decimal(1))
    stroke = float(target / widest) * width
    return _svg(
        "bullet",
        width,
        height,
        label,
        [
            Markup('<rect x="0" y="1" width="{}" height="{}" fill="{}"/>').format(width, height - 2, TRACK),
            Markup('<rect x="0" y="{}" width="{}" height="{}" fill="{}"/>').format(
                _place(height * 0.31), _place(float(filled) * width), _place(height * 0.38), RATING_STYLES[rating].fill
            ),
            Markup('<rect x="{}" y="0" width="2.5" height="{}" fill="{}"/>').format(
                _place(min(stroke, width - 2.5)), height, INK
            ),
        ],
    )


def draw_line(
    actuals: Sequence[Amount], targets: Sequence[Amount], label: str, *, width: int = 110, height: int = 30
) -> Markup:
    """Actuals joined where they follow one another, a dot on the last, a stroke for each target; gaps stay gaps.

    Both run over the same periods. The axis begins at zero, or below it where a number is. Blank without any number.
    """
    places = [_number(one) for one in (*actuals, *targets)]
    found = [one for one in places if one is not None]
    if not found:
        return Markup("")
    low, high = min(0.0, *found), max(0.0, *found)
    span = (high - low) or 1.0
    step = (width - 8) / max(len(actuals) - 1, 1)

    def at(index: int, value: float) -> tuple[str, str]:
        return _place(4 + index * step), _place(height - 4 - (value - low) / span * (height - 8))

    return _svg("spark", width, height, label, [*_strokes(targets, at), *_joined(actuals, at)])


def _strokes(targets: Sequence[Amount], at: _At) -> list[Markup]:
    drawn = []
    for index, target in enumerate(targets):
        value = _number(target)
        if value is not None:
            x, y = at(index, value)
            mark = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="1.6"/>')
            drawn.append(mark.format(_place(float(x) - 4), _place(float(x) + 4), y, y, INK))
    return drawn


def _joined(actuals: Sequence[Amount], at: _At) -> list[Markup]:
    """A line for each run of numbers without a gap; a number by itself is a dot."""
    runs: list[list[tuple[str, str]]] = [[]]
    for index, actual in enumerate(actuals):
        value = _number(actual)
        if value is None:
            runs.append([])
        else:
            runs[-1].append(at(index, value))
    drawn = []
    told = [run for run in runs if run]
    for run in told:
        if len(run) > 1:
            points = " ".join(f"{x},{y}" for x, y in run)
            line = Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>')
            drawn.append(line.format(points, ACCENT))
    dots = [run[-1] for run in told if len(run) == 1 or run is told[-1]]
    circle = Markup('<circle cx="{}" cy="{}" r="2.6" fill="{}"/>')
    return drawn + [circle.format(x, y, ACCENT) for x, y in dots]


def _number(amount: Amount) -> float | None:
    return float(amount) if isinstance(amount, Decimal) else None


def _place(number: float) -> str:
    """One decimal is finer than any screen or printer shows."""
    return f"{number:.1f}".removesuffix(".0")


def _svg(name: str, width: int, height: int, words: str, parts: Sequence[Markup]) -> Markup:
    frame = Markup(
        '<svg class="{0}" width="{1}" height="{2}" viewBox="0 0 {1} {2}" role="img" aria-label="{3}">{4}</svg>'
    )
    return frame.format(name, width, height, words, Markup("").join(parts))
