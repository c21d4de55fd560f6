"""Signs of ratings and states as components."""

from dashboard.components.markup import Component
from dashboard.components.static_parts import build_static_part
from etl.publication.signs import Sign, draw_sign


def build_sign(sign: Sign, *, count: int = 1, style: str | None = None) -> Component:
    """Return a sign, or several in a row, hidden from screen readers. `style` is the CSS class of their colour."""
    attributes = {"className": style} if style else {}
    return build_static_part("span", draw_sign(sign) * count, **attributes)
