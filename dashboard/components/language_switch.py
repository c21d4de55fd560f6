"""The switch between the languages of the interface."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import tags
from dashboard.selection import Selection, make_address


def build_language_switch(page: PageContext, selection: Selection) -> Any:
    """Return both languages by their own names. The link keeps the selection and reloads the page."""
    parts: list[Any] = []
    for language, name in (("en", "English"), ("km", "ខ្មែរ")):
        address = make_address(replace(selection, language=language), page.path)
        link = tags.A(name, href=address, lang=language, hrefLang=language)
        parts += [" · ", tags.B(name) if language == page.language else link]
    return tags.Span(parts[1:], className="lang")
