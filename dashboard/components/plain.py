"""`html` and `dcc` as Dash spells them, making plain component dicts: a page of thousands is made several times faster.

Dash takes a dict where it takes a component object. What a callback must find again by its object (a graph) isn't here.
"""

from collections.abc import Callable
from functools import partial

from dashboard.components.tables import Component, element, link

__all__ = ["dcc", "html"]


class _Elements:
    """`html.Div(children, className="x")`."""

    def __getattr__(self, kind: str) -> Callable[..., Component]:
        made = partial(element, kind)
        setattr(self, kind, made)
        return made


class _Core:
    """Of Dash's own components the link alone."""

    Link = staticmethod(link)


html = _Elements()
dcc = _Core()
