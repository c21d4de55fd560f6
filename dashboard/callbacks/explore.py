"""The controls of the explore page change the address, and the address draws the page."""

from typing import Any

from dash import ALL, Input, Output, State, no_update

from dashboard.access.context import make_page_context
from dashboard.access.registry import registry
from dashboard.component_ids import ADDRESS, EXPLORE_CONTROL
from dashboard.components.explore_controls import find_changed_search


@registry.callback(
    Output(ADDRESS, "search"),
    Input({"type": EXPLORE_CONTROL, "name": ALL}, "value"),
    State({"type": EXPLORE_CONTROL, "name": ALL}, "id"),
    State(ADDRESS, "pathname"),
    State(ADDRESS, "search"),
    permission="public",
    prevent_initial_call=True,
)
def choose(values: Any, ids: Any, pathname: str | None, search: str | None) -> Any:
    """Return the query of the controls' values. Controls that were just drawn change nothing."""
    page = make_page_context(pathname or "/", search or "")
    changed = find_changed_search(page, ids, values)
    return no_update if changed is None else changed
