"""Rendering of components as HTML, for pages that work without scripts."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

_VOID_ELEMENTS = frozenset({"input", "br", "hr", "img"})
_HTML_NAMES = {"className": "class", "htmlFor": "for"}
_VERBATIM_PREFIXES = ("aria-", "data-")
_CSRF_FIELD = Markup('<input type="hidden" name="csrf" value="{}">')


def render_html(component: Any, *, csrf: str = "") -> Markup:
    """Render HTML components, links and plain component dicts as Dash would render them in a browser.

    Forms that post get a hidden field with the CSRF token. TypeError for a component that needs a script.
    """
    if component is None or component is False:
        return Markup("")
    if isinstance(component, str | int | float | Decimal):
        return escape(component)
    if isinstance(component, Sequence):
        return Markup("").join(render_html(child, csrf=csrf) for child in component)
    properties = component if isinstance(component, Mapping) else component.to_plotly_json()
    return _render_element(properties, csrf)


def _render_element(component: Mapping[str, Any], csrf: str) -> Markup:
    name = _get_element_name(component)
    props = dict(component["props"])
    children = props.pop("children", None)
    attributes = Markup("").join(_render_attribute(key, value) for key, value in props.items())
    start_tag = Markup("<{}{}>").format(name, attributes)
    if name in _VOID_ELEMENTS:
        return start_tag
    is_post = name == "form" and str(props.get("method", "")).lower() == "post"
    content = (_CSRF_FIELD.format(csrf) if is_post else Markup("")) + render_html(children, csrf=csrf)
    return start_tag + content + Markup("</{}>").format(name)


def _get_element_name(component: Mapping[str, Any]) -> str:
    if component["namespace"] == "dash_html_components":
        return str(component["type"]).lower()
    if component["type"] == "Link":
        return "a"
    raise TypeError(f"{component['namespace']}.{component['type']} cannot be rendered without a script")


def _render_attribute(name: str, value: Any) -> Markup:
    if value is None or value is False:
        return Markup("")
    is_verbatim = name.startswith(_VERBATIM_PREFIXES)
    html_name = _HTML_NAMES.get(name, name if is_verbatim else name.lower())
    if value is True and not is_verbatim:
        return Markup(" {}").format(html_name)
    if name == "style":
        value = ";".join(f"{_make_css_name(key)}:{css_value}" for key, css_value in value.items())
    return Markup(' {}="{}"').format(html_name, value)


def _make_css_name(name: str) -> str:
    """Return `flex-grow` for `flexGrow`."""
    return re.sub("[A-Z]", lambda match: f"-{match[0].lower()}", name)
