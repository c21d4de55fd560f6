"""`html` and `dcc` as Dash spells them, making plain component dicts: a page of thousands is made several times faster.

Dash takes a dict where it takes a component object. What a callback must find again by its object (a graph) isn't here.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from dashboard.components.tables import Component, element, link

__all__ = ["dcc", "tags"]


class _Elements:
    """`html.Div(children, className="x")`."""

    def __getattr__(self, kind: str) -> Callable[..., Component]:
        factory = partial(element, kind)
        setattr(self, kind, factory)
        return factory


def _field(**props: Any) -> Component:
    """A field to type in: Dash's own, because its html has none."""
    return {**element("Input", **props), "namespace": "dash_core_components"}


class _Core:
    """Of Dash's own components the link and the field to type in."""

    Link = staticmethod(link)
    Input = staticmethod(_field)


tags = _Elements()
dcc = _Core()
