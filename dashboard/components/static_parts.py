"""Parts of a page that need no callback, sent to the browser as HTML.

Dash's renderer takes about half a millisecond for each component, which is seconds for a long table on a phone. The
browser takes HTML at once. `assets/static_parts.js` has the component that inserts it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component as DashComponent

from dashboard.components.markup import Component, make_element
from dashboard.components.render_html import STATIC_PART, render_html

FEWEST_ELEMENTS = 6
"""Parts with fewer elements than this stay components."""

_NAMESPACE = "cardec_components"

_CONTAINERS, _TEXTS = (dict, list, tuple), (str, int, float)


def build_static_part(tag: str, content: str, **attributes: Any) -> Component:
    """Return an element whose content is HTML. Attributes have Dash's names."""
    properties = {"tag": tag.lower(), "attributes": attributes, "html": content}
    return {"namespace": _NAMESPACE, "type": STATIC_PART, "props": properties}


@dataclass(frozen=True)
class FoldingRules:
    """What may become a static part, and which links change the page without a reload."""

    is_used: Callable[[str], bool]
    """Whether a callback uses an id. Elements with such an id stay components."""
    is_page: Callable[[str], bool]
    """Whether an address is that of a page. Links to other addresses become plain ones, which open a document."""


def fold_static_parts(content: Any, rules: FoldingRules) -> Any:
    """Return the content with its largest parts of HTML elements and links as static parts."""
    return _close(*_fold(content, rules))


def _fold(content: Any, rules: FoldingRules) -> tuple[Any, int | None]:
    """Return the content with the static parts of its children folded, and its number of elements if it is static."""
    # Concrete types: the abstract ones of `collections.abc` take several times as long to check.
    if not isinstance(content, _CONTAINERS):
        return _fold_leaf(content, rules)
    if not isinstance(content, dict):
        pairs = [_fold(child, rules) for child in content]
        counts = [count for _, count in pairs if count is not None]
        if len(counts) == len(pairs):
            is_same = all(folded is child for (folded, _), child in zip(pairs, content, strict=True))
            return content if is_same else [child for child, _ in pairs], sum(counts)
        return [_close(child, count) for child, count in pairs], None
    if content["type"] == "Link" and not rules.is_page(content["props"]["href"]):
        content = make_element("A", **content["props"])
    properties = content["props"]
    children, count = _fold(properties.get("children"), rules)
    is_static = count is not None and _is_static(content, rules)
    if not is_static:
        children = _close(children, count)
    if children is not properties.get("children"):
        content = {**content, "props": {**properties, "children": children}}
    return content, None if count is None or not is_static else count + 1


def _fold_leaf(content: Any, rules: FoldingRules) -> tuple[Any, int | None]:
    """Return a text as it is, and a component object with its children folded."""
    if content is None or isinstance(content, _TEXTS) or not isinstance(content, DashComponent):
        return content, 0
    children = getattr(content, "children", None)
    if children is not None:
        content.children = _close(*_fold(children, rules))
    return content, None


def _is_static(component: Mapping[str, Any], rules: FoldingRules) -> bool:
    properties = component["props"]
    identifier = properties.get("id")
    if not (identifier is None or (isinstance(identifier, str) and not rules.is_used(identifier))):
        return False
    if component["type"] == STATIC_PART:
        return "id" not in properties["attributes"]
    return bool(component["namespace"] == "dash_html_components" or component["type"] == "Link")


def _close(content: Any, count: int | None) -> Any:
    """Return static content as static parts: an element as one, a list as one for each element that is large enough."""
    if count is None or count < FEWEST_ELEMENTS:
        return content
    if isinstance(content, (list, tuple)):
        return [_close(child, _count(child)) for child in content]
    if content["type"] in ("Link", STATIC_PART):
        return content
    attributes = {name: value for name, value in content["props"].items() if name != "children"}
    html = render_html(content["props"].get("children"), mark_links=True)
    return build_static_part(content["type"], html, **attributes)


def _count(content: Any) -> int:
    """Return the number of elements of static content."""
    if isinstance(content, dict):
        return 1 + _count(content["props"].get("children"))
    if isinstance(content, (list, tuple)):
        return sum(_count(child) for child in content)
    return 0
