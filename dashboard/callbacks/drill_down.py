"""A click on a mark of a chart leads to the address in its custom data."""

from dash import ALL, ClientsideFunction, Input

from dashboard.access.registry import registry
from dashboard.component_ids import CHART_TYPE

registry.clientside_callback(
    ClientsideFunction("cardec", "follow_click"),
    Input({"type": CHART_TYPE, "name": ALL}, "clickData"),
    permission="public",
    prevent_initial_call=True,
)
