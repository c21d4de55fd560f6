"""The search of the header suggests what matches while the reader types."""

from typing import Any

from dash import Input, Output, State

from dashboard.access.context import make_page_context
from dashboard.access.registry import registry
from dashboard.component_ids import ADDRESS, SEARCH, SEARCH_OPTIONS
from dashboard.components.search_results import build_suggestions


@registry.callback(
    Output(SEARCH_OPTIONS, "children"),
    Input(SEARCH, "value"),
    State(ADDRESS, "pathname"),
    State(ADDRESS, "search"),
    permission="staff",
    prevent_initial_call=True,
)
def suggest(text: str | None, pathname: str | None, search: str | None) -> Any:
    """Return the suggestions for a text; none for a blank one."""
    return build_suggestions(make_page_context(pathname or "/", search or ""), str(text)) if text else []
