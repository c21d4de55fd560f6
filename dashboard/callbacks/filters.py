"""The filter bar: the address sets its controls, and its controls write the address."""

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State

from dashboard.access.context import make_page_context
from dashboard.access.registry import get_registry, registry
from dashboard.component_ids import ADDRESS, FILTER_BAR, FILTER_TYPE, SELECTION_READY, SITE_SEARCH
from dashboard.components.filter_bar import build_filter_bar, list_site_options
from dashboard.selection import split_language


@registry.callback(
    Output(FILTER_BAR, "children"),
    Input(ADDRESS, "pathname"),
    State(ADDRESS, "search"),
    permission="staff",
)
def show_filter_bar(pathname: Any, search: Any) -> Any:
    """Return the bar of the page at the address; None for a page without one."""
    path, query = str(pathname or "/"), str(search or "")
    match = get_registry().find_page(split_language(path)[1])
    names = match[0].filters if match else None
    return None if names is None else build_filter_bar(make_page_context(path, query), names)


registry.clientside_callback(
    ClientsideFunction("filters", "synchronize"),
    Output(SELECTION_READY, "data"),
    Input(ADDRESS, "search"),
    Input({"type": FILTER_TYPE, "name": ALL}, "value"),
    State({"type": FILTER_TYPE, "name": ALL}, "id"),
    State({"type": FILTER_TYPE, "name": ALL}, "options"),
    permission="staff",
)


@registry.callback(
    Output({"type": FILTER_TYPE, "name": "site"}, "options"),
    Input(SITE_SEARCH, "value"),
    State({"type": FILTER_TYPE, "name": "site"}, "value"),
    State(ADDRESS, "pathname"),
    permission="staff",
    prevent_initial_call=True,
)
def search_site_options(text: Any, selected: Any, pathname: Any) -> Any:
    """Return the selected sites and those that match the text."""
    page = make_page_context(str(pathname or "/"), "")
    codes = [code for code in selected if isinstance(code, str)] if isinstance(selected, list) else []
    return list_site_options(page.snapshot.plans, str(text or ""), codes, page.locale) if page.snapshot else []
