"""The switch between the languages of the interface."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import tags
from dashboard.selection import Selection, make_address


def build_language_switch(page: PageContext, selection: Selection) -> Any:
    """Return both languages by their own names. The link keeps the selection and reloads the page."""
    return build_language_links(page, lambda language: make_address(replace(selection, language=language), page.path))


def build_language_links(page: PageContext, make_language_address: Callable[[str], str]) -> Any:
    """Return both languages by their own names, with the addresses of the page in them."""
    parts: list[Any] = []
    for language, name in (("en", "English"), ("km", "ខ្មែរ")):
        link = tags.A(name, href=make_language_address(language), lang=language, hrefLang=language)
        parts += [" · ", tags.B(name) if language == page.language else link]
    return tags.Span(parts[1:], className="lang")
