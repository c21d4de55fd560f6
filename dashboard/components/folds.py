"""Sections that are folded until a reader opens them, and tabs whose state is in the address."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import Component, make_aria_label, make_link, tags
from dashboard.components.pagination import read_query_value
from dashboard.selection import append_parameters, make_address

VIEW_PARAMETER = "view"


def build_fold(title: str, content: Any, *, fold_id: str | None = None, is_open: bool = False) -> Component:
    """Return a section with a heading that opens it; None without content."""
    if content is None:
        return None
    summary = tags.Summary(tags.H2(title))
    return tags.Details([summary, content], className="fold", id=fold_id, open=is_open or None)


def read_view(page: PageContext, views: Sequence[str]) -> str:
    """Return the view that the address names; the first one for any other."""
    name = read_query_value(page, VIEW_PARAMETER)
    return name if name in views else views[0]


def build_view_tabs(page: PageContext, views: Sequence[tuple[str, str]], label: str, *, current: str = "") -> Component:
    """Return links to the views of a page, names with their titles; the first one is the default.

    `current` is the shown view, if it is not the one that the address names. The view is part of the address, so that a
    link shows the same screen to another person.
    """
    current = current or read_view(page, [name for name, _ in views])
    tabs = [
        tags.Li(
            make_link(
                title,
                href=make_view_address(page, "" if name == views[0][0] else name),
                className="nav-link active" if name == current else "nav-link",
                **({"aria-current": "true"} if name == current else {}),
            ),
            className="nav-item",
        )
        for name, title in views
    ]
    tab_list = tags.Ul(tabs, className="nav nav-tabs")
    return tags.Div(tab_list, className="views", role="group", **make_aria_label(label))


def make_view_address(page: PageContext, view: str) -> str:
    """Return the page's address with its selection and the view; blank for the default view."""
    return append_parameters(make_address(page.selection, page.path), **{VIEW_PARAMETER: view})
