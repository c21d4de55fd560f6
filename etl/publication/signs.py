"""Draw the signs of ratings and states as inline SVG, which looks the same with any font.

A sign has the colour of the text around it. It is hidden from screen readers: a word stands beside each sign.
"""

from enum import StrEnum
from functools import cache

from markupsafe import Markup


class Sign(StrEnum):
    """The shapes that signs have."""

    TICK = "tick"
    CIRCLE = "circle"
    TRIANGLE = "triangle"
    SQUARE = "square"
    DASHED_RING = "dashed-ring"
    RING = "ring"
    HALF_CIRCLE = "half-circle"
    DASH = "dash"
    DOT = "dot"
    CROSS = "cross"
    CLOCK = "clock"
    PENCIL = "pencil"
    ARROW_BACK = "arrow-back"
    ARROW_FORWARD = "arrow-forward"


SIGN_SIZE = 12
"""Width and height of the square in which signs are drawn, in its own units."""

_RING = '<circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" stroke-width="1.5"{}/>'
_STROKE = '<path d="{}" fill="none" stroke="currentColor" stroke-width="{}"/>'
_SHAPES = {
    Sign.TICK: _STROKE.format("M1.2 6.4 4.6 9.8 10.8 2.4", 2.1),
    Sign.CIRCLE: '<circle cx="6" cy="6" r="4.8"/>',
    Sign.TRIANGLE: '<path d="M6 1 11.6 10.8H.4z"/>',
    Sign.SQUARE: '<path d="M1.6 1.6h8.8v8.8H1.6z"/>',
    Sign.DASHED_RING: _RING.format(' stroke-dasharray="2.4 2.2"'),
    Sign.RING: _RING.format(""),
    Sign.HALF_CIRCLE: _RING.format("") + '<path d="M6 1.6a4.4 4.4 0 0 1 0 8.8z"/>',
    Sign.DASH: '<path d="M2 5.2h8v1.6H2z"/>',
    Sign.DOT: '<circle cx="6" cy="6" r="1.5"/>',
    Sign.CLOCK: _RING.format("") + _STROKE.format("M6 3.2V6h2.2", 1.3),
    Sign.CROSS: _STROKE.format("M2 2l8 8M10 2l-8 8", 1.9),
    Sign.PENCIL: '<path d="M.8 11.2l.9-3.3L8.3 1.3l2.4 2.4-6.6 6.6z"/>',
    Sign.ARROW_BACK: _STROKE.format("M4.6 1.6 1.7 4.5l2.9 2.9M1.7 4.5h6a2.9 2.9 0 0 1 0 5.8H4.2", 1.6),
    Sign.ARROW_FORWARD: _STROKE.format("M.8 6h9.4M6.9 2.6 10.3 6 6.9 9.4", 1.6),
}


@cache
def draw_sign(sign: Sign) -> Markup:
    """Return the sign as an SVG element with the class `sign`."""
    return Markup(f'<svg class="sign" viewBox="0 0 {SIGN_SIZE} {SIGN_SIZE}" aria-hidden="true">{_SHAPES[sign]}</svg>')


def draw_sign_at(sign: Sign, left: float, top: float, size: float, colour: str) -> Markup:
    """Return the sign as a group of a larger SVG, in a square of this size."""
    return Markup('<g transform="translate({:.1f} {:.1f}) scale({:.3f})" fill="{}" color="{}">{}</g>').format(
        left, top, size / SIGN_SIZE, colour, colour, Markup(_SHAPES[sign])
    )
