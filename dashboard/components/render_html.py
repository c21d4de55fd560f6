"""Rendering of components as HTML, for pages that work without scripts and for parts of pages without callbacks."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from markupsafe import Markup, escape

STATIC_PART = "StaticPart"
"""The type of components whose content is HTML already (`static_parts.py`)."""

PAGE_LINK = "data-page"
"""The attribute of links that change the page without a reload, where a script watches for them."""

_VOID_ELEMENTS = frozenset({"input", "br", "hr", "img"})
_HTML_NAMES = {"className": "class", "htmlFor": "for"}
_VERBATIM_PREFIXES = ("aria-", "data-")
_TEXTS = (str, int, float, Decimal)


def render_html(component: Any, *, csrf: str | None = None, mark_links: bool = False) -> Markup:
    """Render HTML components, links and plain component dicts as Dash would render them in a browser.

    With `csrf`, forms that post get a hidden field with this token. With `mark_links`, links to pages get the attribute
    `PAGE_LINK`. TypeError for a component that needs a script.
    """
    return Markup("".join(_Renderer(csrf, mark_links).render(component)))


class _Renderer:
    """Collects the pieces of the HTML text. Joining a list once is several times faster than adding up Markup."""

    def __init__(self, csrf: str | None, mark_links: bool) -> None:
        self._csrf = csrf
        self._mark_links = mark_links
        self._pieces: list[str] = []

    def render(self, component: Any) -> list[str]:
        """Add the component and return all pieces."""
        if component is None or component is False:
            pass
        elif isinstance(component, _TEXTS):
            self._pieces.append(escape(component))
        elif isinstance(component, (list, tuple)):
            for child in component:
                self.render(child)
        else:
            plain = component if isinstance(component, dict) else component.to_plotly_json()
            if plain["type"] == STATIC_PART:
                self._render_static_part(plain["props"])
            else:
                self._render_element(plain)
        return self._pieces

    def _render_static_part(self, props: Mapping[str, Any]) -> None:
        attributes = "".join(_render_attribute(key, value) for key, value in props["attributes"].items())
        self._pieces.append(f"<{props['tag']}{attributes}>{props['html']}</{props['tag']}>")

    def _render_element(self, component: Mapping[str, Any]) -> None:
        name, props = _get_element_name(component), component["props"]
        self._pieces.append(f"<{name}")
        for key, value in props.items():
            if key != "children" and value is not None and value is not False:
                self._pieces.append(_render_attribute(key, value))
        if self._mark_links and component["type"] == "Link":
            self._pieces.append(f" {PAGE_LINK}")
        self._pieces.append(">")
        if name in _VOID_ELEMENTS:
            return
        if self._csrf is not None and name == "form" and str(props.get("method", "")).lower() == "post":
            self._pieces.append(f'<input type="hidden" name="csrf" value="{escape(self._csrf)}">')
        self.render(props.get("children"))
        self._pieces.append(f"</{name}>")


def _get_element_name(component: Mapping[str, Any]) -> str:
    if component["namespace"] == "dash_html_components":
        return str(component["type"]).lower()
    if component["type"] == "Link":
        return "a"
    raise TypeError(f"{component['namespace']}.{component['type']} cannot be rendered without a script")


def _render_attribute(name: str, value: Any) -> str:
    html_name, is_verbatim = _find_html_name(name)
    if value is True and not is_verbatim:
        return f" {html_name}"
    if name == "style":
        value = ";".join(f"{_make_css_name(key)}:{css_value}" for key, css_value in value.items())
    return f' {html_name}="{escape(value)}"'


@cache
def _find_html_name(name: str) -> tuple[str, bool]:
    """Return the name of the attribute in HTML, and whether it is one that Dash passes on unchanged."""
    is_verbatim = name.startswith(_VERBATIM_PREFIXES)
    return _HTML_NAMES.get(name, name if is_verbatim else name.lower()), is_verbatim


def _make_css_name(name: str) -> str:
    """Return `flex-grow` for `flexGrow`."""
    return re.sub("[A-Z]", lambda match: f"-{match[0].lower()}", name)
