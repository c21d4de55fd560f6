"""The drawer opens while the address names a figure after its `#`, and closing it removes the name."""

from typing import Any

from dash import ClientsideFunction, Input, Output, State

from dashboard.access.context import make_page_context, retry_on_stale_snapshot
from dashboard.access.registry import registry
from dashboard.component_ids import ADDRESS, DRAWER, DRAWER_BODY, DRAWER_CLOSED, DRAWER_TARGET, DRAWER_TITLE
from dashboard.components.figure_drawer import build_drawer_content

registry.clientside_callback(
    ClientsideFunction("cardec", "open_drawer"),
    Output(DRAWER, "is_open"),
    Output(DRAWER_TARGET, "data"),
    Input(ADDRESS, "hash"),
    State(DRAWER_TARGET, "data"),
    permission="staff",
)

registry.clientside_callback(
    ClientsideFunction("cardec", "close_drawer"),
    Output(DRAWER_CLOSED, "data"),
    Input(DRAWER, "is_open"),
    permission="staff",
    prevent_initial_call=True,
)


@registry.callback(
    Output(DRAWER_TITLE, "children"),
    Output(DRAWER_BODY, "children"),
    Input(DRAWER_TARGET, "data"),
    permission="staff",
    prevent_initial_call=True,
)
def explain_figure(target: str | None) -> tuple[Any, Any]:
    """Return the name and the explanation of the figure of an address: page, selection and, after `#`, figure."""
    address, _, figure_hash = str(target or "").partition("#")
    pathname, _, search = address.partition("?")
    page = make_page_context(pathname or "/", search)
    content = retry_on_stale_snapshot(lambda current: build_drawer_content(current, figure_hash), page)
    return content.title, content.body
