"""Khmer typed with a font from before Unicode: its letters are Latin ones that only that font shows as Khmer."""

import re

_FONTS = re.compile(r"(?:limon|abc[- ]|baidok|khek|truth|fk[- ]|tacteing|zero ?space|ksw)", re.IGNORECASE)
"""What the names of the families begin with that were in use."""

_GLUED = re.compile(
    "[A-Za-z\u00c0-\u00ff][\u00b5\u00de\u00fe\u00d0\u00f0\u00b6\u00ac\u00a6\u00bf\u00a4\u00a2\u00a3"
    "\u00a9\u00aa\u00ab\u00bb\u00bc\u00bd\u00be\u00a7\u00a5\u00ae\u00af\u00b1\u00b8\u00b9\u00ba\u00a1]"
    "[A-Za-z\u00c0-\u00ff]"
)
"""Signs that no language of Latin letters has inside a word, and that such fonts use for Khmer vowels and feet."""


def is_legacy_font(name: str) -> bool:
    """Whether text in the font isn't what it looks like."""
    return _FONTS.match(name.strip()) is not None


def looks_like_legacy_text(text: str) -> bool:
    """Whether a text that stands in any other font was typed for such a one."""
    return _GLUED.search(text) is not None
