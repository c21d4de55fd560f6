"""A click on a mark of a chart leads to the address in its custom data."""

from dash import ALL, ClientsideFunction, Input, Output

from dashboard.access.registry import registry
from dashboard.component_ids import CHART_TYPE, CLICKED_POINT

registry.clientside_callback(
    ClientsideFunction("cardec", "follow_click"),
    Output(CLICKED_POINT, "data"),
    Input({"type": CHART_TYPE, "name": ALL}, "clickData"),
    permission="public",
    prevent_initial_call=True,
)
