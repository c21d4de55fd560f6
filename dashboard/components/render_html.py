"""Rendering of components as HTML, for pages that work without scripts."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

_EMPTY_KINDS = frozenset({"input", "br", "hr", "img"})
_RENAMED = {"className": "class", "htmlFor": "for"}
_SPOKEN = ("aria-", "data-")
_CSRF = Markup('<input type="hidden" name="csrf" value="{}">')


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
    plain = component if isinstance(component, Mapping) else component.to_plotly_json()
    return _element(plain, csrf)


def _element(plain: Mapping[str, Any], csrf: str) -> Markup:
    kind = _kind(plain)
    props = dict(plain["props"])
    children = props.pop("children", None)
    attributes = Markup("").join(_attribute(name, value) for name, value in props.items())
    opened = Markup("<{}{}>").format(kind, attributes)
    if kind in _EMPTY_KINDS:
        return opened
    writes = kind == "form" and str(props.get("method", "")).lower() == "post"
    inside = (_CSRF.format(csrf) if writes else Markup("")) + render_html(children, csrf=csrf)
    return opened + inside + Markup("</{}>").format(kind)


def _kind(plain: Mapping[str, Any]) -> str:
    if plain["namespace"] == "dash_html_components":
        return str(plain["type"]).lower()
    if plain["type"] == "Link":
        return "a"
    raise TypeError(f"{plain['namespace']}.{plain['type']} can't be drawn without a script")


def _attribute(name: str, value: Any) -> Markup:
    if value is None or value is False:
        return Markup("")
    told = _RENAMED.get(name, name if name.startswith(_SPOKEN) else name.lower())
    if value is True and not name.startswith(_SPOKEN):
        return Markup(" {}").format(told)
    if name == "style":
        value = ";".join(f"{_css(key)}:{said}" for key, said in value.items())
    return Markup(' {}="{}"').format(told, value)


def _css(name: str) -> str:
    return re.sub("[A-Z]", lambda found: f"-{found[0].lower()}", name)
