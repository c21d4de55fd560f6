"""`tags` and `dcc` with the interface of `dash.html` and `dash.dcc`, which make plain component dicts.

Dicts are several times faster than component objects, and Dash accepts both. Graphs are not here: callbacks need
the objects.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = [
    "Component",
    "build_toggle",
    "dcc",
    "make_aria_hidden",
    "make_aria_label",
    "make_element",
    "make_link",
    "tags",
]

Component = Any
"""A plain component dict. Dash accepts it in place of a component."""


def make_element(kind: str, children: Any = None, **props: Any) -> Component:
    """Return an html element in Dash's format. Properties that are None are left out."""
    if None in props.values():
        props = {name: value for name, value in props.items() if value is not None}
    return {"type": kind, "namespace": "dash_html_components", "props": {"children": children, **props}}


def make_link(children: Any, **props: Any) -> Component:
    """Return a link that changes the page without a reload."""
    return {**make_element("Link", children, **props), "namespace": "dash_core_components"}


def make_aria_label(label: str) -> dict[str, Any]:
    """Return the `aria-label` property, whose name is no Python keyword."""
    return {"aria-label": label}


def make_aria_hidden() -> dict[str, Any]:
    """Return the property that hides a mark from screen readers, where a text says the same."""
    return {"aria-hidden": "true"}


def build_toggle(label: str, controls: str, class_name: str, *, is_open: bool = False) -> Component:
    """Return a button, visible on phones only, that shows and hides the element with the id `controls`.

    An element that `is_open` has the class `unfolded`.
    """
    properties = {"aria-expanded": str(is_open).lower(), "aria-controls": controls}
    return make_element("Button", label, type="button", className=f"toggle {class_name}", **properties)


class _Elements:
    """Makes elements by attribute: `tags.Div(children, className="x")`."""

    def __getattr__(self, kind: str) -> Callable[..., Component]:
        factory = partial(make_element, kind)
        setattr(self, kind, factory)
        return factory


def _make_input(**props: Any) -> Component:
    """Return Dash's input component, because `dash.html` has none."""
    return {**make_element("Input", **props), "namespace": "dash_core_components"}


class _Core:
    """The link and the input of `dash.dcc`."""

    Link = staticmethod(make_link)
    Input = staticmethod(_make_input)


tags = _Elements()
dcc = _Core()
