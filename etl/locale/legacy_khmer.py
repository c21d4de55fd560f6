"""Detect Khmer text in legacy (pre-Unicode) fonts, which draw Khmer glyphs for Latin characters."""

import re

_FONTS = re.compile(r"(?:limon|abc[- ]|baidok|khek|truth|fk[- ]|tacteing|zero ?space|ksw)", re.IGNORECASE)
"""Prefixes of the names of legacy font families."""

_GLUED = re.compile(
    "[A-Za-z\u00c0-\u00ff][\u00b5\u00de\u00fe\u00d0\u00f0\u00b6\u00ac\u00a6\u00bf\u00a4\u00a2\u00a3"
    "\u00a9\u00aa\u00ab\u00bb\u00bc\u00bd\u00be\u00a7\u00a5\u00ae\u00af\u00b1\u00b8\u00b9\u00ba\u00a1]"
    "[A-Za-z\u00c0-\u00ff]"
)
"""Characters that no Latin-script language has inside a word; legacy fonts use them for vowels and subscripts."""


def is_legacy_font(name: str) -> bool:
    """Whether the font is a legacy Khmer font."""
    return _FONTS.match(name.strip()) is not None


def looks_like_legacy_text(text: str) -> bool:
    """Whether a text in another font looks as if it was typed for a legacy font."""
    return _GLUED.search(text) is not None
