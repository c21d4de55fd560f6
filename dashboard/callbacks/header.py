"""The header is built once for each language; its links follow the selection of the address."""

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State

from dashboard.access.context import make_page_context
from dashboard.access.permissions import Permission
from dashboard.access.registry import get_registry, registry
from dashboard.component_ids import (
    ADDRESS,
    HEADER,
    HEADER_KIND,
    MENU,
    MENU_BUTTON,
    NAVIGATION_LINK,
    PAGE_HEAD,
)
from dashboard.components.header import build_header

registry.clientside_callback(
    ClientsideFunction("cardec", "choose_header"),
    Output(HEADER_KIND, "data"),
    Input(ADDRESS, "pathname"),
    State(HEADER_KIND, "data"),
    permission="staff",
)


@registry.callback(
    Output(HEADER, "children"),
    Input(HEADER_KIND, "data"),
    State(ADDRESS, "pathname"),
    State(ADDRESS, "search"),
    permission="staff",
    prevent_initial_call=True,
)
def show_header(_kind: str | None, pathname: str | None, search: str | None) -> Any:
    """Return the header of the address; None for public pages, which have their own."""
    page = make_page_context(pathname or "/", search or "")
    match = get_registry().find_page(page.path)
    return None if match and match[0].permission is Permission.PUBLIC else build_header(page)


registry.clientside_callback(
    ClientsideFunction("cardec", "update_links"),
    Output({"type": NAVIGATION_LINK, "path": ALL, "place": ALL}, "href"),
    Output({"type": NAVIGATION_LINK, "path": ALL, "place": ALL}, "active"),
    Input(PAGE_HEAD, "data"),
    State({"type": NAVIGATION_LINK, "path": ALL, "place": ALL}, "id"),
    permission="staff",
)

registry.clientside_callback(
    ClientsideFunction("cardec", "open_menu"),
    Output(MENU, "is_open"),
    Input(MENU_BUTTON, "n_clicks"),
    prevent_initial_call=True,
    permission="staff",
)
