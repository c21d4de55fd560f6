"""`tags` and `dcc` with the interface of `dash.html` and `dash.dcc`, which make plain component dicts.

Dicts are several times faster than component objects, and Dash accepts both. Graphs are not here: callbacks need
the objects.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from dashboard.components.tables import Component, element, link

__all__ = ["dcc", "tags"]


class _Elements:
    """Makes elements by attribute: `tags.Div(children, className="x")`."""

    def __getattr__(self, kind: str) -> Callable[..., Component]:
        factory = partial(element, kind)
        setattr(self, kind, factory)
        return factory


def _field(**props: Any) -> Component:
    """Return Dash's input component, because `dash.html` has none."""
    return {**element("Input", **props), "namespace": "dash_core_components"}


class _Core:
    """The link and the input of `dash.dcc`."""

    Link = staticmethod(link)
    Input = staticmethod(_field)


tags = _Elements()
dcc = _Core()
